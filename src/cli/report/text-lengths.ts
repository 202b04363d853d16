import type { LengthBin } from "./data.ts";
import { plot } from "./plot.ts";
import { linearScale, logScale } from "./scale.ts";
import { el, group, type Markup } from "./svg.ts";

/** Rows by length of their text, each bar twice as long as the one before. */
export function textLengths(bins: readonly LengthBin[]): Markup {
  const bars = bins.filter(({ fromChars }) => fromChars > 0);
  const options = {
    title: "Rows by length of their text",
    x: logScale(bars.flatMap(({ fromChars }) => [fromChars, 2 * fromChars])),
    y: linearScale(
      bars.map(({ numRows }) => numRows),
      { includeZero: true },
    ),
    xLabel: "characters",
    yLabel: "rows",
  } as const;
  return plot(options, (frame) =>
    group(
      bars.map(({ fromChars, numRows }) => {
        const x = frame.x(fromChars);
        const y = frame.y(numRows);
        const width = Math.max(1, frame.x(2 * fromChars) - x - 2);
        return el("rect", { class: "area a", x: x + 1, y, width, height: frame.bottom - y });
      }),
    ),
  );
}

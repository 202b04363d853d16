import type { PredictedGroup, PredictedPoint } from "./data.ts";
import { plot } from "./plot.ts";
import { autoScale, formatNumber } from "./scale.ts";
import { el, group, type Markup } from "./svg.ts";

const MAX_POINTS = 600;
const NUM_INTERVALS = 40;

/** Predicted against true value, on equal axes, with the 90 % interval of some of the points. */
export function predictedAgainstTrue({ task, unit, points }: PredictedGroup): Markup {
  const shown = thin(points, MAX_POINTS);
  const withInterval = thin(
    shown.filter(({ low, high }) => low !== undefined && high !== undefined),
    NUM_INTERVALS,
  );
  const scale = autoScale(shown.flatMap(({ truth, predicted }) => [truth, predicted]));
  const name = unit === undefined ? "" : `, ${unit}`;
  const options = {
    title: `Predicted against true value, ${task}`,
    x: scale,
    y: scale,
    xLabel: `true${name}`,
    yLabel: `predicted${name}`,
    height: 340,
    legend: [
      { label: "row", role: "a", mark: "dot" },
      ...(withInterval.length > 0
        ? [{ label: "90 % interval", role: "a", mark: "line" } as const]
        : []),
    ],
  } as const;
  const [low, high] = scale.domain;
  return plot(options, (frame) => {
    const clampY = (value: number): number =>
      Math.min(frame.bottom, Math.max(frame.top, frame.y(value)));
    return group(
      el("line", {
        class: "line soft dash",
        x1: frame.x(low),
        y1: frame.y(low),
        x2: frame.x(high),
        y2: frame.y(high),
      }),
      withInterval.map(({ truth, low: from, high: to }) =>
        el("line", {
          class: "interval a",
          x1: frame.x(truth),
          x2: frame.x(truth),
          y1: clampY(from!),
          y2: clampY(to!),
        }),
      ),
      shown.map(({ truth, predicted }) =>
        el(
          "circle",
          { class: "point a", cx: frame.x(truth), cy: frame.y(predicted), r: 2.8 },
          el("title", {}, `true ${formatNumber(truth)}, predicted ${formatNumber(predicted)}`),
        ),
      ),
    );
  });
}

/** At most `count` of the items, evenly spread. */
function thin<T extends PredictedPoint>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}

import type { CalibrationData } from "./data.ts";
import { type Frame, plot } from "./plot.ts";
import { linearScale } from "./scale.ts";
import { el, group, type Markup, pathOf } from "./svg.ts";

/** Share of rows inside each central interval against its level: on the diagonal is right. */
export function reliability({ coverage }: CalibrationData): Markup {
  const options = {
    title: "Rows inside the interval by its level",
    x: linearScale([0, 1]),
    y: linearScale([0, 1]),
    xLabel: "level of the interval",
    yLabel: "share of rows inside",
    legend: [
      { label: "this model", role: "a", mark: "line" },
      { label: "right", role: "soft", mark: "dash" },
    ],
  } as const;
  return plot(options, (frame) => {
    const points = [{ level: 0, covered: 0 }, ...coverage].map(
      ({ level, covered }) => [frame.x(level), frame.y(covered)] as const,
    );
    return group(
      el("path", { class: "line soft dash", d: pathOf([corner(frame, 0), corner(frame, 1)]) }),
      el("path", { class: "line a", d: pathOf(points) }),
      points.map(([cx, cy]) => el("circle", { class: "dot a", cx, cy, r: 3 })),
    );
  });
}

/** Share of rows in each tenth of their own distribution: all equal is right, U means too sure. */
export function probabilityIntegral({ pit }: CalibrationData): Markup {
  const even = 1 / pit.length;
  const options = {
    title: "Where the true values fall in their distributions",
    x: linearScale([0, 1]),
    y: linearScale([0, ...pit, 2 * even]),
    xLabel: "place of the true value in its distribution",
    yLabel: "share of rows",
  } as const;
  return plot(options, (frame) =>
    group(
      pit.map((share, bin) => {
        const x = frame.x(bin * even);
        const y = frame.y(share);
        const width = frame.x((bin + 1) * even) - x - 2;
        return el("rect", { class: "area a", x: x + 1, y, width, height: frame.bottom - y });
      }),
      el("line", {
        class: "line soft dash",
        x1: frame.left,
        x2: frame.right,
        y1: frame.y(even),
        y2: frame.y(even),
      }),
    ),
  );
}

const corner = (frame: Frame, value: number) => [frame.x(value), frame.y(value)] as const;

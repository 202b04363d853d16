// Charts of the reports as files of their own, for the documentation.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type LegendEntry, plot, type Role } from "../src/cli/report/plot.ts";
import { linearScale } from "../src/cli/report/scale.ts";
import { STYLE } from "../src/cli/report/style.ts";
import { el, group, pathOf } from "../src/cli/report/svg.ts";

export interface Curve {
  readonly label: string;
  readonly role: Role;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface CurvesPicture {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curves: readonly Curve[];
}

/** Writes curves over one pair of axes as an SVG file. */
export function writeCurves(file: string, { curves, ...labels }: CurvesPicture): void {
  const points = curves.flatMap((curve) => curve.points);
  const options = {
    ...labels,
    x: linearScale(
      points.map(([x]) => x),
      { includeZero: true },
    ),
    y: linearScale(points.map(([, y]) => y)),
    legend: curves.map(({ label, role }): LegendEntry => ({ label, role, mark: "line" })),
    width: 640,
    height: 360,
  };
  const { markup } = plot(options, ({ x, y }) =>
    group(
      curves.map((curve) => {
        const places = curve.points.map((point) => [x(point[0]), y(point[1])] as const);
        return group(
          el("path", { class: `line ${curve.role}`, d: pathOf(places) }),
          places.map(([cx, cy]) => el("circle", { class: `dot ${curve.role}`, cx, cy, r: 2.5 })),
        );
      }),
    ),
  );
  // The style sheet of the reports, and a background of its own: a viewer may be light or dark.
  const background = `<rect width="100%" height="100%" style="fill:var(--card)"/>`;
  const whole = markup.replace(
    /^<svg ([^>]*)>/,
    `<svg xmlns="http://www.w3.org/2000/svg" $1><style>${STYLE}</style>${background}`,
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${whole}\n`);
}

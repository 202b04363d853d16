import type { FewShotCurves, FewShotPoint } from "./data.ts";
import { type LegendEntry, plot, type Role } from "./plot.ts";
import { autoScale, formatNumber, linearScale, type Scale, shotsScale } from "./scale.ts";
import { el, group, type Markup, pathOf } from "./svg.ts";

const ROLES: readonly Role[] = ["a", "b", "c"];

/** Rank correlation by the number of labelled rows of the new environment. */
export function fewShotSpearman(curves: FewShotCurves): Markup {
  const values = curves.series.flatMap(({ points }) => points.map(({ spearman }) => spearman));
  const y = linearScale([...values, 1], { includeZero: true });
  return fewShotPlot(curves, "spearman", "Spearman (higher is better)", y);
}

/** Mean relative error by the number of labelled rows of the new environment. */
export function fewShotError(curves: FewShotCurves): Markup {
  const values = curves.series.flatMap(({ points }) => points.map(({ mre }) => mre));
  const scale = autoScale(values);
  const y = scale.kind === "log" ? scale : linearScale(values, { includeZero: true });
  return fewShotPlot(curves, "mre", "MRE in % (lower is better)", y);
}

function fewShotPlot(
  { task, series }: FewShotCurves,
  figure: Exclude<keyof FewShotPoint, "shots">,
  yLabel: string,
  y: Scale,
): Markup {
  const legend = series.map(
    ({ name }, i): LegendEntry => ({ label: name, role: ROLES[i] ?? "soft", mark: "line" }),
  );
  const x = shotsScale(series.flatMap(({ points }) => points.map(({ shots }) => shots)));
  const title = `${yLabel} by number of shots, ${task}`;
  return plot({ title, x, y, xLabel: "labelled rows (shots)", yLabel, legend }, (frame) =>
    group(
      series.map(({ name, points }, i) => {
        const role = ROLES[i] ?? "soft";
        const finite = points.filter((point) => Number.isFinite(point[figure]));
        const at = finite
          .toSorted((a, b) => a.shots - b.shots)
          .map((point) => [frame.x(point.shots), frame.y(point[figure])] as const);
        return group(
          el("path", { class: `line ${role}`, d: pathOf(at) }),
          finite.map((point) =>
            el(
              "circle",
              { class: `dot ${role}`, cx: frame.x(point.shots), cy: frame.y(point[figure]), r: 4 },
              el("title", {}, `${name}, ${point.shots} shots: ${formatNumber(point[figure])}`),
            ),
          ),
        );
      }),
    ),
  );
}

import type { SearchCurves } from "./data.ts";
import { type LegendEntry, plot, type Role } from "./plot.ts";
import { linearScale, logScale } from "./scale.ts";
import { el, group, type Markup, pathOf } from "./svg.ts";

const ROLES: readonly Role[] = ["a", "b", "c", "d", "e", "f"];

/** Median regret by number of real evaluations, with the quartiles over seeds as a band. */
export function searchCurves({ optimum, sign, strategies }: SearchCurves): Markup {
  const curves = strategies.slice(0, ROLES.length).map(({ name, runs }) => {
    const regrets = runs.map((values) => regretOf(values, optimum, sign));
    const length = Math.min(...regrets.map((curve) => curve.length));
    const at = (p: number): number[] =>
      Array.from({ length }, (_, i) => {
        const sorted = regrets.map((curve) => curve[i]!).toSorted((a, b) => a - b);
        return sorted[Math.floor(p * (sorted.length - 1))]!;
      });
    return { name, median: at(0.5), low: at(0.25), high: at(0.75) };
  });
  const legend = curves.map(
    ({ name }, i): LegendEntry => ({ label: name, role: ROLES[i]!, mark: "line" }),
  );
  // The first evaluations are luck and would flatten the rest.
  const shown = curves.flatMap(({ high }) => high.slice(9));
  const longest = Math.max(10, ...curves.map(({ median }) => median.length));
  const options = {
    title: "Regret by number of real evaluations",
    x: logScale([5, longest]),
    y: linearScale(shown, { includeZero: true }),
    xLabel: "real evaluations",
    yLabel: "distance from the optimum (median, quartiles)",
    legend,
    width: 640,
    height: 380,
  };
  return plot(options, (frame) => {
    const place = (values: readonly number[]) =>
      values
        .slice(4)
        .map((value, i) => [frame.x(i + 5), Math.max(frame.top, frame.y(value))] as const);
    return group(
      curves.map(({ low, high }, i) =>
        el("path", {
          class: `band ${ROLES[i]!}`,
          d: `${pathOf([...place(low), ...place(high).toReversed()])}Z`,
        }),
      ),
      curves.map(({ median }, i) =>
        el("path", { class: `line ${ROLES[i]!}`, d: pathOf(place(median)) }),
      ),
    );
  });
}

function regretOf(values: readonly number[], optimum: number, sign: 1 | -1): number[] {
  let best = Infinity;
  return values.map((value) => {
    best = Math.min(best, sign * value);
    return best - sign * optimum;
  });
}

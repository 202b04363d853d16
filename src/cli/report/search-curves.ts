import type { SearchCurves } from "./data.ts";
import { type LegendEntry, plot, type Role } from "./plot.ts";
import { linearScale, logScale } from "./scale.ts";
import { el, group, type Markup, pathOf } from "./svg.ts";

const ROLES: readonly Role[] = ["a", "b", "c", "d", "e", "f"];
/** The first evaluations are luck: they would flatten the rest. */
const FIRST_SHOWN = 3;
const NUM_POINTS = 160;

interface Curve {
  readonly name: string;
  readonly at: readonly number[];
  readonly median: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Median regret by number of real evaluations, with the quartiles over seeds as a band. */
export function searchCurves(data: SearchCurves): Markup {
  return draw(data, (run) => run.values.map((_, i) => i + 1), {
    title: "Regret by number of real evaluations",
    xLabel: "real evaluations",
  });
}

/** The same by everything that was paid: labels and cheap evaluations included. */
export function searchCostCurves(data: SearchCurves): Markup {
  return draw(data, (run) => run.paid, {
    title: "Regret by everything paid",
    xLabel: "evaluations, labels and cheap evaluations, in real evaluations",
  });
}

type Run = SearchCurves["strategies"][number]["runs"][number];

function draw(
  { optimum, sign, strategies }: SearchCurves,
  placesOf: (run: Run) => readonly number[],
  titles: { readonly title: string; readonly xLabel: string },
): Markup {
  const shown = strategies.slice(0, ROLES.length);
  const longest = Math.max(
    10,
    ...shown.flatMap(({ runs }) => runs.map((run) => placesOf(run).at(-1)!)),
  );
  const grid = logGrid(longest);
  const curves = shown.map(({ name, runs }): Curve => {
    const regrets = runs.map((run) => regretsAt(grid, placesOf(run), run.values, optimum, sign));
    const at = grid.flatMap((_, i) => (regrets.every((all) => Number.isFinite(all[i])) ? [i] : []));
    const quantile = (p: number): number[] =>
      at.map((i) => {
        const sorted = regrets.map((all) => all[i]!).toSorted((a, b) => a - b);
        return sorted[Math.floor(p * (sorted.length - 1))]!;
      });
    return {
      name,
      at: at.map((i) => grid[i]!),
      median: quantile(0.5),
      low: quantile(0.25),
      high: quantile(0.75),
    };
  });
  const legend = curves.map(
    ({ name }, i): LegendEntry => ({ label: name, role: ROLES[i]!, mark: "line" }),
  );
  const heights = curves.flatMap(({ at, high }) => high.filter((_, i) => at[i]! >= 10));
  const options = {
    ...titles,
    x: logScale([FIRST_SHOWN, longest]),
    y: linearScale(heights.length === 0 ? [0, 1] : heights, { includeZero: true }),
    yLabel: "distance from the optimum (median, quartiles)",
    legend,
    width: 640,
    height: 380,
  };
  return plot(options, (frame) => {
    const place = ({ at }: Curve, values: readonly number[]) =>
      at.map((x, i) => [frame.x(x), Math.max(frame.top, frame.y(values[i]!))] as const);
    return group(
      curves.map((curve, i) =>
        el("path", {
          class: `band ${ROLES[i]!}`,
          d: `${pathOf([...place(curve, curve.low), ...place(curve, curve.high).toReversed()])}Z`,
        }),
      ),
      curves.map((curve, i) =>
        el("path", { class: `line ${ROLES[i]!}`, d: pathOf(place(curve, curve.median)) }),
      ),
    );
  });
}

/** Whole numbers, evenly apart on a logarithmic axis. */
function logGrid(longest: number): number[] {
  const step = Math.log(longest / FIRST_SHOWN) / NUM_POINTS;
  const points = Array.from({ length: NUM_POINTS + 1 }, (_, i) =>
    Math.round(FIRST_SHOWN * Math.exp(i * step)),
  );
  return [...new Set(points)];
}

/** Distance of the best so far from the optimum; infinite before the first value, and after the last one the same. */
function regretsAt(
  grid: readonly number[],
  places: readonly number[],
  values: readonly number[],
  optimum: number,
  sign: 1 | -1,
): number[] {
  let next = 0;
  let best = Infinity;
  return grid.map((x) => {
    for (; next < values.length && places[next]! <= x; next++) {
      best = Math.min(best, sign * values[next]!);
    }
    return best - sign * optimum;
  });
}

import type { CandidateRanking } from "./data.ts";
import { plot } from "./plot.ts";
import { autoScale, formatNumber, linearScale } from "./scale.ts";
import { el, group, type Markup, pathOf } from "./svg.ts";

/** True values in the order in which the model ranks the candidates, and what is found on the way. */
export function candidateRanking(ranking: CandidateRanking): Markup {
  const { label, unit, direction, candidates } = ranking;
  const truths = inModelOrder(ranking);
  const options = {
    title: `True value of ${candidates.length} candidates in the model's order, ${label}`,
    x: linearScale([1, truths.length]),
    y: autoScale(truths),
    xLabel: "candidates evaluated, in the model's order",
    yLabel: `${unit ?? "true value"} (${direction === "min" ? "lower" : "higher"} is better)`,
    legend: [
      { label: "candidate", role: "soft", mark: "dot" },
      { label: "best so far", role: "a", mark: "line" },
      { label: "at random", role: "b", mark: "dash" },
    ],
    height: 320,
  } as const;
  return plot(options, (frame) => {
    const at = (values: readonly number[]): string =>
      pathOf(values.map((value, i) => [frame.x(i + 1), frame.y(value)] as const));
    return group(
      truths.map((truth, i) =>
        el(
          "circle",
          { class: "point soft", cx: frame.x(i + 1), cy: frame.y(truth), r: 2.6 },
          el("title", {}, `ranked ${i + 1} by the model, true value ${formatNumber(truth)}`),
        ),
      ),
      el("path", { class: "line b dash", d: at(expectedBest(truths, direction)) }),
      el("path", { class: "line a", d: at(bestSoFar(truths, direction)) }),
    );
  });
}

/** True values, the model's favourite first. */
export function inModelOrder({ candidates, direction }: CandidateRanking): number[] {
  const sign = direction === "min" ? 1 : -1;
  return candidates
    .toSorted((a, b) => sign * (a.predicted - b.predicted))
    .map(({ truth }) => truth);
}

/** The best of the first k values, for every k. */
export function bestSoFar(values: readonly number[], direction: "min" | "max"): number[] {
  const pick = direction === "min" ? Math.min : Math.max;
  let best = direction === "min" ? Infinity : -Infinity;
  return values.map((value) => (best = pick(best, value)));
}

/** The mean of the best of k values drawn without putting back, for every k; exact. */
export function expectedBest(values: readonly number[], direction: "min" | "max"): number[] {
  const sign = direction === "min" ? 1 : -1;
  const sorted = values.toSorted((a, b) => sign * (a - b));
  const n = sorted.length;
  return values.map((_, i) => {
    const k = i + 1;
    // P(the j-th best is the best of k) = C(n - 1 - j, k - 1) / C(n, k), from one j to the next.
    let probability = k / n;
    let mean = 0;
    for (let j = 0; j <= n - k; j++) {
      mean += probability * sorted[j]!;
      probability *= (n - k - j) / (n - 1 - j || 1);
    }
    return mean;
  });
}

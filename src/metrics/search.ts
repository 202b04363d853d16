// How useful scores are for choosing: what of the best is found, and what choosing costs.

import { invariant } from "../core/index.ts";

export type Goal = "min" | "max";

/**
 * Share of the truly best `k` that are among the `k` best by score. Ties go to the earlier row, in both.
 *
 * @returns 0 to 1; NaN without rows.
 */
export function topKRecall(
  scores: ArrayLike<number>,
  y: ArrayLike<number>,
  k: number,
  goal: Goal = "min",
): number {
  invariant(scores.length === y.length, `${scores.length} scores, ${y.length} y`);
  const best = new Set(bestIndices(y, k, goal));
  const chosen = bestIndices(scores, k, goal);
  return chosen.filter((i) => best.has(i)).length / best.size;
}

/** How much worse the best of the `k` best by score is than the best of all: 0 or more, in the unit of y. */
export function regretAt(
  scores: ArrayLike<number>,
  y: ArrayLike<number>,
  k: number,
  goal: Goal = "min",
): number {
  invariant(scores.length === y.length && y.length > 0 && k >= 1, "regret needs rows and k >= 1");
  const values = bestIndices(scores, k, goal).map((i) => y[i]!);
  const found = goal === "min" ? Math.min(...values) : Math.max(...values);
  const best = y[bestIndices(y, 1, goal)[0]!]!;
  return Math.abs(found - best);
}

/** Indices of the `k` best values, the best first. */
function bestIndices(values: ArrayLike<number>, k: number, goal: Goal): number[] {
  const sign = goal === "min" ? 1 : -1;
  return Array.from(values, (_, i) => i)
    .sort((i, j) => sign * (values[i]! - values[j]!) || i - j)
    .slice(0, k);
}

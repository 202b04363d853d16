// Runs strategies on spaces, and sums up what they found: every evaluation counts once, repeats are free, the
// same for all.

import { Random } from "../../core/index.ts";
import { costOf, type Goalposts, goalpostsOf, type SearchSpace } from "./space.ts";
import type { Strategy } from "./strategy.ts";

export interface Trajectory {
  readonly strategy: string;
  readonly seed: number;
  /** Candidates in the order of their evaluation, each once. */
  readonly candidates: readonly number[];
  /** Their true values. */
  readonly values: readonly number[];
  /** Everything paid when each was known: evaluations, labels, cheap evaluations. */
  readonly paid: readonly number[];
}

// An evolution that has converged repeats itself: so many proposals for one evaluation, then it ends.
const MAX_REPEATS = 2000;

/** Runs one strategy for `budget` real evaluations. */
export function runSearch(
  strategy: Strategy,
  space: SearchSpace,
  budget: number,
  seed: number,
): Trajectory {
  const searcher = strategy.start(space, new Random("search", space.name, seed));
  const seen = new Set<number>();
  const paid: number[] = [];
  let numRepeats = 0;
  while (seen.size < Math.min(budget, space.size) && numRepeats < MAX_REPEATS) {
    const candidate = searcher.ask();
    numRepeats = seen.has(candidate) ? numRepeats + 1 : 0;
    if (!seen.has(candidate)) {
      seen.add(candidate);
      paid.push(seen.size + (strategy.paidBefore ?? 0) + (searcher.spent?.() ?? 0));
    }
    searcher.tell(candidate, costOf(space, candidate));
  }
  const candidates = [...seen];
  return {
    strategy: strategy.name,
    seed,
    candidates,
    values: candidates.map((c) => space.truth(c)),
    paid,
  };
}

export interface SearchSummary {
  readonly strategy: string;
  readonly numSeeds: number;
  /** For labels, in units of one evaluation. */
  readonly paidBefore: number;
  /** Median regret after so many evaluations, with its quartiles. */
  readonly regretAt: Readonly<Record<number, Spread>>;
  /** Evaluations until the mark was reached. */
  readonly toTop1Percent: Reached;
  readonly toTop01Percent: Reached;
  readonly toOptimum: Reached;
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Reached {
  /** Infinity where fewer than half of the seeds got there; NaN where nobody knows the mark. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Share of the seeds that got there within the budget. */
  readonly share: number;
}

/** Sums the trajectories of one strategy up. */
export function summarise(
  space: SearchSpace,
  trajectories: readonly Trajectory[],
  marks: readonly number[],
  goalposts: Goalposts = goalpostsOf(space),
): SearchSummary {
  const sign = space.goal === "min" ? 1 : -1;
  const regrets = trajectories.map(({ values }) => regretCurve(values, goalposts.optimum, sign));
  const reached = (goal: number | undefined): Reached => {
    if (goal === undefined)
      return { median: Number.NaN, low: Number.NaN, high: Number.NaN, share: Number.NaN };
    const counts = trajectories.map(({ values }) => {
      const at = values.findIndex((value) => sign * value <= sign * goal);
      return at < 0 ? Infinity : at + 1;
    });
    const share = counts.filter(Number.isFinite).length / counts.length;
    return { ...spreadOf(counts), share };
  };
  return {
    strategy: trajectories[0]!.strategy,
    numSeeds: trajectories.length,
    paidBefore: trajectories[0]!.paid[0]! - 1,
    regretAt: Object.fromEntries(
      marks.map((mark) => [
        mark,
        spreadOf(regrets.map((curve) => curve[Math.min(mark, curve.length) - 1]!)),
      ]),
    ),
    toTop1Percent: reached(goalposts.top1Percent),
    toTop01Percent: reached(goalposts.top01Percent),
    toOptimum: reached(goalposts.optimum),
  };
}

/** How far the best so far is from the optimum, after each evaluation. */
function regretCurve(values: readonly number[], optimum: number, sign: number): number[] {
  let best = Infinity;
  return values.map((value) => {
    best = Math.min(best, sign * value);
    return best - sign * optimum;
  });
}

/** Median and quartiles (the lower of two middle values). */
function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (p: number): number => sorted[Math.floor(p * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

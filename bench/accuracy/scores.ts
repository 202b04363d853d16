// What is reported of a method on one draw, and its mean and spread over draws.

import {
  coverage,
  kendall,
  meanRelativeError,
  medianRelativeError,
  spearman,
} from "../../src/metrics/index.ts";
import type { Distribution } from "../../src/model/index.ts";

/** Begins the names of methods whose scores others published. */
export const PUBLISHED = "published ";

export interface Scores {
  /** Mean relative error, percent: of the median, where the method gives a distribution. */
  readonly mre: number;
  /** Mean relative error of the answer with the least expected one, percent. */
  readonly leastMre?: number;
  /** Median relative error, percent. */
  readonly medape: number;
  readonly spearman: number;
  readonly kendall: number;
  /** Smallest true value over the true value of what was predicted smallest, where the smallest is searched for. */
  readonly bestFound?: number;
  /** Share of rows inside the 90 % interval, where the method has one. */
  readonly coverage90?: number;
}

/** @param predictions The one answer of a method, or the medians of its distributions. */
export function scoresOf(
  predictions: readonly number[],
  y: readonly number[],
  distributions?: readonly Distribution[],
): Scores {
  return {
    mre: meanRelativeError(predictions, y).percent,
    medape: medianRelativeError(predictions, y).percent,
    spearman: orZero(spearman(predictions, y)),
    kendall: orZero(kendall(predictions, y)),
    ...(distributions === undefined
      ? {}
      : {
          leastMre: meanRelativeError(
            distributions.map(({ leastRelativeError }) => leastRelativeError),
            y,
          ).percent,
          coverage90: coverage(
            distributions.map((distribution) => distribution.quantile(0.05)),
            distributions.map((distribution) => distribution.quantile(0.95)),
            y,
          ),
        }),
  };
}

export function bestFound(predictions: readonly number[], y: readonly number[]): number {
  const chosen = y[predictions.indexOf(Math.min(...predictions))]!;
  return chosen === 0 ? 1 : Math.min(...y) / chosen;
}

/** One value for all rows ranks nothing. */
export function orZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

export interface Summary {
  readonly mean: number;
  /** Standard deviation over draws; 0 for one draw. */
  readonly std: number;
}

export function summarise(values: readonly number[]): Summary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}

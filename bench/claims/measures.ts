// What is reported of predictions: medians of relative errors and rank correlations, by task and as plain means over
// tasks. Pure.

import { groupByTask } from "../../src/data/index.ts";
import { medianRelativeError, spearman } from "../../src/metrics/index.ts";
import { orZero } from "../accuracy/scores.ts";

/** One row of a test: the truth and the answer. */
export interface Answered {
  readonly task: string;
  readonly truth: number;
  readonly predicted: number;
}

export interface PointFigures {
  /** Median of |prediction - y| / |y| in percent, mean over tasks. */
  readonly medianError: number;
  /** Spearman between prediction and truth, mean over tasks. */
  readonly spearman: number;
}

export function pointFigures(answers: readonly Answered[]): PointFigures {
  const perTask = groupByTask(answers).map(({ examples: rows }) => {
    const predicted = rows.map((row) => row.predicted);
    const truth = rows.map((row) => row.truth);
    return {
      medianError: medianRelativeError(predicted, truth).percent,
      spearman: orZero(spearman(predicted, truth)),
    };
  });
  return {
    medianError: meanOf(perTask.map(({ medianError }) => medianError)),
    spearman: meanOf(perTask.map((figures) => figures.spearman)),
  };
}

/** One row with how unsure the model was. */
export interface SpreadRow extends Answered {
  /** Standard deviation of the predicted distribution, in the unit of y. */
  readonly std: number;
  /** Standard deviation of its logarithm. */
  readonly logStd: number;
}

export interface SpreadFigures {
  /** Spearman of std and |error| over all rows of all tasks. */
  readonly overall: number;
  /** The same in logarithms: std of log y, |log prediction - log y|. */
  readonly overallLog: number;
  /** Means over tasks of the same inside each task. */
  readonly withinTasks: number;
  readonly withinTasksLog: number;
  /** What the size of the prediction alone gives in place of std, over all rows. */
  readonly overallBySize: number;
}

export function spreadFigures(rows: readonly SpreadRow[]): SpreadFigures {
  const raw = (some: readonly SpreadRow[]): number =>
    spearman(
      some.map(({ std }) => std),
      some.map(({ truth, predicted }) => Math.abs(predicted - truth)),
    );
  const tasks = groupByTask(rows).map(({ examples }) => examples);
  return {
    overall: raw(rows),
    overallLog: logSpread(rows),
    withinTasks: meanOf(tasks.map((ofTask) => orZero(raw(ofTask)))),
    withinTasksLog: meanOf(tasks.map((ofTask) => orZero(logSpread(ofTask)))),
    overallBySize: spearman(
      rows.map(({ predicted }) => Math.abs(predicted)),
      rows.map(({ truth, predicted }) => Math.abs(predicted - truth)),
    ),
  };
}

/** Spearman between the spread in logarithms and the error in logarithms. */
export function logSpread(rows: readonly SpreadRow[]): number {
  return spearman(
    rows.map(({ logStd }) => logStd),
    rows.map(logError),
  );
}

/** |log prediction - log y|; a prediction at or below zero is as wrong as can be. */
export function logError({ truth, predicted }: Answered): number {
  return predicted > 0 ? Math.abs(Math.log(predicted) - Math.log(truth)) : Number.MAX_VALUE;
}

/** Standard deviation of log y from evenly spread quantiles; those at or below zero are left out. */
export function logStdOf(quantiles: readonly number[]): number {
  const logs = quantiles.filter((value) => value > 0).map((value) => Math.log(value));
  if (logs.length === 0) return 0;
  const mean = meanOf(logs);
  return Math.sqrt(meanOf(logs.map((value) => (value - mean) ** 2)));
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle value, or the mean of the two. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

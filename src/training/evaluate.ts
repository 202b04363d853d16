// How well a model predicts labelled rows: by task, and as the plain mean over tasks.

import { type Example, groupByTask } from "../data/index.ts";
import { coverage, kendall, meanRelativeError, rmse, spearman } from "../metrics/index.ts";
import type { Distribution } from "../model/index.ts";
import type { PredictOptions, Predictor } from "./predictor.ts";

export interface TaskMetrics {
  /** Rows. */
  readonly n: number;
  /** Rank correlations of the median; null where one side does not vary. */
  readonly spearman: number | null;
  readonly kendall: number | null;
  /** Mean of |median - y| / |y| in percent; rows with y = 0 left out and counted. */
  readonly mre: number | null;
  readonly skippedZero: number;
  readonly rmse: number;
  /** -log of the probability of the number as written, in nats per objective. */
  readonly nll: number;
  /** Share of rows inside the central 90 % interval. */
  readonly coverage90: number;
  /** Mean continuous ranked probability score, in the unit of y. */
  readonly crps: number;
}

export interface TaskEvaluation extends TaskMetrics {
  /**
   * One for each objective, where there are several: the numbers above are their means. `n` is how many rows
   * have it; without any its metrics are not numbers.
   */
  readonly objectives?: readonly TaskMetrics[];
}

export interface Evaluation {
  readonly tasks: Readonly<Record<string, TaskEvaluation>>;
  /** Plain means over tasks; `n` and `skippedZero` are sums. Values that a task lacks are left out. */
  readonly overall: TaskMetrics;
}

/** One row with its prediction. */
export interface EvaluatedRow {
  readonly example: Example;
  readonly distributions: readonly Distribution[];
}

/**
 * Predicts and compares.
 *
 * @param examples Rows with y.
 * @param onRows Receives every row with its distributions, for plots.
 */
export async function evaluate(
  predictor: Predictor,
  examples: readonly Example[],
  options: PredictOptions & { readonly onRows?: (rows: readonly EvaluatedRow[]) => void } = {},
): Promise<Evaluation> {
  const { onRows, ...predictOptions } = options;
  const tasks: Record<string, TaskEvaluation> = {};
  const hasResidual = predictor.trained.refinement?.residuals.some(Boolean) ?? false;
  for (const { task, examples: ofTask } of groupByTask(examples)) {
    const numObjectives = Math.max(...ofTask.map(({ y }) => y.length));
    const distributions = await predictor.distributions(
      ofTask.map(({ x }) => x),
      { numObjectives, ...predictOptions },
    );
    onRows?.(ofTask.map((example, row) => ({ example, distributions: distributions[row]! })));
    const perObjective = Array.from({ length: numObjectives }, (_, objective) =>
      metricsOf(
        ofTask.flatMap((example, row) =>
          isMeasured(example, objective)
            ? [{ y: example.y[objective]!, distribution: distributions[row]![objective]! }]
            : [],
        ),
      ),
    );
    const averaged = average(perObjective);
    const nll = hasResidual ? averaged.nll : await meanNll(predictor, ofTask);
    const metrics = { ...averaged, n: ofTask.length, nll };
    tasks[task] = numObjectives === 1 ? metrics : { ...metrics, objectives: perObjective };
  }
  return { tasks, overall: average(Object.values(tasks)) };
}

interface Pair {
  readonly y: number;
  readonly distribution: Distribution;
}

/** Rows may have fewer objectives than others, or null (read as NaN) where nothing was measured. */
export function isMeasured({ y }: Pick<Example, "y">, objective: number): boolean {
  return y.length > objective && !Number.isNaN(y[objective]);
}

/** The metrics of one objective. `nll` is that of the number's cell under the distribution. */
function metricsOf(pairs: readonly Pair[]): TaskMetrics {
  const y = pairs.map((pair) => pair.y);
  const medians = pairs.map(({ distribution }) => distribution.median);
  const relative = meanRelativeError(medians, y);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    n: pairs.length,
    spearman: orNull(spearman(medians, y)),
    kendall: orNull(kendall(medians, y)),
    mre: orNull(relative.percent),
    skippedZero: relative.skippedZero,
    rmse: rmse(medians, y),
    nll: mean(pairs.map(cellNll)),
    coverage90: coverage(
      pairs.map(({ distribution }) => distribution.quantile(0.05)),
      pairs.map(({ distribution }) => distribution.quantile(0.95)),
      y,
    ),
    crps: mean(pairs.map(({ y: actual, distribution }) => distribution.crps(actual))),
  };
}

/** Half a unit of the fourth digit, the resolution of the default number tokenizer. */
const RELATIVE_HALF_CELL = 5e-4;
const SMALLEST_PROBABILITY = 1e-9;

function cellNll({ y, distribution }: Pair): number {
  const half = Math.max(Math.abs(y) * RELATIVE_HALF_CELL, Number.MIN_VALUE);
  const mass = distribution.cdf(y + half) - distribution.cdf(y - half);
  return -Math.log(Math.max(mass, SMALLEST_PROBABILITY));
}

async function meanNll(predictor: Predictor, examples: readonly Example[]): Promise<number> {
  const logProbs = await predictor.logProbs(examples);
  const numObjectives = examples.reduce(
    (sum, { y }) => sum + y.filter((value) => !Number.isNaN(value)).length,
    0,
  );
  return -logProbs.reduce((sum, value) => sum + value, 0) / numObjectives;
}

/** Plain means; what was measured nowhere has no part in them. */
function average(each: readonly TaskMetrics[]): TaskMetrics {
  const all = each.filter(({ n }) => n > 0);
  const mean = (read: (metrics: TaskMetrics) => number | null): number => {
    const values = all.flatMap((metrics) => read(metrics) ?? []);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const sum = (read: (metrics: TaskMetrics) => number): number =>
    all.reduce((total, metrics) => total + read(metrics), 0);
  return {
    n: sum(({ n }) => n),
    spearman: orNull(mean((metrics) => metrics.spearman)),
    kendall: orNull(mean((metrics) => metrics.kendall)),
    mre: orNull(mean((metrics) => metrics.mre)),
    skippedZero: sum(({ skippedZero }) => skippedZero),
    rmse: mean((metrics) => metrics.rmse),
    nll: mean((metrics) => metrics.nll),
    coverage90: mean((metrics) => metrics.coverage90),
    crps: mean((metrics) => metrics.crps),
  };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

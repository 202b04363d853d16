// Methods on parsed fields, with and without what the known tasks say of the same candidate: a random forest,
// gradient boosting, the nearest known task as it is, and the nearest one shifted and stretched on the labels.

import type { Example, TaskGroup } from "../../../src/data/index.ts";
import { groupByTask } from "../../../src/data/index.ts";
import { learnViews, type SiblingView, viewText } from "../../../src/training/sibling-views.ts";
import { type Draw, type Problem, speakableRows } from "../problem.ts";
import { gradientBoosting, type Regressor, randomForest } from "./ensembles.ts";
import { type RowEncoder, rowEncoder } from "./row-encoder.ts";

/** Rows that a known task's own model is fitted on at most. */
const MAX_SOURCE_ROWS = 4000;
/** Texts that columns are learned from. */
const MAX_COLUMN_TEXTS = 2000;

/** Everything that does not depend on the draw. */
export interface Tables {
  readonly fields: ReadonlyMap<Example, Float64Array>;
  /** The same columns for rows that come later. */
  readonly encode: RowEncoder;
  /** Logarithm of what each known sibling task says, measured where allowed, else by boosting on its rows. */
  readonly siblings: ReadonlyMap<Example, Float64Array>;
}

export function prepareTables(problem: Problem): Tables {
  const rows = [...new Set([...problem.pool, ...problem.test])];
  const texts = rows.slice(0, MAX_COLUMN_TEXTS).map(({ x }) => x);
  const encode = rowEncoder([
    ...texts,
    ...(problem.knownRows ?? []).slice(0, MAX_COLUMN_TEXTS).map(({ x }) => x),
  ]);
  const views = learnViews(texts, problem.sources);
  const groups = new Map(groupByTask(problem.sources).map((group) => [group.task, group]));
  const fields = new Map(rows.map((row) => [row, encode(row.x)]));
  const spoken = views.map((view) =>
    sourceValues(rows, view, groups.get(view.task)!, encode, problem),
  );
  const siblings = new Map(
    rows.map((row, at) => [row, Float64Array.from(spoken, (values) => values[at]!)]),
  );
  return { fields, encode, siblings };
}

function sourceValues(
  rows: readonly Example[],
  view: SiblingView,
  { examples }: TaskGroup,
  encode: RowEncoder,
  problem: Problem,
): number[] {
  const measured = new Map(
    problem.candidatesMeasured ? examples.map(({ x, y }) => [x, logOf(y[0]!)]) : [],
  );
  let model: Regressor | undefined;
  return rows.map((row) => {
    const known = measured.get(viewText(row.x, view));
    if (known !== undefined) return known;
    model ??= boostedOn(speakableRows(problem, view), encode);
    return model(encode(row.x));
  });
}

function boostedOn(examples: readonly Example[], encode: RowEncoder): Regressor {
  const rows = thinned(examples);
  return gradientBoosting(
    rows.map(({ x }) => encode(x)),
    rows.map(({ y }) => logOf(y[0]!)),
    1,
  );
}

function thinned(examples: readonly Example[]): readonly Example[] {
  const stride = Math.max(1, Math.ceil(examples.length / MAX_SOURCE_ROWS));
  return examples.filter((_, at) => at % stride === 0);
}

/** Without labels to draw: the tabular methods on training rows of the target itself. */
export function knownTaskPredictions(
  { encode }: Tables,
  { knownRows = [], test }: Problem,
): Predictions {
  if (knownRows.length === 0) return {};
  const rows = thinned(knownRows);
  const inputs = rows.map(({ x }) => encode(x));
  const y = rows.map((row) => logOf(row.y[0]!));
  const answer = (model: Regressor): number[] => test.map(({ x }) => Math.exp(model(encode(x))));
  return {
    [`forest on ${rows.length} rows`]: answer(randomForest(inputs, y, 1)),
    [`boosting on ${rows.length} rows`]: answer(gradientBoosting(inputs, y, 1)),
  };
}

export type Predictions = Readonly<Record<string, readonly number[]>>;

/** Values that every tabular method predicts for the draw's test rows. */
export function tabularPredictions(
  { fields, siblings }: Tables,
  draw: Draw,
  seed: number,
): Predictions {
  const { shots, test } = draw;
  const numSiblings = siblings.get(test[0]!)!.length;
  const predictions: Record<string, readonly number[]> = {};
  const y = shots.map((row) => logOf(row.y[0]!));
  const add = (
    name: string,
    model: Regressor,
    inputs: (row: Example) => ArrayLike<number>,
  ): void => {
    predictions[name] = test.map((row) => Math.exp(model(inputs(row))));
  };
  const own = (row: Example): Float64Array => fields.get(row)!;
  const joined = (row: Example): Float64Array =>
    Float64Array.from([...fields.get(row)!, ...siblings.get(row)!]);
  const spoken = (row: Example): Float64Array => siblings.get(row)!;
  if (shots.length > 0) {
    add("forest", randomForest(shots.map(own), y, seed), own);
    add("boosting", gradientBoosting(shots.map(own), y, seed), own);
  }
  if (numSiblings === 0) return predictions;
  if (shots.length > 0) {
    add("forest + known tasks", randomForest(shots.map(joined), y, seed), joined);
    add("boosting + known tasks", gradientBoosting(shots.map(joined), y, seed), joined);
  }
  const nearest = nearestSibling(shots.map(spoken), y, numSiblings);
  add("nearest task", (row) => row[nearest]!, spoken);
  if (shots.length > 0) {
    const { slope, offset } = line(
      shots.map((row) => spoken(row)[nearest]!),
      y,
    );
    add("nearest task, affine", (row) => offset + slope * row[nearest]!, spoken);
  }
  return predictions;
}

/** The known task whose values are nearest to the labels; the first without labels. */
function nearestSibling(
  rows: readonly Float64Array[],
  y: readonly number[],
  count: number,
): number {
  const errors = Array.from({ length: count }, (_, at) =>
    rows.reduce((sum, row, i) => sum + Math.abs(row[at]! - y[i]!), 0),
  );
  return errors.indexOf(Math.min(...errors));
}

function line(x: readonly number[], y: readonly number[]): { slope: number; offset: number } {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const variance = mean(x.map((value) => (value - meanX) ** 2));
  const covariance = mean(x.map((value, i) => (value - meanX) * (y[i]! - meanY)));
  const slope = x.length < 3 || variance === 0 ? 1 : covariance / variance;
  return { slope, offset: meanY - slope * meanX };
}

function logOf(value: number): number {
  return Math.log(Math.max(value, 1e-12));
}

// One line of output per input row, in order: what `auspex predict` writes.

import type { Distribution } from "../model/index.ts";
import type { PredictOptions, Predictor } from "./predictor.ts";

/** Levels of the quantiles that a line holds. */
const LINE_QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

type OneOrMany = number | readonly number[];

/** A number where the task has one objective, an array where it has several. */
export interface PredictionLine {
  readonly task: string;
  readonly mean: OneOrMany;
  readonly median: OneOrMany;
  readonly std: OneOrMany;
  /** What to answer where the relative error counts. */
  readonly leastRelativeError: OneOrMany;
  /** By level: `{ "0.05": ..., "0.25": ... }`. */
  readonly quantiles: Readonly<Record<string, OneOrMany>>;
}

/** Rows predicted together, so that lines come out while later ones are still at work. */
const ROWS_AT_ONCE = 1024;

/** Predicts rows in order. Rows of several tasks may be mixed; each has its task's number of objectives. */
export async function* predictLines(
  predictor: Predictor,
  rows: Iterable<{ readonly task: string; readonly x: string }>,
  options: PredictOptions = {},
): AsyncGenerator<PredictionLine> {
  let waiting: { task: string; x: string }[] = [];
  for (const row of rows) {
    waiting.push(row);
    if (waiting.length < ROWS_AT_ONCE) continue;
    yield* await predictRows(predictor, waiting, options);
    waiting = [];
  }
  yield* await predictRows(predictor, waiting, options);
}

async function predictRows(
  predictor: Predictor,
  rows: readonly { readonly task: string; readonly x: string }[],
  options: PredictOptions,
): Promise<PredictionLine[]> {
  const numObjectives = Math.max(1, ...rows.map(({ task }) => predictor.numObjectivesOf(task)));
  const all = await predictor.distributions(
    rows.map(({ x }) => x),
    { numObjectives, ...options },
  );
  return rows.map(({ task }, row) =>
    predictionLine(task, all[row]!.slice(0, predictor.numObjectivesOf(task))),
  );
}

/** The line of one row. */
function predictionLine(task: string, distributions: readonly Distribution[]): PredictionLine {
  const each = (value: (distribution: Distribution) => number): OneOrMany => {
    const values = distributions.map(value);
    return values.length === 1 ? values[0]! : values;
  };
  return {
    task,
    mean: each((distribution) => distribution.mean),
    median: each((distribution) => distribution.median),
    std: each((distribution) => distribution.std),
    leastRelativeError: each((distribution) => distribution.leastRelativeError),
    quantiles: Object.fromEntries(
      LINE_QUANTILES.map((level) => [
        String(level),
        each((distribution) => distribution.quantile(level)),
      ]),
    ),
  };
}

// Whether one way of predicting is better than a simpler one, judged by few rows that were left out: the mean gain
// must be larger than its standard error, so that no single row decides.

import type { ValueScale } from "./value-scale.ts";

/** What one way did on rows that it had not seen. */
export interface JudgedWay {
  /** Predicted minus measured, on the scale. */
  readonly errors: readonly number[];
  /** Factor on its losses: errors look better than they are on the rows by which a way was chosen. */
  readonly charge: number;
  readonly scale: ValueScale;
}

/**
 * Rows from which on logarithms alone decide. A model that is many times too low has a small relative error whatever it
 * ranks: with enough rows that is no reason to keep it.
 */
const MANY_ROWS = 30;
/** Logarithm of the largest ratio that makes a loss worse. */
const LARGEST_LOG = 20;

/**
 * Whether `way` is better than `simpler` by more than the standard error of the gain over the same rows: in
 * |error|, and with few rows on the logarithmic scale also in relative error, which forgives what is too low and not
 * what is too high.
 *
 * @param simpler One for each objective; the rows of each objective are those of `way`.
 */
export function isClearlyBetter(simpler: readonly JudgedWay[], way: readonly JudgedWay[]): boolean {
  const isComparable = simpler.every(({ scale }, at) => scale === way[at]!.scale);
  const hasMany = way.every(({ errors }) => errors.length >= MANY_ROWS);
  const asked = hasMany ? [absolute] : [absolute, relative];
  return isComparable && asked.every((loss) => isGainClear(gains(simpler, way, loss)));
}

type Loss = (error: number, scale: ValueScale) => number;

const absolute: Loss = (error) => Math.abs(error);
const relative: Loss = (error, scale) =>
  Math.abs(scale === "log" ? Math.expm1(Math.min(error, LARGEST_LOG)) : error);

/** In units of the simpler way's mean loss on the objective: objectives have units of their own. */
function gains(simpler: readonly JudgedWay[], way: readonly JudgedWay[], loss: Loss): number[] {
  return simpler.flatMap((judged, objective) => {
    const before = losses(judged, loss);
    const after = losses(way[objective]!, loss);
    const unit = before.reduce((sum, value) => sum + value, 0) / before.length;
    return unit > 0 ? before.map((value, row) => (value - after[row]!) / unit) : [];
  });
}

function losses({ errors, charge, scale }: JudgedWay, loss: Loss): number[] {
  return errors.map((error) => charge * loss(error, scale));
}

/** What one row alone gains is as large as its standard error, but for rounding. */
const ROUNDING = 1e-9;

function isGainClear(values: readonly number[]): boolean {
  const n = values.length;
  if (n < 2) return false;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return mean > Math.sqrt(squares / (n * (n - 1))) * (1 + ROUNDING);
}

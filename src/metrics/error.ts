// How far point predictions are from the truth.

import { invariant } from "../core/index.ts";

export interface RelativeError {
  /** Mean of |prediction - y| / |y| over rows with y other than zero, in percent; NaN without any. */
  readonly percent: number;
  /** Rows with y = 0, left out. */
  readonly skippedZero: number;
}

export function meanRelativeError(
  predictions: ArrayLike<number>,
  y: ArrayLike<number>,
): RelativeError {
  const errors = relativeErrors(predictions, y);
  return {
    percent: (100 * errors.reduce((a, b) => a + b, 0)) / errors.length,
    skippedZero: y.length - errors.length,
  };
}

/** The same with the median instead of the mean. */
export function medianRelativeError(
  predictions: ArrayLike<number>,
  y: ArrayLike<number>,
): RelativeError {
  const errors = relativeErrors(predictions, y).toSorted((a, b) => a - b);
  const upper = errors.length >> 1;
  const lower = (errors.length - 1) >> 1;
  const median = errors.length === 0 ? Number.NaN : (errors[lower]! + errors[upper]!) / 2;
  return { percent: 100 * median, skippedZero: y.length - errors.length };
}

/** Root of the mean squared error; NaN without rows. */
export function rmse(predictions: ArrayLike<number>, y: ArrayLike<number>): number {
  invariant(predictions.length === y.length, `${predictions.length} predictions, ${y.length} y`);
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += (predictions[i]! - y[i]!) ** 2;
  return Math.sqrt(sum / y.length);
}

function relativeErrors(predictions: ArrayLike<number>, y: ArrayLike<number>): number[] {
  invariant(predictions.length === y.length, `${predictions.length} predictions, ${y.length} y`);
  const errors: number[] = [];
  for (let i = 0; i < y.length; i++) {
    if (y[i] !== 0) errors.push(Math.abs(predictions[i]! - y[i]!) / Math.abs(y[i]!));
  }
  return errors;
}

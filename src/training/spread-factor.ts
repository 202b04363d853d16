// How far a stated standard deviation must be stretched for its central 90 % to hold nine new rows in ten.

/** Standard deviations from the middle of a normal distribution to the border of its central 90 %. */
const NORMAL_90 = 1.6449;
/** Rows from which on their own quantile counts more than the stated spread. */
const TRUSTED_ROWS = 20;
const MOST = 3;
const LEAST = 0.3;

/**
 * The conformal quantile of left-out errors (the smallest that covers nine in ten of them and the row to come),
 * believed the more the more rows there are, times the inflation of few rows: what was chosen by left-out rows
 * looks better on them than on new ones, as if `lostRows` of the rows had not been there.
 *
 * @param ratios |error| of left-out rows over their stated standard deviation.
 * @param numRows Rows that were fitted, at least as many as `ratios`.
 */
export function spreadFactor(ratios: readonly number[], numRows: number, lostRows: number): number {
  const n = ratios.length;
  const place = Math.min(n - 1, Math.ceil(0.9 * (n + 1)) - 1);
  const quantile = ratios.toSorted((a, b) => a - b)[place]!;
  const factor = Math.max(LEAST, Math.min(MOST, quantile / NORMAL_90));
  const trust = n / (n + TRUSTED_ROWS);
  return factor ** trust * (1 + lostRows / numRows);
}

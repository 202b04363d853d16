// How good predicted distributions are: sharp and right about their own uncertainty.

import { invariant } from "../core/index.ts";

/** Share of y inside [lo, hi], both ends included; NaN without rows. */
export function coverage(
  lo: ArrayLike<number>,
  hi: ArrayLike<number>,
  y: ArrayLike<number>,
): number {
  invariant(lo.length === y.length && hi.length === y.length, "coverage of unequal lengths");
  let inside = 0;
  for (let i = 0; i < y.length; i++) if (lo[i]! <= y[i]! && y[i]! <= hi[i]!) inside += 1;
  return inside / y.length;
}

/** Pinball loss of one quantile prediction at `level` (0 to 1): its mean is least at the true quantile. */
export function pinball(quantile: number, y: number, level: number): number {
  return y >= quantile ? level * (y - quantile) : (1 - level) * (quantile - y);
}

/**
 * Continuous ranked probability score of weighted points (samples, or interval midpoints with their masses):
 * E|Y - y| - E|Y - Y'| / 2. In the unit of y; smaller is better.
 *
 * @param masses One for each point, any positive scale; equal where left out.
 */
export function crps(points: ArrayLike<number>, y: number, masses?: ArrayLike<number>): number {
  invariant(points.length > 0, "crps of no points");
  const order = Array.from(points, (_, i) => i).sort((i, j) => points[i]! - points[j]!);
  const total = masses === undefined ? points.length : sum(masses);
  let distance = 0;
  let spread = 0;
  let below = 0;
  for (const i of order) {
    const mass = (masses === undefined ? 1 : masses[i]!) / total;
    distance += mass * Math.abs(points[i]! - y);
    // E|Y - Y'| = 2 * sum of p_i x_i (mass below - mass above).
    spread += mass * points[i]! * (2 * below + mass - 1);
    below += mass;
  }
  return distance - spread;
}

/** CRPS from quantiles at evenly spread levels: twice the mean pinball loss. */
export function crpsFromQuantiles(
  quantiles: ArrayLike<number>,
  levels: ArrayLike<number>,
  y: number,
): number {
  invariant(quantiles.length === levels.length && levels.length > 0, "one quantile for each level");
  let loss = 0;
  for (let i = 0; i < levels.length; i++) loss += pinball(quantiles[i]!, y, levels[i]!);
  return (2 * loss) / levels.length;
}

/** Mean negative log-likelihood, in nats for each row; NaN without rows. */
export function meanNegativeLogLikelihood(logProbs: ArrayLike<number>): number {
  return -sum(logProbs) / logProbs.length;
}

/**
 * The smallest point at which the cumulated mass reaches `level` of the total.
 *
 * @param points Any order; `masses` as for `crps`.
 */
export function quantile(
  points: ArrayLike<number>,
  level: number,
  masses?: ArrayLike<number>,
): number {
  invariant(points.length > 0, "quantile of no points");
  const order = Array.from(points, (_, i) => i).sort((i, j) => points[i]! - points[j]!);
  const total = masses === undefined ? points.length : sum(masses);
  let below = 0;
  for (const i of order) {
    below += masses === undefined ? 1 : masses[i]!;
    // A hair of slack: masses add up with rounding.
    if (below >= level * total * (1 - 1e-12)) return points[i]!;
  }
  return points[order.at(-1)!]!;
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

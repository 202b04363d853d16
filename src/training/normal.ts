// The normal distribution: quantiles, and a Distribution of intervals that follows it.

import { Distribution, type NumberInterval } from "../model/index.ts";
import { fromScale, type ValueScale } from "./value-scale.ts";

/** Quantile of the standard normal distribution (Acklam's rational approximation, relative error 1e-9). */
function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p < 0.02425) return tail(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  const numerator = polynomial(
    r,
    [
      -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2,
      -3.066479806614716e1, 2.506628277459239,
    ],
  );
  const denominator = polynomial(
    r,
    [
      -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1,
      -1.328068155288572e1, 1,
    ],
  );
  return (q * numerator) / denominator;
}

function tail(q: number): number {
  const numerator = polynomial(
    q,
    [
      -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734,
      4.374664141464968, 2.938163982698783,
    ],
  );
  const denominator = polynomial(
    q,
    [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1],
  );
  return numerator / denominator;
}

/** Highest power first. */
function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

const NUM_CELLS = 80;
/** Where the outermost cells end, in standard deviations. */
const FARTHEST = 5;

/** A normal distribution on the scale, cut into cells of equal probability. */
export function normalDistribution(mean: number, std: number, scale: ValueScale): Distribution {
  const edges = NORMAL_EDGES.map((edge) => fromScale(mean + edge * std, scale));
  const intervals = Array.from(
    { length: NUM_CELLS },
    (_, cell): NumberInterval => ({
      lo: edges[cell]!,
      hi: edges[cell + 1]!,
      mass: 1 / NUM_CELLS,
      spacing: 0,
    }),
  );
  return new Distribution(intervals);
}

const NORMAL_EDGES = Array.from({ length: NUM_CELLS + 1 }, (_, edge) =>
  Math.max(-FARTHEST, Math.min(FARTHEST, normalQuantile(edge / NUM_CELLS))),
);

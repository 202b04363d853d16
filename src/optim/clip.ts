// From a sum of gradients to the one the optimizer sees: one division by the weight, one clipping factor.

import { sumOfSquares } from "../tensor/flat/index.ts";

export interface GradientScale {
  /** Euclidean norm of the mean gradient before clipping; NaN or Infinity says: do not apply. */
  readonly norm: number;
  /** Factor from the summed gradient to the mean, clipped one. 0 when nothing must be applied. */
  readonly scale: number;
}

/**
 * Decides the factor on a summed gradient. The norm accumulates in f64 in a fixed order, so it has the same
 * bits wherever it is computed.
 *
 * @param totalWeight Sum of the examples' weights; 0 gives the scale 0.
 */
export function gradientScale(
  gradientSum: Float32Array,
  totalWeight: number,
  clipNorm: number,
): GradientScale {
  return scaleFromSquares(sumOfSquares(gradientSum), totalWeight, clipNorm);
}

/** {@link gradientScale} where the sum of the squares of the summed gradient is known. */
export function scaleFromSquares(
  squares: number,
  totalWeight: number,
  clipNorm: number,
): GradientScale {
  if (!(totalWeight > 0)) return { norm: 0, scale: 0 };
  const norm = Math.sqrt(squares) / totalWeight;
  if (!Number.isFinite(norm)) return { norm, scale: 0 };
  return { norm, scale: (norm > clipNorm ? clipNorm / norm : 1) / totalWeight };
}

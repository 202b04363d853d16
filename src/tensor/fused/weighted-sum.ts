// Reduces per-token or per-example losses to one number.

import { mul, type Scalar, sum, type Tensor1D, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { expectLength, expectShape } from "../shape.ts";

/**
 * Sum over n of x[n] * weights[n].
 *
 * @throws {ShapeError} when there are not as many weights as values.
 */
export function weightedSum(x_N: Tensor1D, weights: Float32Array): Scalar {
  expectShape("weightedSum: x", x_N.shape, ["N"]);
  expectLength("weightedSum: weights", weights, x_N.shape[0]);
  return tidy(() => sum(mul(x_N, tensor1d(weights))));
}

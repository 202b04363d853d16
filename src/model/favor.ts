// FAVOR+ linear attention (Choromanski et al., "Rethinking attention with Performers", 2021), not causal.
// Keys and values of a row are folded into one [features, K] matrix per head, so memory grows with the
// length of the text and not with its square.
//
// Shape letters: N tokens of all rows   H heads   R = N H   K width of one head   D = H K   M random features

import { invariant } from "../core/index.ts";
import {
  add,
  concat,
  exp,
  featureAttention,
  linear,
  max,
  mul,
  reshape,
  slice,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor2D,
  tidy,
  tile,
} from "../tensor/index.ts";

export interface FavorOptions {
  readonly numHeads: number;
  readonly offsets: Int32Array;
  readonly kernel: "relu" | "softmax";
  /**
   * What the softmax kernel subtracts from the keys' exponents. `head`: the largest of all tokens in a
   * head, which cancels in the quotient. `token`: the largest of all heads of a token, which does not, but
   * which regress-lm does.
   */
  readonly keyMaximum: "head" | "token";
}

const RELU_FLOOR = 1e-3;
const SOFTMAX_FLOOR = 1e-6;

/**
 * @param q_ND Queries of all rows, heads side by side.
 * @param features_MK Random directions, the same for every head; never trained.
 * @returns `[N, D]`.
 */
export function favorAttention(
  q_ND: Tensor2D,
  k_ND: Tensor2D,
  v_ND: Tensor2D,
  features_MK: Tensor2D,
  options: FavorOptions,
): Tensor2D {
  const { numHeads, offsets } = options;
  const [N, D] = q_ND.shape;
  invariant(offsets[offsets.length - 1] === N, "favorAttention: offsets end elsewhere");
  if (N === 0) return v_ND.clone();
  return tidy(() => {
    const directions_MK = stopGradient(features_MK);
    const [M, K] = directions_MK.shape;
    // All heads of all tokens as rows of one matrix: every head has the same directions.
    const features = (x_ND: Tensor2D, role: "query" | "key"): Tensor2D => {
      const x_RK = reshape(x_ND, [(N * D) / K, K]) as Tensor2D;
      const mapped_RM =
        options.kernel === "relu"
          ? reluFeatures(x_RK, directions_MK)
          : softmaxFeatures(x_RK, directions_MK, role, options);
      return reshape(mapped_RM, [N, numHeads * M]) as Tensor2D;
    };
    const [q_NHM, k_NHM] = [features(q_ND, "query"), features(k_ND, "key")];
    return featureAttention(q_NHM, k_NHM, v_ND, { numHeads, offsets });
  });
}

/** relu(x Pᵀ / sqrt(M)) + floor. */
function reluFeatures(x_RK: Tensor2D, features_MK: Tensor2D): Tensor2D {
  const scaled_MK: Tensor2D = mul(features_MK, 1 / Math.sqrt(features_MK.shape[0]));
  return add(linear(x_RK, scaled_MK, null, "relu"), RELU_FLOOR);
}

/** exp(x Pᵀ - |x|²/2 - max) + floor, with x scaled by K^(-1/4), all over sqrt(M). */
function softmaxFeatures(
  x_RK: Tensor2D,
  features_MK: Tensor2D,
  role: "query" | "key",
  options: FavorOptions,
): Tensor2D {
  const [M, K] = features_MK.shape;
  const scaled_RK: Tensor2D = mul(x_RK, K ** -0.25);
  const dash_RM = linear(scaled_RK, features_MK, null);
  const half_R1 = mul(sum(square(scaled_RK), 1, true), 0.5);
  const shift_R1 = stopGradient(tidy(() => exponentShift(dash_RM, role, options)));
  const exponent_RM = sub(dash_RM, add(half_R1, shift_R1));
  return mul(add(exp(exponent_RM), SOFTMAX_FLOOR), 1 / Math.sqrt(M));
}

/** What keeps the exponentials finite: a maximum that is the same for all terms of one sum. */
function exponentShift(
  dash_RM: Tensor2D,
  role: "query" | "key",
  { numHeads: H, offsets, keyMaximum }: FavorOptions,
): Tensor2D {
  const largest_R1: Tensor2D = max(dash_RM, 1, true);
  if (role === "query") return largest_R1;
  const [R] = largest_R1.shape;
  const largest_NH = reshape(largest_R1, [R / H, H]) as Tensor2D;
  if (keyMaximum === "token") {
    return reshape(tile(max(largest_NH, 1, true) as Tensor2D, [1, H]), [R, 1]);
  }
  const rows: Tensor2D[] = [];
  for (let row = 0; row + 1 < offsets.length; row++) {
    const [begin, length] = [offsets[row]!, offsets[row + 1]! - offsets[row]!];
    if (length === 0) continue;
    const ofRow_1H: Tensor2D = max(slice(largest_NH, [begin, 0], [length, H]), 0, true);
    rows.push(tile(ofRow_1H, [length, 1]));
  }
  return reshape(concat(rows, 0), [R, 1]);
}

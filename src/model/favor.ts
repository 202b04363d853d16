// FAVOR+ linear attention (Choromanski et al., "Rethinking attention with Performers", 2021), not causal.
// Keys and values of a row are folded into one [features, K] matrix per head, so memory grows with the
// length of the text and not with its square.
//
// Shape letters: N tokens of all rows   L tokens of one row   H heads   K width of one head   M random features

import { invariant } from "../core/index.ts";
import {
  add,
  concat,
  div,
  exp,
  matMul,
  max,
  mul,
  relu,
  reshape,
  slice,
  square,
  stopGradient,
  sub,
  sum,
  tidy,
  transpose,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
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
const DENOMINATOR_FLOOR = 1e-6;

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
  const { offsets } = options;
  const D = q_ND.shape[1];
  invariant(offsets[offsets.length - 1] === q_ND.shape[0], "favorAttention: offsets end elsewhere");
  return tidy(() => {
    const directions_MK = stopGradient(features_MK);
    const rows: Tensor2D[] = [];
    for (let row = 0; row + 1 < offsets.length; row++) {
      const begin = offsets[row]!;
      const L = offsets[row + 1]! - begin;
      if (L === 0) continue;
      const part = (x_ND: Tensor2D): Tensor2D => slice(x_ND, [begin, 0], [L, D]);
      rows.push(favorRow(part(q_ND), part(k_ND), part(v_ND), directions_MK, options));
    }
    return rows.length === 1 ? rows[0]! : (concat(rows, 0) as Tensor2D);
  });
}

function favorRow(
  q_LD: Tensor2D,
  k_LD: Tensor2D,
  v_LD: Tensor2D,
  features_MK: Tensor2D,
  { numHeads: H, kernel, keyMaximum }: FavorOptions,
): Tensor2D {
  const [L, D] = q_LD.shape;
  const K = D / H;
  const heads = (x_LD: Tensor2D): Tensor3D => transpose(reshape(x_LD, [L, H, K]), [1, 0, 2]);
  const phi = kernel === "relu" ? reluFeatures : softmaxFeatures;
  const q_HLM = phi(heads(q_LD), features_MK, "query", keyMaximum);
  const k_HLM = phi(heads(k_LD), features_MK, "key", keyMaximum);
  const memory_HMK = matMul(k_HLM, heads(v_LD), true, false);
  const weight_HM1 = reshape(sum(k_HLM, 1), [H, features_MK.shape[0], 1]);
  const numerator_HLK = matMul(q_HLM, memory_HMK);
  const denominator_HL1 = add(matMul(q_HLM, weight_HM1), DENOMINATOR_FLOOR);
  return reshape(transpose(div(numerator_HLK, denominator_HL1), [1, 0, 2]), [L, D]);
}

/** relu(x Pᵀ / sqrt(M)) + floor. */
function reluFeatures(x_HLK: Tensor3D, features_MK: Tensor2D): Tensor3D {
  const scale = 1 / Math.sqrt(features_MK.shape[0]);
  return add(relu(mul(projected(x_HLK, features_MK), scale)), RELU_FLOOR);
}

/** exp(x Pᵀ - |x|²/2 - max) + floor, with x scaled by K^(-1/4), all over sqrt(M). */
function softmaxFeatures(
  x_HLK: Tensor3D,
  features_MK: Tensor2D,
  role: "query" | "key",
  keyMaximum: FavorOptions["keyMaximum"],
): Tensor3D {
  const [M, K] = features_MK.shape;
  const scaled_HLK: Tensor3D = mul(x_HLK, K ** -0.25);
  const dash_HLM = projected(scaled_HLK, features_MK);
  const half_HL1 = mul(sum(square(scaled_HLK), 2, true), 0.5);
  const axes = role === "query" ? [2] : keyMaximum === "token" ? [0, 2] : [1, 2];
  const exponent_HLM = sub(sub(dash_HLM, half_HL1), stopGradient(max(dash_HLM, axes, true)));
  return mul(add(exp(exponent_HLM), SOFTMAX_FLOOR), 1 / Math.sqrt(M)) as Tensor3D;
}

function projected(x_HLK: Tensor3D, features_MK: Tensor2D): Tensor3D {
  const [H, L, K] = x_HLK.shape;
  const flat: Tensor = matMul(reshape(x_HLK, [H * L, K]), features_MK, false, true);
  return reshape(flat, [H, L, features_MK.shape[0]]);
}

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
  maximum,
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
  invariant(offsets[offsets.length - 1] === q_ND.shape[0], "favorAttention: offsets end elsewhere");
  return tidy(() => {
    const directions_MK = stopGradient(features_MK);
    const parts: Tensor2D[] = [];
    for (let row = 0; row + 1 < offsets.length; row++) {
      const blocks: Block[] = [];
      for (let begin = offsets[row]!; begin < offsets[row + 1]!; begin += BLOCK_TOKENS) {
        blocks.push({ begin, length: Math.min(BLOCK_TOKENS, offsets[row + 1]! - begin) });
      }
      if (blocks.length > 0) {
        parts.push(...favorRow([q_ND, k_ND, v_ND], blocks, directions_MK, options));
      }
    }
    return parts.length === 1 ? parts[0]! : (concat(parts, 0) as Tensor2D);
  });
}

/** Tokens at work together: bounds what one row needs beyond its inputs and outputs. */
const BLOCK_TOKENS = 4096;

interface Block {
  readonly begin: number;
  readonly length: number;
}

/** Folds the row's keys and values block by block, then answers its queries block by block. */
function favorRow(
  [q_ND, k_ND, v_ND]: readonly [Tensor2D, Tensor2D, Tensor2D],
  blocks: readonly Block[],
  features_MK: Tensor2D,
  { numHeads: H, kernel, keyMaximum }: FavorOptions,
): Tensor2D[] {
  const D = q_ND.shape[1];
  const M = features_MK.shape[0];
  const K = D / H;
  const heads = (x_ND: Tensor2D, { begin, length }: Block): Tensor3D =>
    transpose(reshape(slice(x_ND, [begin, 0], [length, D]), [length, H, K]), [1, 0, 2]);
  // One maximum for all blocks of a row, or they would not add up.
  const shift_H11 =
    kernel === "softmax" && keyMaximum === "head" && blocks.length > 1
      ? largestExponent(
          blocks.map((block) => tidy(() => rowMaximum(heads(k_ND, block), features_MK))),
        )
      : undefined;
  const features = (x_HLK: Tensor3D, role: "query" | "key"): Tensor3D =>
    kernel === "relu"
      ? reluFeatures(x_HLK, features_MK)
      : softmaxFeatures(x_HLK, features_MK, role, keyMaximum, shift_H11);

  const folded = blocks.map((block) =>
    tidy(() => {
      const k_HLM = features(heads(k_ND, block), "key");
      return [matMul(k_HLM, heads(v_ND, block), true, false), sum(k_HLM, 1)] as [
        Tensor3D,
        Tensor2D,
      ];
    }),
  );
  const memory_HMK = addAll(folded.map(([memory]) => memory));
  const weight_HM1 = reshape(addAll(folded.map(([, weight]) => weight)), [H, M, 1]);
  return blocks.map((block) =>
    tidy(() => {
      const q_HLM = features(heads(q_ND, block), "query");
      const numerator_HLK = matMul(q_HLM, memory_HMK);
      const denominator_HL1 = add(matMul(q_HLM, weight_HM1), DENOMINATOR_FLOOR);
      const seen_LHK = transpose(div(numerator_HLK, denominator_HL1), [1, 0, 2]);
      return reshape(seen_LHK, [block.length, D]) as Tensor2D;
    }),
  );
}

function addAll<T extends Tensor>(parts: readonly T[]): T {
  return parts.reduce((sum_, part) => add(sum_, part));
}

function largestExponent(perBlock: readonly Tensor3D[]): Tensor3D {
  return stopGradient(perBlock.reduce((largest, next) => maximum(largest, next)));
}

function rowMaximum(k_HLK: Tensor3D, features_MK: Tensor2D): Tensor3D {
  const scaled_HLK: Tensor3D = mul(k_HLK, features_MK.shape[1] ** -0.25);
  return max(projected(scaled_HLK, features_MK), [1, 2], true);
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
  keyShift_H11: Tensor3D | undefined,
): Tensor3D {
  const [M, K] = features_MK.shape;
  const scaled_HLK: Tensor3D = mul(x_HLK, K ** -0.25);
  const dash_HLM = projected(scaled_HLK, features_MK);
  const half_HL1 = mul(sum(square(scaled_HLK), 2, true), 0.5);
  const axes = role === "query" ? [2] : keyMaximum === "token" ? [0, 2] : [1, 2];
  const shift =
    role === "key" && keyShift_H11 !== undefined
      ? keyShift_H11
      : stopGradient(max(dash_HLM, axes, true));
  const exponent_HLM = sub(sub(dash_HLM, half_HL1), shift);
  return mul(add(exp(exponent_HLM), SOFTMAX_FLOOR), 1 / Math.sqrt(M)) as Tensor3D;
}

function projected(x_HLK: Tensor3D, features_MK: Tensor2D): Tensor3D {
  const [H, L, K] = x_HLK.shape;
  const flat: Tensor = matMul(reshape(x_HLK, [H * L, K]), features_MK, false, true);
  return reshape(flat, [H, L, features_MK.shape[0]]);
}

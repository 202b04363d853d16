// Linear attention on mapped queries and keys (Katharopoulos et al., 2020; FAVOR+ maps them at random):
// out = φ(q) (φ(k)ᵀ v) / (φ(q) Σ φ(k) + 1e-6) inside each row and head. Memory grows with the length of the
// text, not with its square. Shape letters: N tokens, B rows, L tokens of one row, H heads, F features and
// K width of one head.

import {
  add,
  concat,
  div,
  matMul,
  reshape,
  slice,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tidy,
  transpose,
} from "@tensorflow/tfjs-core";
import { ShapeError } from "../../core/index.ts";
import { expectOffsets, expectShape } from "../shape.ts";
import { hasKernel, runFused } from "./registry.ts";

export const FEATURE_ATTENTION = "AuspexFeatureAttention";

const DENOMINATOR_FLOOR = 1e-6;

export interface FeatureAttentionOptions {
  readonly numHeads: number;
  /** Where each row starts, and the end: `[B + 1]`. */
  readonly offsets: Int32Array;
}

/**
 * Attention of every token to all tokens of its row, with the features in place of a softmax.
 *
 * @param q_NHF Features of the queries, never negative, heads side by side: `[N, H * F]`.
 * @param k_NHF Features of the keys, the same way.
 * @param v_NHK Values, `[N, H * K]`.
 * @returns `[N, H * K]`. The caller disposes it.
 * @throws {ShapeError} when shapes, offsets or the number of heads do not fit together.
 */
export function featureAttention(
  q_NHF: Tensor2D,
  k_NHF: Tensor2D,
  v_NHK: Tensor2D,
  options: FeatureAttentionOptions,
): Tensor2D {
  const { numHeads, offsets } = options;
  const [N, HF] = q_NHF.shape;
  expectShape("featureAttention: k", k_NHF.shape, [N, HF]);
  expectShape("featureAttention: v", v_NHK.shape, [N, "H * K"]);
  expectOffsets("featureAttention: offsets", offsets, N);
  if (HF % numHeads !== 0 || v_NHK.shape[1] % numHeads !== 0) {
    throw new ShapeError(
      "featureAttention: widths",
      [HF, v_NHK.shape[1]],
      [`multiples of ${numHeads}`],
    );
  }
  if (!hasKernel(FEATURE_ATTENTION)) {
    return tidy(() => composeFeatureAttention(q_NHF, k_NHF, v_NHK, options));
  }
  return runFused(FEATURE_ATTENTION, { q: q_NHF, k: k_NHF, v: v_NHK }, { ...options });
}

/** `featureAttention` in plain operations, row by row. */
function composeFeatureAttention(
  q_NHF: Tensor2D,
  k_NHF: Tensor2D,
  v_NHK: Tensor2D,
  { numHeads: H, offsets }: FeatureAttentionOptions,
): Tensor2D {
  const HK = v_NHK.shape[1];
  const rows: Tensor2D[] = [];
  for (let b = 0; b + 1 < offsets.length; b++) {
    const [begin, L] = [offsets[b]!, offsets[b + 1]! - offsets[b]!];
    if (L === 0) continue;
    const heads = (x: Tensor2D): Tensor3D =>
      transpose(reshape(slice(x, [begin, 0], [L, x.shape[1]]), [L, H, x.shape[1] / H]), [1, 0, 2]);
    const [q_HLF, k_HLF, v_HLK] = [heads(q_NHF), heads(k_NHF), heads(v_NHK)];
    const numerator_HLK = matMul(q_HLF, matMul(k_HLF, v_HLK, true, false));
    const total_HF1: Tensor = reshape(sum(k_HLF, 1), [H, k_HLF.shape[2], 1]);
    const denominator_HL1 = add(matMul(q_HLF, total_HF1), DENOMINATOR_FLOOR);
    const seen_LHK = transpose(div(numerator_HLK, denominator_HL1), [1, 0, 2]);
    rows.push(reshape(seen_LHK, [L, HK]));
  }
  if (rows.length === 0) return v_NHK.clone();
  return rows.length === 1 ? rows[0]! : concat(rows, 0);
}

// Scaled dot-product attention over ragged segments. Row b's queries see row b's keys and no others.
// Shape letters: N query tokens, M key tokens, B rows, T and S longest row of queries and keys, H heads,
// K width of one head, D = H * K.

import {
  add,
  matMul,
  mul,
  reshape,
  softmax,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tidy,
  transpose,
} from "@tensorflow/tfjs-core";
import { ShapeError } from "../../core/index.ts";
import { expectOffsets, expectShape } from "../shape.ts";
import { hasKernel, runFused } from "./registry.ts";
import { takeRows } from "./rows.ts";
import { withGradient } from "./with-gradient.ts";

export const ATTENTION = "AuspexAttention";

// Finite on purpose: with -Infinity a row without any key becomes NaN.
const MASKED_SCORE = -1e9;

export interface AttentionOptions {
  readonly numHeads: number;
  /** Where each row's queries start, and the end: `[B + 1]`. */
  readonly queryOffsets: Int32Array;
  /** The same for the keys. */
  readonly keyOffsets: Int32Array;
  /** Query t of T sees the keys 0 .. S - T + t: the ends of both are aligned. */
  readonly causal?: boolean;
  /** Factor of the scores; 1 / sqrt(K) unless given. */
  readonly scale?: number;
}

/**
 * softmax(scale · q kᵀ) v inside each row and head. A query that sees no key gets zeros.
 *
 * @param q_ND Queries, heads side by side.
 * @param k_MD Keys.
 * @param v_MD Values.
 * @returns `[N, D]`. The caller disposes it.
 * @throws {ShapeError} when shapes, offsets or the number of heads do not fit together.
 */
export function attention(
  q_ND: Tensor2D,
  k_MD: Tensor2D,
  v_MD: Tensor2D,
  options: AttentionOptions,
): Tensor2D {
  const [N, D] = q_ND.shape;
  const M = k_MD.shape[0];
  const { numHeads, queryOffsets, keyOffsets, causal = false } = options;
  expectShape("attention: q", q_ND.shape, ["N", "D"]);
  expectShape("attention: k", k_MD.shape, ["M", D]);
  expectShape("attention: v", v_MD.shape, [M, D]);
  expectOffsets("attention: queryOffsets", queryOffsets, N);
  expectOffsets("attention: keyOffsets", keyOffsets, M);
  if (queryOffsets.length !== keyOffsets.length) {
    throw new ShapeError("attention: keyOffsets", [keyOffsets.length], [queryOffsets.length]);
  }
  if (D % numHeads !== 0) throw new ShapeError("attention: D", [D], [`a multiple of ${numHeads}`]);
  const scale = options.scale ?? 1 / Math.sqrt(D / numHeads);
  const plan = { numHeads, queryOffsets, keyOffsets, causal, scale };
  if (!hasKernel(ATTENTION)) return tidy(() => composeAttention(q_ND, k_MD, v_MD, plan));
  return runFused(ATTENTION, { q: q_ND, k: k_MD, v: v_MD }, plan);
}

/** `attention` in plain operations: pads rows to the longest, computes all scores, and takes the pads out. */
export function composeAttention(
  q_ND: Tensor2D,
  k_MD: Tensor2D,
  v_MD: Tensor2D,
  options: Required<AttentionOptions>,
): Tensor2D {
  const { numHeads: H, queryOffsets, keyOffsets, causal, scale } = options;
  const [N, D] = q_ND.shape;
  const M = k_MD.shape[0];
  if (N === 0 || M === 0) return mul(q_ND, 0);
  const queries = paddingPlan(queryOffsets);
  const keys = paddingPlan(keyOffsets);
  const B = queryOffsets.length - 1;
  const [T, S] = [queries.longest, keys.longest];

  const heads = (x: Tensor2D, plan: PaddingPlan): Tensor4D =>
    transpose(reshape(padRows(x, plan), [B, plan.longest, H, D / H]), [0, 2, 1, 3]);
  const q_BHTK = heads(q_ND, queries);
  const k_BHSK = heads(k_MD, keys);
  const v_BHSK = heads(v_MD, keys);

  const mask = tensor(keepMask(queryOffsets, keyOffsets, T, S, causal), [B, 1, T, S]);
  const scores_BHTS = mul(matMul(q_BHTK, k_BHSK, false, true), scale);
  const bias_B1TS = mul(add(mask, -1), -MASKED_SCORE);
  // The second product takes out the uniform weights of queries that see no key.
  const weights_BHTS = mul(softmax(add(scores_BHTS, bias_B1TS)), mask);
  const out_BTHK = transpose(matMul(weights_BHTS, v_BHSK), [0, 2, 1, 3]);
  return unpadRows(reshape(out_BTHK, [B * T, D]) as Tensor2D, queries);
}

interface PaddingPlan {
  readonly longest: number;
  /** Token of each padded slot, -1 at pads: `[B * longest]`. */
  readonly tokens: Int32Array;
  /** Slot of each token, `[N]`. */
  readonly slots: Int32Array;
}

/** Where each token of a ragged batch lies when every row is as long as the longest. */
function paddingPlan(offsets: Int32Array): PaddingPlan {
  const B = offsets.length - 1;
  let longest = 0;
  for (let b = 0; b < B; b++) longest = Math.max(longest, offsets[b + 1]! - offsets[b]!);
  const tokens = new Int32Array(B * longest).fill(-1);
  const slots = new Int32Array(offsets[B]!);
  for (let b = 0; b < B; b++) {
    for (let n = offsets[b]!; n < offsets[b + 1]!; n++) {
      const slot = b * longest + n - offsets[b]!;
      tokens[slot] = n;
      slots[n] = slot;
    }
  }
  return { longest, tokens, slots };
}

/** 1 where query t of row b may look at key s, `[B, T, S]`. */
function keepMask(
  queryOffsets: Int32Array,
  keyOffsets: Int32Array,
  T: number,
  S: number,
  causal: boolean,
): Float32Array {
  const B = queryOffsets.length - 1;
  const mask = new Float32Array(B * T * S);
  for (let b = 0; b < B; b++) {
    const numQueries = queryOffsets[b + 1]! - queryOffsets[b]!;
    const numKeys = keyOffsets[b + 1]! - keyOffsets[b]!;
    for (let t = 0; t < numQueries; t++) {
      const end = causal ? Math.max(0, numKeys - numQueries + t + 1) : numKeys;
      const start = (b * T + t) * S;
      mask.fill(1, start, start + end);
    }
  }
  return mask;
}

// Each token sits in exactly one slot, so the gradient of either direction is the other one: no scatter-add.
// Rows of equal lengths have no pads, and nothing moves.

function padRows(x_ND: Tensor2D, { tokens, slots }: PaddingPlan): Tensor2D {
  if (tokens.length === slots.length) return x_ND;
  return withGradient(
    x_ND,
    (x) => takeRows(x, tokens),
    (dy) => takeRows(dy, slots),
  );
}

function unpadRows(x_PD: Tensor2D, { tokens, slots }: PaddingPlan): Tensor2D {
  if (tokens.length === slots.length) return x_PD;
  return withGradient(
    x_PD,
    (x) => takeRows(x, slots),
    (dy) => takeRows(dy, tokens),
  );
}

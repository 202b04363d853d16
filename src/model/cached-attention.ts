// Decoding with what is known already: the text's keys and values (projected once per input) and those of
// earlier decoder positions. A step brings one new token for each of some prefixes.
//
// Shape letters: B text rows   N text tokens of all rows   M queries   P cached positions   D width

import { attention, concat, embedding, type Tensor2D } from "../tensor/index.ts";
import type { DecoderAttention, KeyValues } from "./architecture.ts";

/** The encoder's work on some texts, done once and shared by all that is decoded from them. */
export interface EncodedText {
  readonly memory_ND: Tensor2D;
  /** One per decoder layer. */
  readonly keyValues: readonly KeyValues[];
  readonly offsets: Int32Array;
}

/** One decoder token after each of some prefixes whose keys and values are already known. */
export interface DecodeStep {
  /** The token given to the decoder for each query, `[M]`. */
  readonly ids: Int32Array;
  /** Its position, counted from 0. */
  readonly positions: Int32Array;
  /** Which queries belong to which text row: `[B + 1]`; queries are ordered by row. */
  readonly rowOffsets: Int32Array;
  /** For each layer, keys and values of earlier positions, `[P, D]`; absent when no query has any. */
  readonly cached: readonly KeyValues[] | undefined;
  /**
   * Order that interleaves `[cached; new]` rows so that each query's keys lie together, own key last,
   * with the offsets that cut them: `[M + 1]`.
   */
  readonly keyOrder: Int32Array;
  readonly keyOffsets: Int32Array;
}

/**
 * Attention of one step. The new keys and values of every layer are collected in `keyValues`, in order of
 * layers, for the caller to keep.
 */
export function cachedAttention(
  numHeads: number,
  encoded: EncodedText,
  step: DecodeStep,
): { readonly decoderAttention: DecoderAttention; readonly keyValues: readonly KeyValues[] } {
  const keyValues: KeyValues[] = [];
  const numQueries = step.ids.length;
  const one = Int32Array.from({ length: numQueries + 1 }, (_, query) => query);
  const own = { numHeads, queryOffsets: one, keyOffsets: step.keyOffsets };
  const across = { numHeads, queryOffsets: step.rowOffsets, keyOffsets: encoded.offsets };

  const decoderAttention: DecoderAttention = {
    self(layer, q_MD, k_MD, v_MD) {
      keyValues[layer] = { k_ND: k_MD, v_ND: v_MD };
      const cached = step.cached?.[layer];
      // A first token sees only itself: the softmax over one key gives its value.
      if (cached === undefined) return v_MD;
      return attention(
        q_MD,
        inKeyOrder(cached.k_ND, k_MD, step.keyOrder),
        inKeyOrder(cached.v_ND, v_MD, step.keyOrder),
        own,
      );
    },
    cross(layer, q_MD) {
      const { k_ND, v_ND } = encoded.keyValues[layer]!;
      return attention(q_MD, k_ND, v_ND, across);
    },
  };
  return { decoderAttention, keyValues };
}

/** Rows of `[cached; new]` in the given order. The row lookup of embeddings is the fastest there is. */
function inKeyOrder(cached_PD: Tensor2D, new_MD: Tensor2D, order: Int32Array): Tensor2D {
  return embedding(concat([cached_PD, new_MD], 0), order);
}

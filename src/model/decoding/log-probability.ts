// log p(y | x) of given answers under the distribution that decoding draws from: at every step the softmax
// runs over the tokens that may stand there.

import { invariant } from "../../core/index.ts";
import type { ParameterTensors } from "../../tensor/index.ts";
import type { DecoderVocabulary } from "../../tokenizer/index.ts";
import type { Model } from "../model.ts";
import type { LabelledBatch } from "../ragged.ts";

/**
 * @param temperature Divides the logits.
 * @returns One value per row, in nats: the sum over its tokens. Missing objectives (padding) say nothing.
 */
export async function constrainedLogProbs(
  model: Model,
  parameters: ParameterTensors,
  vocabulary: DecoderVocabulary,
  batch: LabelledBatch,
  temperature = 1,
): Promise<Float64Array> {
  const logits_MV = model.logits(parameters, batch);
  const logits = await logits_MV.data<"float32">();
  logits_MV.dispose();
  return rowLogProbs(logits, vocabulary, batch, temperature);
}

/** The arithmetic of `constrainedLogProbs` on logits `[M, V]` that are there already. */
export function rowLogProbs(
  logits: Float32Array,
  vocabulary: DecoderVocabulary,
  { targetIds, targetOffsets }: Pick<LabelledBatch, "targetIds" | "targetOffsets">,
  temperature: number,
): Float64Array {
  const V = vocabulary.size;
  const { tokensPerObject, padId } = vocabulary;
  invariant(logits.length === targetIds.length * V, "logits do not fit the targets");
  const out = new Float64Array(targetOffsets.length - 1);
  for (let row = 0; row < out.length; row++) {
    const begin = targetOffsets[row]!;
    for (let at = begin; at < targetOffsets[row + 1]!; at++) {
      if (targetIds[at] === padId) continue;
      const position = (at - begin) % tokensPerObject;
      const firstId = position === 0 ? padId : targetIds[at - position]!;
      const allowed = vocabulary.allowedIds(position, firstId);
      let largest = Number.NEGATIVE_INFINITY;
      for (const id of allowed) largest = Math.max(largest, logits[at * V + id]!);
      let total = 0;
      for (const id of allowed) total += Math.exp((logits[at * V + id]! - largest) / temperature);
      out[row]! += (logits[at * V + targetIds[at]!]! - largest) / temperature - Math.log(total);
    }
  }
  return out;
}

// Tiny models with random weights, large enough in the head that their answers are not uniform.

import {
  createModel,
  type LabelledBatch,
  type Model,
  type ModelConfigInput,
  modelConfigSchema,
  type RaggedIds,
} from "../../src/model/index.ts";
import { type ParameterTensors, parametersFromFlat } from "../../src/tensor/index.ts";
import {
  DecoderVocabulary,
  type NumberTokenizerInput,
  numberTokenizerConfigSchema,
  numberTokenizerFromConfig,
} from "../../src/tokenizer/index.ts";

const TEXT_VOCABULARY_SIZE = 19;

export function tinyVocabulary(tokenizer: Partial<NumberTokenizerInput> = {}): DecoderVocabulary {
  const config = { kind: "ieee", numExponentDigits: 1, numMantissaDigits: 2, ...tokenizer };
  return new DecoderVocabulary(
    numberTokenizerFromConfig(numberTokenizerConfigSchema.parse(config)),
  );
}

export function tinyModel(
  override: Partial<ModelConfigInput> = {},
  vocabulary: DecoderVocabulary = tinyVocabulary(),
): Model {
  const config = modelConfigSchema.parse({
    dModel: 16,
    numEncoderLayers: 2,
    numDecoderLayers: 2,
    numHeads: 2,
    maxObjectives: 2,
    ...override,
  });
  return createModel(config, {
    textVocabularySize: TEXT_VOCABULARY_SIZE,
    decoderVocabularySize: vocabulary.size,
  });
}

/** Parameters whose head is `sharpness` times its initial size. The caller disposes them. */
export function tinyParameters(model: Model, seed = 1, sharpness = 10): ParameterTensors {
  const flat = model.initialParameters(seed);
  for (const { role, offset, size } of model.layout.specs) {
    if (role !== "head") continue;
    for (let i = offset; i < offset + size; i++) flat[i]! *= sharpness;
  }
  return parametersFromFlat(model.layout, flat);
}

export function ragged(rows: readonly (readonly number[])[]): RaggedIds {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, at) => {
    offsets[at + 1] = offsets[at]! + row.length;
  });
  return { ids: Int32Array.from(rows.flat()), offsets };
}

/** Texts of several lengths. */
export const TEXTS: readonly (readonly number[])[] = [
  [3, 5, 7, 2],
  [1],
  [4, 4, 18, 9, 11, 2, 6],
  [8, 13],
];

export function labelled(
  texts: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
): LabelledBatch {
  const { ids: targetIds, offsets: targetOffsets } = ragged(targets);
  return {
    text: ragged(texts),
    targetIds,
    targetOffsets,
    decoderIds: Int32Array.from(targets.flatMap((row) => [0, ...row.slice(0, -1)])),
    weights: new Float32Array(texts.length).fill(1),
  };
}

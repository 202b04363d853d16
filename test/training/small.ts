// A tiny model over texts that say their answer, and rows to teach it.

import type { Example } from "../../src/data/index.ts";
import { type ModelConfigInput, modelConfigSchema } from "../../src/model/index.ts";
import { numberTokenizerConfigSchema, trainBytePairVocabulary } from "../../src/tokenizer/index.ts";
import { type TrainedModel, trainedModel } from "../../src/training/index.ts";

/** y = 10 + 5 a + 2 b, the text naming a and b. */
export function linearTask(count: number, task = "toy/linear"): Example[] {
  return Array.from({ length: count }, (_, i) => {
    const [a, b] = [(i * 7) % 9, (i * 5) % 11];
    return { task, x: `a: ${a}\nb: ${b}`, y: [10 + 5 * a + 2 * b], split: "train" };
  });
}

export function smallModel(override: Partial<ModelConfigInput> = {}, seed = 1): TrainedModel {
  const texts = linearTask(50).map(({ x }) => x);
  return trainedModel({
    modelConfig: modelConfigSchema.parse({
      dModel: 16,
      numEncoderLayers: 1,
      numDecoderLayers: 1,
      numHeads: 2,
      maxObjectives: 2,
      maxInputTokens: 64,
      ...override,
    }),
    numberTokenizer: numberTokenizerConfigSchema.parse({
      kind: "ieee",
      numExponentDigits: 1,
      numMantissaDigits: 3,
    }),
    textVocabulary: trainBytePairVocabulary(texts, { size: 320 }),
    seed,
    tasks: { "toy/linear": { numObjectives: 1, numExamples: 50 } },
  });
}

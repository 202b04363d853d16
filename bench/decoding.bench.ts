// What answers cost beside encoding the text: 128 samples and the exact distribution for one 2,048-token
// input (d 512, 2+2 layers), and point predictions for many short rows (d 128, 3+2 layers).
// A random head, sharpened as training would, stands in for a trained one. Prints one table.

import {
  createModel,
  type Decodable,
  disposeEncoded,
  distributions,
  evenOffsets,
  modelConfigSchema,
  type ModelConfigInput,
  samples,
} from "../src/model/index.ts";
import { disposeParameters, openEngine, parametersFromFlat } from "../src/tensor/index.ts";
import {
  DecoderVocabulary,
  DEFAULT_NUMBER_TOKENIZER,
  numberTokenizerFromConfig,
} from "../src/tokenizer/index.ts";

const TEXT_VOCABULARY_SIZE = 4096;
const REPEATS = 5;
/** Factor on the initial head: the predictive distribution then has the entropy of a trained model's. */
const SHARPNESS = 60;

export async function main(): Promise<void> {
  const engine = await openEngine();
  print(
    `engine ${engine.name}, ${engine.precision}, ${engine.threads} threads; best of ${REPEATS}`,
  );
  await longInput();
  await manyRows();
}

async function longInput(): Promise<void> {
  const decodable = randomModel({
    dModel: 512,
    numEncoderLayers: 2,
    numDecoderLayers: 2,
    numHeads: 8,
  });
  const text = { ids: randomIds(2048), offsets: evenOffsets(1, 2048) };
  const encode = await bestMs(async () => {
    const encoded = decodable.model.encode(decodable.parameters, text);
    await encoded.memory_ND.data();
    disposeEncoded(encoded);
  });
  const sample = await bestMs(() => samples(decodable, text, { numSamples: 128 }));
  const exact = await bestMs(() => distributions(decodable, text));
  print("one input of 2,048 tokens, d 512, 2+2 layers");
  row("encode alone", encode, encode);
  row("encode + 128 samples", sample, encode);
  row("encode + distribution, defaults", exact, encode);
  disposeParameters(decodable.parameters);
}

async function manyRows(): Promise<void> {
  const [numRows, length] = [1000, 80];
  const decodable = randomModel({
    dModel: 128,
    numEncoderLayers: 3,
    numDecoderLayers: 2,
    numHeads: 4,
  });
  const text = { ids: randomIds(numRows * length), offsets: evenOffsets(numRows, length) };
  const quick = { mass: 0.99, width: 0.02, maxNodes: 64 };
  const ms = await bestMs(() => distributions(decodable, text, quick));
  print(
    `1,000 rows of 80 tokens, d 128, 3+2 layers: ${(ms / 1000).toFixed(2)} s for point predictions`,
  );
  disposeParameters(decodable.parameters);
}

function randomModel(sizes: ModelConfigInput): Decodable {
  const vocabulary = new DecoderVocabulary(numberTokenizerFromConfig(DEFAULT_NUMBER_TOKENIZER));
  const model = createModel(modelConfigSchema.parse(sizes), {
    textVocabularySize: TEXT_VOCABULARY_SIZE,
    decoderVocabularySize: vocabulary.size,
  });
  const flat = model.initialParameters(1);
  for (const { role, offset, size } of model.layout.specs) {
    if (role !== "head") continue;
    for (let i = offset; i < offset + size; i++) flat[i]! *= SHARPNESS;
  }
  return { model, vocabulary, parameters: parametersFromFlat(model.layout, flat) };
}

function randomIds(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => (i * 7919) % TEXT_VOCABULARY_SIZE);
}

async function bestMs(run: () => Promise<unknown>): Promise<number> {
  await run();
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function row(name: string, ms: number, encode: number): void {
  print(
    `  ${name.padEnd(34)} ${ms.toFixed(0).padStart(7)} ms   ${(ms / encode).toFixed(2)} x encode`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

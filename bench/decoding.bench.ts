// Answers for a long text on engine `native`: 128 samples, and the exact distribution, of a 2,048-token input
// at d 512, 2+2 layers. regress-lm (PyTorch 1.13, CPU) takes 44 s for the samples. The weights are drawn, not
// trained: nearly every sample takes a path of its own, which is the hardest case for shared prefixes.

import { createModel, distributions, modelConfigSchema, samples } from "../src/model/index.ts";
import { disposeParameters, openEngine, parametersFromFlat } from "../src/tensor/index.ts";
import { DecoderVocabulary, ieeeTokenizer } from "../src/tokenizer/index.ts";

const [TOKENS, TEXT_VOCABULARY, THREADS, RUNS] = [2048, 4096, 2, 7];

async function timed(name: string, run: () => Promise<unknown>): Promise<void> {
  await run();
  const timesMs: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await run();
    timesMs.push(performance.now() - start);
  }
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (q: number): string => `${sorted[Math.round(q * (RUNS - 1))]!.toFixed(0)} ms`;
  process.stdout.write(
    `${name.padEnd(48)}  ${at(0.5).padStart(9)}  ${at(0).padStart(9)}  ${at(1).padStart(9)}\n`,
  );
}

export async function main(): Promise<void> {
  process.stdout.write(
    `2,048 tokens, d 512, 2+2 layers, ${THREADS} threads        median       best      worst\n`,
  );
  const tokenizer = ieeeTokenizer({
    base: 10,
    numExponentDigits: 2,
    numMantissaDigits: 4,
    rounding: "nearest",
  });
  const vocabulary = new DecoderVocabulary(tokenizer);
  for (const precision of ["bf16", "f32"] as const) {
    await openEngine({ engine: "native", threads: THREADS, precision });
    const config = modelConfigSchema.parse({
      dModel: 512,
      numEncoderLayers: 2,
      numDecoderLayers: 2,
      numHeads: 8,
    });
    const model = createModel(config, {
      textVocabularySize: TEXT_VOCABULARY,
      decoderVocabularySize: vocabulary.size,
    });
    const parameters = parametersFromFlat(model.layout, model.initialParameters(1));
    const ids = Int32Array.from({ length: TOKENS }, (_, i) => 1 + (i % (TEXT_VOCABULARY - 1)));
    const text = { ids, offsets: Int32Array.of(0, TOKENS) };
    const decodable = { model, parameters, vocabulary };
    await timed(`${precision} 128 samples`, () => samples(decodable, text, { numSamples: 128 }));
    await timed(`${precision} exact distribution, 2,048 nodes`, () =>
      distributions(decodable, text),
    );
    disposeParameters(parameters);
  }
}

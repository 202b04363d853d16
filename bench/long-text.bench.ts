// A Performer on long texts: time and peak memory of encoding one, which must grow linearly with its length.
// Every length has a process of its own, since a peak never falls.

import { spawnSync } from "node:child_process";
import { createModel, disposeEncoded, modelConfigSchema } from "../src/model/index.ts";
import { openEngine, parametersFromFlat } from "../src/tensor/index.ts";
import { printRows } from "./measure.ts";

const LENGTHS = [12_500, 25_000, 50_000, 100_000];
const TEXT_VOCABULARY = 1024;

interface Figures {
  readonly seconds: number;
  readonly peakBytes: number;
}

export async function main(lengths: readonly number[] = LENGTHS): Promise<void> {
  const figures = lengths.map(inOwnProcess);
  const rows = lengths.map((numTokens, i) => {
    const { seconds, peakBytes } = figures[i]!;
    const shorter = figures[i - 1];
    const bytesPerToken =
      shorter && (peakBytes - shorter.peakBytes) / (numTokens - lengths[i - 1]!);
    return [
      numTokens.toLocaleString("en"),
      seconds.toFixed(1),
      (peakBytes / 2 ** 20).toFixed(0),
      // Constant where the peak is linear: what each further token costs.
      bytesPerToken === undefined ? "" : (bytesPerToken / 1024).toFixed(1),
    ];
  });
  printRows(["tokens (performer, d 64, 2 layers, relu)", "seconds", "peak MiB", "KiB/token"], rows);
}

function inOwnProcess(numTokens: number): Figures {
  const code = `const { encodeOne } = await import("./bench/long-text.bench.ts"); await encodeOne(${numTokens});`;
  const child = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", code],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (child.status !== 0) throw new Error(`encoding ${numTokens} tokens failed`);
  return JSON.parse(child.stdout.trim().split("\n").at(-1)!) as Figures;
}

/** Encodes one text of `numTokens` tokens and prints what it took. */
export async function encodeOne(numTokens: number): Promise<void> {
  await openEngine({ engine: "native", threads: 1 });
  const config = modelConfigSchema.parse({
    dModel: 64,
    numEncoderLayers: 2,
    numDecoderLayers: 1,
    numHeads: 4,
    maxInputTokens: numTokens,
    encoder: { kind: "performer" },
  });
  const model = createModel(config, {
    textVocabularySize: TEXT_VOCABULARY,
    decoderVocabularySize: 32,
  });
  const parameters = parametersFromFlat(model.layout, model.initialParameters(1));
  const ids = Int32Array.from({ length: numTokens }, (_, i) => 1 + (i % (TEXT_VOCABULARY - 1)));
  const start = performance.now();
  const encoded = model.encode(parameters, { ids, offsets: Int32Array.of(0, numTokens) });
  await encoded.memory_ND.data();
  const seconds = (performance.now() - start) / 1000;
  disposeEncoded(encoded);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ seconds, peakBytes } satisfies Figures)}\n`);
}

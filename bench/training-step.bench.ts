// A whole training step's gradient on engine `native`: tokens per second, and where the time goes. The limit
// is what the products alone would take at the peak of the cores.

import { createModel, modelConfigSchema } from "../src/model/index.ts";
import {
  disposeParameters,
  openEngine,
  type Precision,
  parametersFromFlat,
} from "../src/tensor/index.ts";
import { computeLeaf } from "../src/training/index.ts";
import { requireNative } from "./native.ts";
import { clockBinding, type OperationTime } from "./training-profile.ts";

interface Step {
  readonly name: string;
  readonly dModel: number;
  readonly numEncoderLayers: number;
  readonly numDecoderLayers: number;
  readonly numHeads: number;
  readonly lengths: readonly number[];
  readonly threads: number;
  readonly runs: number;
}

const TARGET_TOKENS = 8;
const [TEXT_VOCABULARY, DECODER_VOCABULARY] = [4096, 32];
const medium = { dModel: 256, numEncoderLayers: 4, numDecoderLayers: 2, numHeads: 8 };
const small = { dModel: 128, numEncoderLayers: 3, numDecoderLayers: 2, numHeads: 4 };
// Lengths as in a batch of basic blocks and configurations; 4,096 tokens in all.
const RAGGED = [60, 75, 80, 88, 95, 110, 130, 150, 180, 210, 260, 300, 380, 480, 600, 898];
const equal = (count: number, length: number): number[] =>
  Array.from({ length: count }, () => length);

const STEPS: readonly Step[] = [
  {
    name: "d 256, 4+2 layers, 8 rows of 512",
    ...medium,
    lengths: equal(8, 512),
    threads: 2,
    runs: 9,
  },
  {
    name: "d 256, 4+2 layers, 16 rows of 256",
    ...medium,
    lengths: equal(16, 256),
    threads: 2,
    runs: 9,
  },
  { name: "d 256, 4+2 layers, 16 ragged rows", ...medium, lengths: RAGGED, threads: 2, runs: 9 },
  {
    name: "d 128, 3+2 layers, 8 rows of 80",
    ...small,
    lengths: equal(8, 80),
    threads: 1,
    runs: 60,
  },
];

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    offsets[i + 1] = offsets[i]! + length;
  });
  return offsets;
}

function idsOf(count: number, end: number): Int32Array {
  return Int32Array.from(
    { length: count },
    (_, i) => 1 + ((Math.imul(i + 1, 2654435761) >>> 8) % (end - 1)),
  );
}

/** Multiply-adds of one step's products, times two; backward counts twice the forward, attention 2.5 times. */
function flopsOf({ dModel: D, numEncoderLayers, numDecoderLayers, lengths }: Step): number {
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const pairs = lengths.reduce((sum, length) => sum + length * length, 0);
  const targets = lengths.length * TARGET_TOKENS;
  const encoder = numEncoderLayers * (tokens * 24 * D * D * 3 + pairs * 4 * D * 3.5);
  const memory = numDecoderLayers * tokens * 4 * D * D * 3;
  const decoder =
    numDecoderLayers * (targets * 28 * D * D * 3 + tokens * TARGET_TOKENS * 4 * D * 3.5);
  return encoder + memory + decoder;
}

const CLOCK = clockBinding();

async function measure(step: Step, precision: Precision): Promise<void> {
  const { name, lengths, threads, runs, ...sizes } = step;
  await openEngine({ engine: "native", threads, precision });
  const native = requireNative(threads);
  const limit = native.peakGflops(precision === "bf16" ? 1 : 0, 200) * threads;
  const config = modelConfigSchema.parse({ ...sizes, preset: "modern" });
  const model = createModel(config, {
    textVocabularySize: TEXT_VOCABULARY,
    decoderVocabularySize: DECODER_VOCABULARY,
  });
  const parameters = parametersFromFlat(model.layout, model.initialParameters(1));
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const targets = lengths.length * TARGET_TOKENS;
  const batch = {
    text: { ids: idsOf(tokens, TEXT_VOCABULARY), offsets: offsetsOf(lengths), numTruncated: 0 },
    decoderIds: idsOf(targets, DECODER_VOCABULARY),
    targetIds: idsOf(targets, DECODER_VOCABULARY),
    targetOffsets: offsetsOf(equal(lengths.length, TARGET_TOKENS)),
    weights: new Float32Array(lengths.length).fill(1),
  };
  const timesMs: number[] = [];
  let cpuStart = process.cpuUsage();
  for (let run = -2; run < runs; run++) {
    if (run === 0) {
      CLOCK?.take();
      cpuStart = process.cpuUsage();
    }
    const start = performance.now();
    await computeLeaf(model, parameters, batch);
    if (run >= 0) timesMs.push(performance.now() - start);
  }
  const used = process.cpuUsage(cpuStart);
  const perCore = (1e6 * tokens * runs) / (used.user + used.system);
  disposeParameters(parameters);
  const sorted = timesMs.toSorted((a, b) => a - b);
  const rate = (q: number): string =>
    ((1000 * tokens) / sorted[Math.round(q * (sorted.length - 1))]!).toFixed(0);
  const most = (tokens * limit * 1e9) / flopsOf(step);
  const share = ((100 * Number(rate(0.5))) / most).toFixed(0);
  process.stdout.write(
    `${precision} ${name}, ${threads} threads: ${rate(0.5)} tokens/s (limit ${most.toFixed(0)}, ${share} %; p10 ${rate(0.9)}, p90 ${rate(0.1)}; ${perCore.toFixed(0)} tokens per core-second)\n`,
  );
  printOperations(CLOCK?.take() ?? [], timesMs);
}

function printOperations(operations: readonly OperationTime[], timesMs: readonly number[]): void {
  const total = timesMs.reduce((sum, ms) => sum + ms, 0);
  const inKernels = operations.reduce((sum, { ms }) => sum + ms, 0);
  const rows = [
    ...operations.slice(0, 12),
    { name: "(not in a kernel)", calls: 0, ms: total - inKernels },
  ];
  for (const { name, calls, ms } of rows) {
    const cells = [
      `    ${name.padEnd(24)}`,
      (calls / timesMs.length).toFixed(0).padStart(5),
      `${(ms / timesMs.length).toFixed(2).padStart(9)} ms`,
      `${((100 * ms) / total).toFixed(1).padStart(6)} %`,
    ];
    process.stdout.write(`${cells.join("  ")}\n`);
  }
  const peak = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
  process.stdout.write(`    resident memory ${peak} MB\n\n`);
}

export async function main(): Promise<void> {
  for (const step of STEPS) {
    for (const precision of ["bf16", "f32"] as const) await measure(step, precision);
  }
}

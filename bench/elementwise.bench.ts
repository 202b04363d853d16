// Kernels that are bound by memory, on one thread, against a plain copy of as many bytes.

import { type Case, printTable, randomFloats } from "./measure.ts";
import { requireNative } from "./native.ts";

const [N, D, V] = [4096, 256, 4096];
const BYTES = 4 * N * D;

/** GB/s of reading and writing by a plain copy of arrays as large as those of the cases. */
function copyRate(): number {
  const [from, to] = [randomFloats(N * D), new Float32Array(N * D)];
  let best = 0;
  for (let i = 0; i < 50; i++) {
    const start = performance.now();
    to.set(from);
    best = Math.max(best, (2 * BYTES) / (performance.now() - start) / 1e6);
  }
  return best;
}

export function main(): void {
  const native = requireNative(1);
  const limit = copyRate();
  const [x, dy, y] = [randomFloats(N * D, 1), randomFloats(N * D, 2), new Float32Array(N * D)];
  const [gain, dgain, rstd] = [randomFloats(D), new Float32Array(D), new Float32Array(N)];
  const [mean, dbias] = [new Float32Array(N), new Float32Array(D)];
  const [headGain, headRstd] = [randomFloats(32), new Float32Array(N * 8)];
  const positions = Int32Array.from({ length: N }, (_, i) => i % 512);
  const ids = Int32Array.from({ length: N }, (_, i) => Math.imul(i, 2654435761) >>> 20);
  const table = randomFloats(V * D);
  const logits = randomFloats(N * 64);
  const targets = Int32Array.from({ length: N }, (_, i) => i % 64);
  const [loss, lse] = [new Float32Array(N), new Float32Array(N)];
  const [m, v, params] = [new Float32Array(N * D), new Float32Array(N * D), randomFloats(N * D)];
  const ranges = Int32Array.of(0, N * D);
  const layer = [dy, x, gain, mean, rstd, y, dgain, dbias, N, D] as const;
  const passes: readonly (readonly [string, number, () => void])[] = [
    ["add", 3, () => native.add(x, dy, y)],
    ["gelu", 2, () => native.activationForward(x, y, 3)],
    [
      "layerNorm forward",
      2,
      () => native.layerNormForward(x, gain, gain, y, mean, rstd, N, D, 1e-5),
    ],
    ["layerNorm backward", 3, () => native.layerNormBackward(...layer)],
    ["rmsNorm forward", 2, () => native.rmsNormForward(x, gain, y, rstd, N, D, 1e-6)],
    ["rmsNorm backward", 3, () => native.rmsNormBackward(dy, x, gain, rstd, y, dgain, N, D)],
    [
      "rmsNorm forward, heads of 32",
      2,
      () => native.rmsNormForward(x, headGain, y, headRstd, N * 8, 32, 1e-6),
    ],
    ["rotary, 8 heads of 32", 2, () => native.rotary(x, positions, y, N, 8, 32, 10_000, false)],
    ["embedding", 2, () => native.embeddingForward(table, ids, y, N, D, V)],
    ["embedding gradient", 3, () => native.embeddingBackward(dy, ids, table, N, D, V)],
    ["dropout", 2, () => native.dropout(x, y, 0.1, 7)],
    [
      "adamwStep",
      7,
      () => native.adamwStep(params, x, m, v, ranges, 1e-3, 0.9, 0.95, 1e-8, 0.1, 5, 1),
    ],
    ["sumOfSquares", 1, () => native.sumOfSquares(x)],
    [
      "cross entropy, 64 classes",
      0.25,
      () => native.crossEntropyForward(logits, targets, loss, lse, N, 64, 1e-4),
    ],
  ];
  const cases = passes.map(
    ([name, arrays, run]): Case => ({ name, work: arrays * BYTES, limit, run }),
  );
  const title = `memory-bound kernels, ${N} x ${D}, 1 thread`;
  printTable(cases, { title, unit: "GB/s", scale: 1e9 });
}

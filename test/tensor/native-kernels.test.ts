// The C++ kernels from both sides: their own test program (f64 references, sanitizers, equal bits for any
// number of threads) and the addon as JavaScript sees it.

import { spawnSync } from "node:child_process";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { loadNative, type NativeBinding } from "../../src/tensor/native/binding.ts";

const loaded = loadNative();
const native = "unavailable" in loaded ? undefined : loaded;
const compiler = spawnSync(process.env["CXX"] ?? "c++", ["--version"]).status === 0;
const why = "unavailable" in loaded ? loaded.unavailable : "no C++ compiler";
if (native === undefined || !compiler) process.stderr.write(`native kernels: skipped, ${why}\n`);

function random(size: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** One product and one attention, forward and backward, as an array of outputs. */
function someOutputs(binding: NativeBinding, precision: 0 | 1): Float32Array[] {
  const [N, H, K] = [45, 2, 20];
  const D = H * K;
  const [q, k, v, dout] = [1, 2, 3, 4].map((seed) => random(N * D, seed)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const offsets = Int32Array.of(0, 30, 30, 45);
  const product = new Float32Array(N * N);
  binding.gemm(false, true, N, N, D, q, k, product, 0, precision);
  const [out, lse] = [new Float32Array(N * D), new Float32Array(N * H)];
  const scale = 1 / Math.sqrt(K);
  binding.attentionForward(q, k, v, out, lse, offsets, offsets, H, K, scale, true, precision);
  const [dq, dk, dv] = [new Float32Array(N * D), new Float32Array(N * D), new Float32Array(N * D)];
  binding.attentionBackward(
    dout,
    q,
    k,
    v,
    out,
    lse,
    dq,
    dk,
    dv,
    offsets,
    offsets,
    H,
    K,
    scale,
    true,
    precision,
  );
  return [product, out, lse, dq, dk, dv];
}

function largestDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let largest = 0;
  a.forEach((values, i) => {
    values.forEach((value, j) => {
      largest = Math.max(largest, Math.abs(value - b[i]![j]!));
    });
  });
  return largest;
}

describe.skipIf(!compiler)("the kernels' test program", () => {
  test("agrees with f64 references on every path, under the address and undefined-behaviour sanitizers", () => {
    const build = ["native/build.mjs", "--test", "--sanitize"];
    const built = spawnSync("node", build, { encoding: "utf8" });
    expect(built).toMatchObject({ status: 0, stderr: "" });
    const run = spawnSync(built.stdout.trim(), { encoding: "utf8" });
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(run.stdout).toMatch(/^\d+ checks on portable.*: 0 failures\n$/);
  }, 300_000);
});

describe.skipIf(native === undefined)("the addon", () => {
  const binding = native!;

  test.each([0, 1] as const)("gives the same bits with 1, 2 and 3 threads, precision %i", (p) => {
    const before = binding.info().threads;
    const runs = [1, 2, 3].map((threads) => {
      binding.setThreads(threads);
      return someOutputs(binding, p);
    });
    binding.setThreads(before);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });

  test("every path agrees with the portable one", () => {
    const { path: best, paths } = binding.info();
    binding.setPath("portable");
    const expected = someOutputs(binding, 0);
    for (const path of paths) {
      binding.setPath(path);
      expect(largestDifference(someOutputs(binding, 0), expected)).toBeLessThan(1e-4);
      expect(largestDifference(someOutputs(binding, 1), expected)).toBeLessThan(0.2);
    }
    binding.setPath(best);
  });

  test("a wrong length, type or id is an error that names the function and the argument", () => {
    const two = new Float32Array(2);
    expect(() => binding.add(two, two, new Float32Array(3))).toThrow(
      new TypeError("add: y has 3 values, expected 2"),
    );
    expect(() => binding.add(two, [1, 2] as never, two)).toThrow(
      new TypeError("add: b must be a Float32Array"),
    );
    expect(() => binding.embeddingForward(two, Int32Array.of(2), two, 1, 1, 2)).toThrow(TypeError);
    expect(() =>
      binding.embeddingForward(two, Int32Array.of(2), new Float32Array(1), 1, 1, 2),
    ).toThrow(new RangeError("embeddingForward: ids[0] is 2, must be in [0, 2)"));
    expect(() => binding.setPath("vax" as never)).toThrow("setPath: path is unknown: vax");
  });

  test("views at odd offsets and over shared memory work", () => {
    const shared = new Float32Array(new SharedArrayBuffer(64), 4, 5);
    shared.set([1, 2, 3, 4, 5]);
    const y = new Float32Array(8).subarray(3);
    binding.add(shared, shared, y);
    expect([...y]).toEqual([2, 4, 6, 8, 10]);
    expect(binding.sumOfSquares(shared)).toBe(55);
  });

  test("several threads load instances of their own and compute at the same time", async () => {
    const source = `
      const { parentPort, workerData } = require("node:worker_threads");
      const binding = require(workerData);
      binding.setThreads(2);
      const x = new Float32Array(10000).fill(2), y = new Float32Array(10000);
      for (let i = 0; i < 50; i++) binding.gemm(false, true, 100, 100, 100, x, x, y, 0, 0);
      parentPort.postMessage(y[0]);`;
    const file = new URL("../../native/build/auspex.node", import.meta.url).pathname;
    const answers = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker(source, { eval: true, workerData: file });
            worker.once("message", resolve).once("error", reject);
          }),
      ),
    );
    expect(answers).toEqual([400, 400, 400]);
  });
});

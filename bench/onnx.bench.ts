// Reading the graph of a large ONNX file, in processes that have read a small file before, so that the code is
// compiled: time, and (Linux) peak memory beside a process that stops there.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Network } from "../examples/nas/graph.ts";
import { buildNb201 } from "../examples/nas/nb201.ts";

const NUM_LAYERS = 50;
const WIDTH = 1024;
const CELL =
  "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|";

const NUM_READS = 50;
const NUM_PAIRS = 5;

const CHILD = `
const { withFileWindow } = await import("./src/cli/file-window.ts");
const { describeOnnx } = await import("./src/plugins/index.ts");
const [warm, file, reads] = process.argv.slice(1);
const read = (path) => withFileWindow(path, (source) => describeOnnx(source, "compact"));
for (let i = 0; i < 50; i++) read(warm);
const { readFileSync, writeFileSync } = await import("node:fs");
const statusOf = (field) =>
  Number(new RegExp(field + ":\\\\s+(\\\\d+)").exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024 / 1e6;
globalThis.gc();
// Starting up needs more memory than anything after it: the high-water mark starts again here.
writeFileSync("/proc/self/clear_refs", "5");
const before = statusOf("VmRSS");
const times = [];
const processor = process.cpuUsage();
for (let i = 0; i < Number(reads); i++) {
  const start = performance.now();
  read(file);
  times.push(performance.now() - start);
}
const { user, system } = process.cpuUsage(processor);
times.sort((a, b) => a - b);
console.log(JSON.stringify({
  ms: times[times.length >> 1] ?? 0,
  low: times[0] ?? 0,
  high: times.at(-1) ?? 0,
  processorMs: (user + system) / 1000 / Math.max(1, times.length),
  peakMegabytes: statusOf("VmHWM") - before,
}));
`;

interface Measured {
  readonly ms: number;
  readonly low: number;
  readonly high: number;
  readonly processorMs: number;
  readonly peakMegabytes: number;
}

function measure(...args: readonly string[]): Measured {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--expose-gc", "--import", "tsx", "--input-type=module", "-e", CHILD, "--", ...args],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** 50 convolutions of 4 MB each. */
function largeModel(): Uint8Array {
  const network = new Network();
  let x = network.convBn("image", 3, WIDTH, 1);
  for (let i = 0; i < NUM_LAYERS; i++)
    x = network.add("Relu", [network.convBn(x, WIDTH, WIDTH, 1)]);
  return network.finish([1, 3, 32, 32], network.classify(x, WIDTH, 10));
}

export function main(): void {
  const folder = mkdtempSync(join(tmpdir(), "auspex-onnx-"));
  try {
    const [small, large] = [join(folder, "small.onnx"), join(folder, "large.onnx")];
    writeFileSync(small, buildNb201(CELL));
    writeFileSync(large, largeModel());
    const { ms, low, high, processorMs } = measure(small, large, String(NUM_READS));
    // One read each: what later reads add is garbage of all before.
    const more = Array.from({ length: NUM_PAIRS }, () => {
      const { peakMegabytes } = measure(small, large, "1");
      return peakMegabytes - measure(small, large, "0").peakMegabytes;
    });
    const size = (statSync(large).size / 1e6).toFixed(0);
    process.stdout.write(
      `compact text of a ${size} MB file: median of ${NUM_READS} ${ms.toFixed(1)} ms (${low.toFixed(1)}..${high.toFixed(1)}), ` +
        `${processorMs.toFixed(1)} ms of processor time; peak memory above a process that does not read it: ` +
        `median of ${NUM_PAIRS} ${median(more).toFixed(1)} MB (${Math.min(...more).toFixed(1)}..${Math.max(...more).toFixed(1)})\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

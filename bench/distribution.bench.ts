// What a step costs beside computing: lease, gradients up, reduction, optimizer, journal, parameters down.
// Two worker processes over ipc with computing stubbed out. Prints one table.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { openRunStore } from "../src/checkpoint/index.ts";
import { startCoordinator } from "../src/coordinator/index.ts";
import {
  hashLayout,
  layOutParameters,
  sha256Hex,
  silentLogger,
  systemClock,
} from "../src/core/index.ts";
import { zeroMqTransport } from "../src/transport/index.ts";
import { type RunCompute, startWorker, ThreadPort } from "../src/worker/index.ts";

interface StubConfig {
  readonly parameterCount: number;
}

const layoutOf = (size: number) =>
  layOutParameters([{ name: "w", shape: [size], decay: true, role: "matrix" }]);

/** Loaded by the compute thread: gives constant gradients at once. */
export async function prepareRun(config: unknown): Promise<RunCompute> {
  const { parameterCount } = config as StubConfig;
  const stats = { numExamples: 1, numTokens: 100, lossSum: 1, weightSum: 1, tasks: [] };
  return {
    parameterCount,
    layoutHash: hashLayout(layoutOf(parameterCount)),
    datasetHash: sha256Hex("stub"),
    numericClass: "stub",
    async gradient(_parameters, _revision, _step, _microshard, out) {
      out[0] = 1;
      return stats;
    },
    async evaluate() {
      return stats;
    },
  };
}

/** Milliseconds of each step but the first ones. */
async function measure(
  parameterCount: number,
  numWorkers: number,
  numSteps: number,
): Promise<number[]> {
  const directory = mkdtempSync(join(tmpdir(), "auspex-bench-"));
  const stepMs: number[] = [];
  const coordinator = await startCoordinator({
    store: openRunStore(join(directory, "run")),
    resume: false,
    runConfig: { parameterCount } satisfies StubConfig,
    training: {
      numSteps,
      globalBatchSize: numWorkers,
      numMicroshards: numWorkers,
      optimizer: {
        kind: "adamw",
        learningRate: 1e-3,
        beta1: 0.9,
        beta2: 0.95,
        epsilon: 1e-8,
        weightDecay: 0,
      },
      schedule: { kind: "constant", warmupSteps: 0 },
      clipNorm: 1,
      evalEverySteps: 0,
      checkpointEverySteps: numSteps,
    },
    layout: layoutOf(parameterCount),
    initialParameters: () => new Float32Array(parameterCount),
    datasetHash: sha256Hex("stub"),
    transport: zeroMqTransport({ clock: systemClock }),
    listenAddress: `ipc://${join(directory, "s")}`,
    policy: { expectedWorkers: numWorkers },
    clock: systemClock,
    logger: silentLogger,
    onProgress: (progress) => {
      if (process.env["BENCH_TRACE"]) process.stderr.write(`${JSON.stringify(progress)}\n`);
      if (progress.kind === "step") stepMs.push(progress.stepMs);
    },
  });
  const script = fileURLToPath(import.meta.url);
  const exits = Array.from({ length: numWorkers }, async () => {
    const args = ["--import", "tsx", script, "--worker", coordinator.address];
    await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit");
  });
  await coordinator.finished;
  await Promise.all(exits);
  rmSync(directory, { recursive: true });
  return stepMs.slice(Math.min(5, numSteps >> 1));
}

async function work(address: string): Promise<void> {
  const worker = await startWorker({
    joinAddress: address,
    name: `w${process.pid}`,
    software: "bench",
    transport: zeroMqTransport({ clock: systemClock }),
    port: new ThreadPort({}, import.meta.url),
    clock: systemClock,
    logger: silentLogger,
  });
  await worker.finished;
}

const CASES = [
  [1000, 2, 200],
  [1_000_000, 2, 100],
  [1_000_000, 4, 60],
  [60_000_000, 2, 8],
] as const;

export async function main(): Promise<void> {
  process.stdout.write("parameters  workers  step ms: median  p10  p90\n");
  const cases =
    process.argv[2] === undefined
      ? CASES
      : CASES.slice(Number(process.argv[2]), Number(process.argv[2]) + 1);
  for (const [parameterCount, numWorkers, numSteps] of cases) {
    const sorted = (await measure(parameterCount, numWorkers, numSteps)).toSorted((a, b) => a - b);
    const at = (q: number): string => sorted[Math.floor(q * (sorted.length - 1))]!.toFixed(1);
    process.stdout.write(`${parameterCount}  ${numWorkers}  ${at(0.5)}  ${at(0.1)}  ${at(0.9)}\n`);
  }
}

if (!isMainThread) {
  // The compute thread imports this module for prepareRun alone.
} else if (process.argv[2] === "--worker") await work(process.argv[3]!);
else if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

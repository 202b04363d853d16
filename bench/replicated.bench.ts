// What it costs and saves that every worker applies the optimizer: steps of both modes in turns, one worker process over
// ipc whose computing is a sleep, as on a device that needs no processor of this machine. Prints one table.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { startCoordinator } from "../src/coordinator/index.ts";
import { layOutParameters, silentLogger, sleep, systemClock } from "../src/core/index.ts";
import { optimizerConfigSchema } from "../src/optim/config.ts";
import { createOptimizer, type OptimizerConfig, optimizerClass } from "../src/optim/index.ts";
import { zeroMqTransport } from "../src/transport/index.ts";
import { type RunCompute, startWorker, ThreadPort } from "../src/worker/index.ts";
import { stubCompute, stubRun } from "./stub-run.ts";

interface StubConfig {
  readonly computeMs: number;
  readonly replica?: OptimizerConfig;
}

const script = fileURLToPath(import.meta.url);
const WIDTH = 512;
const NUM_MATRICES = 20;
const layout = layOutParameters(
  Array.from({ length: NUM_MATRICES }, (_, i) => ({
    name: `w${i}`,
    shape: [WIDTH, WIDTH],
    decay: true,
    role: "matrix" as const,
  })),
);

/** Loaded by the compute thread. */
export async function prepareRun(config: unknown): Promise<RunCompute> {
  const { replica, computeMs } = config as StubConfig;
  const compute = stubCompute(layout, async (out) => {
    for (let i = 0; i < out.length; i++) out[i] = Math.sin(i);
    await sleep(systemClock, computeMs);
  });
  return {
    ...compute,
    openReplica: (allocate) =>
      replica && {
        optimizerClass: optimizerClass(replica),
        optimizer: createOptimizer(replica, layout, allocate),
      },
  };
}

const NUM_STEPS = 7;
const NUM_WARMUP = 2;

async function measure(
  optimizer: OptimizerConfig,
  optimizerState: "coordinator" | "replicated",
  computeMs: number,
): Promise<number[]> {
  const directory = mkdtempSync(join(tmpdir(), "auspex-bench-"));
  const stepMs: number[] = [];
  const isReplicated = optimizerState === "replicated";
  const stub = stubRun(directory, layout, NUM_STEPS, 1);
  const coordinator = await startCoordinator({
    ...stub,
    runConfig: { computeMs, ...(isReplicated && { replica: optimizer }) } satisfies StubConfig,
    training: { ...stub.training, optimizer, optimizerState },
    initialParameters: () => new Float32Array(layout.size).fill(0.01),
    onProgress: (progress) => {
      if (progress.kind === "step" && progress.step > NUM_WARMUP) stepMs.push(progress.stepMs);
    },
  });
  const args = ["--import", "tsx", script, "--worker", coordinator.address];
  const exited = once(spawn(process.execPath, args, { stdio: "inherit" }), "exit");
  await coordinator.finished;
  await exited;
  rmSync(directory, { recursive: true });
  return stepMs;
}

async function work(address: string): Promise<void> {
  const worker = await startWorker({
    joinAddress: address,
    name: "w",
    software: "bench",
    transport: zeroMqTransport({ clock: systemClock }),
    port: new ThreadPort({}, import.meta.url),
    clock: systemClock,
    logger: silentLogger,
  });
  await worker.finished;
}

const NUM_ROUNDS = 2;

export async function main(): Promise<void> {
  process.stdout.write(
    `${layout.size} parameters, one worker; the step in ms: median  p10  p90\noptimizer  computing ms  coordinator  replicated\n`,
  );
  for (const kind of ["muon", "adamw"] as const) {
    const optimizer = optimizerConfigSchema.parse({ kind, learningRate: 1e-3 });
    for (const computeMs of [1000, 0]) {
      const steps = { coordinator: [] as number[], replicated: [] as number[] };
      for (let round = 0; round < NUM_ROUNDS; round++) {
        for (const mode of ["coordinator", "replicated"] as const) {
          steps[mode].push(...(await measure(optimizer, mode, computeMs)));
        }
      }
      const shown = (values: readonly number[]): string => {
        const sorted = values.toSorted((a, b) => a - b);
        const at = (q: number): string => sorted[Math.floor(q * (sorted.length - 1))]!.toFixed(0);
        return `${at(0.5)}  ${at(0.1)}  ${at(0.9)}`;
      };
      process.stdout.write(
        `${kind}  ${computeMs}  ${shown(steps.coordinator)}  ${shown(steps.replicated)}\n`,
      );
    }
  }
}

if (!isMainThread) {
  // The compute thread imports this module for prepareRun alone.
} else if (process.argv[2] === "--worker") await work(process.argv[3]!);
else if (process.argv[1] === script) await main();

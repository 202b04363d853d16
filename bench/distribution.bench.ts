// What a step costs beside computing: lease, gradients up, reduction, optimizer, journal, parameters down.
// Worker processes over ipc with computing stubbed out. Prints one table: the step, what its bytes take over a
// plain socket, the cores and the memory of the coordinator; the last lines are the price of many microshards.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { startCoordinator } from "../src/coordinator/index.ts";
import { silentLogger, systemClock } from "../src/core/index.ts";
import { zeroMqTransport } from "../src/transport/index.ts";
import { startWorker, ThreadPort } from "../src/worker/index.ts";
import { layoutOf, type StubConfig, stubRun } from "./stub-run.ts";

const script = fileURLToPath(import.meta.url);

interface Case {
  readonly parameterCount: number;
  readonly numWorkers: number;
  readonly numSteps: number;
  /** Default: one a worker. */
  readonly numMicroshards?: number;
  readonly exchange?: { readonly parameters?: "bf16"; readonly gradients?: "bf16" };
  readonly writes?: boolean;
  /** Default: one checkpoint, after the last step. */
  readonly checkpointEverySteps?: number;
}

interface Measured {
  /** Of each step but the first ones, ascending. */
  readonly stepMs: readonly number[];
  /** Processor time of the coordinator, with all its threads, for each millisecond of the run. */
  readonly coordinatorShare: number;
  /** Highest of what was seen every few milliseconds, in bytes. */
  readonly residentBytes: number;
}

async function measure(options: Case): Promise<Measured> {
  const { parameterCount, numWorkers, numSteps, exchange = {}, writes = false } = options;
  const { numMicroshards = numWorkers, checkpointEverySteps = numSteps } = options;
  const directory = mkdtempSync(join(tmpdir(), "auspex-bench-"));
  const numWarmup = Math.min(5, numSteps >> 1);
  const stepMs: number[] = [];
  let residentBytes = 0;
  const watch = setInterval(() => {
    residentBytes = Math.max(residentBytes, process.memoryUsage.rss());
  }, 5);
  let startCpu = process.cpuUsage();
  let startMs = systemClock.nowMs();
  const stub = stubRun(directory, layoutOf(parameterCount), numSteps, numMicroshards);
  const coordinator = await startCoordinator({
    ...stub,
    runConfig: { parameterCount, writes } satisfies StubConfig,
    training: { ...stub.training, checkpointEverySteps, exchange },
    policy: { ...stub.policy, expectedWorkers: numWorkers },
    onProgress: (progress) => {
      if (process.env["BENCH_TRACE"]) process.stderr.write(`${JSON.stringify(progress)}\n`);
      if (progress.kind !== "step") return;
      stepMs.push(progress.stepMs);
      if (progress.step !== numWarmup) return;
      startCpu = process.cpuUsage();
      startMs = systemClock.nowMs();
    },
  });
  let coordinatorShare = 0;
  const exits = Array.from({ length: numWorkers }, async () => {
    const args = ["--import", "tsx", script, "--worker", coordinator.address];
    await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit");
  });
  await coordinator.finished;
  const { user, system } = process.cpuUsage(startCpu);
  coordinatorShare = (user + system) / 1000 / (systemClock.nowMs() - startMs);
  await Promise.all(exits);
  clearInterval(watch);
  rmSync(directory, { recursive: true });
  const measured = stepMs.slice(numWarmup).toSorted((a, b) => a - b);
  return { stepMs: measured, coordinatorShare, residentBytes };
}

/** Bytes per second of a plain socket between two processes, in 1 MiB pieces that are copied to their place. */
async function rawBandwidth(bytes: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "auspex-bench-"));
  const path = join(directory, "raw");
  const place = Buffer.alloc(64 << 20);
  const speed = new Promise<number>((resolve) => {
    const server = createServer((socket) => {
      const startMs = systemClock.nowMs();
      let received = 0;
      socket.on("data", (data: Buffer) => {
        data.copy(place, received % (place.length - data.length));
        received += data.length;
      });
      socket.on("end", () => {
        server.close();
        resolve((1000 * received) / (systemClock.nowMs() - startMs));
      });
    }).listen(path);
  });
  const args = ["--import", "tsx", script, "--raw", path, String(bytes)];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  const result = await speed;
  await once(child, "exit");
  rmSync(directory, { recursive: true });
  return result;
}

async function sendRaw(path: string, bytes: number): Promise<void> {
  const socket = connect(path);
  const piece = Buffer.alloc(1 << 20);
  for (let sent = 0; sent < bytes; sent += piece.length) {
    if (!socket.write(piece)) await once(socket, "drain");
  }
  socket.end();
}

async function work(address: string): Promise<void> {
  const worker = await startWorker({
    joinAddress: address,
    name: `w${process.pid}`,
    software: "bench",
    transport: zeroMqTransport({ clock: systemClock }),
    port: new ThreadPort({}, new URL("./stub-run.ts", import.meta.url).href),
    clock: systemClock,
    logger: silentLogger,
  });
  await worker.finished;
}

/** `bench/distribution.bench.ts N` runs the case of that number alone. */
const CASES: readonly Case[] = [
  { parameterCount: 1000, numWorkers: 2, numSteps: 200 },
  { parameterCount: 1000, numWorkers: 4, numSteps: 200 },
  { parameterCount: 1_000_000, numWorkers: 2, numSteps: 100 },
  { parameterCount: 1_000_000, numWorkers: 4, numSteps: 60 },
  { parameterCount: 60_000_000, numWorkers: 2, numSteps: 8 },
  { parameterCount: 60_000_000, numWorkers: 2, numSteps: 8, exchange: { parameters: "bf16" } },
  { parameterCount: 60_000_000, numWorkers: 2, numSteps: 8, checkpointEverySteps: 3 },
  ...[1, 4, 8, 16].map((numMicroshards) => ({
    parameterCount: 60_000_000,
    numWorkers: 1,
    numSteps: 6,
    numMicroshards,
    writes: true,
  })),
];

export async function main(): Promise<void> {
  const chosen = process.argv[2];
  const cases = chosen === undefined ? CASES : [CASES[Number(chosen)]!];
  const raw = await rawBandwidth(1 << 30);
  process.stdout.write(`plain socket between two processes: ${(raw / 1e9).toFixed(2)} GB/s\n\n`);
  process.stdout.write(
    "parameters  workers  microshards  checkpoints  formats down/up  step ms: median  p10  p90  at the plain socket's speed  coordinator: cores  MB  limit MB\n",
  );
  for (const options of cases) {
    const { parameterCount, numWorkers, numMicroshards = numWorkers, exchange = {} } = options;
    const { stepMs, coordinatorShare, residentBytes } = await measure(options);
    const at = (q: number): string => stepMs[Math.floor(q * (stepMs.length - 1))]!.toFixed(1);
    const { parameters = "f32", gradients = "f32" } = exchange;
    const bytesPerValue = [parameters, gradients].reduce((n, f) => n + (f === "f32" ? 4 : 2), 0);
    const wireMs = (1000 * numWorkers * bytesPerValue * parameterCount) / raw;
    const limitMb = (6 * 4 * parameterCount + numWorkers * (32 << 20)) / 1e6 + 200;
    process.stdout.write(
      `${parameterCount}  ${numWorkers}  ${numMicroshards}  ${Math.floor(options.numSteps / (options.checkpointEverySteps ?? options.numSteps))}  ${parameters}/${gradients}  ${at(0.5)}  ${at(0.1)}  ${at(0.9)}  ${wireMs.toFixed(1)}  ${coordinatorShare.toFixed(2)}  ${(residentBytes / 1e6).toFixed(0)}  ${limitMb.toFixed(0)}\n`,
    );
  }
}

if (!isMainThread) {
  // The compute thread imports this module for prepareRun alone.
} else if (process.argv[2] === "--worker") await work(process.argv[3]!);
else if (process.argv[2] === "--raw") await sendRaw(process.argv[3]!, Number(process.argv[4]));
else if (process.argv[1] === script) await main();

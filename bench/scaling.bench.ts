// Real training at configs/pretrain.yaml: tokens per second of one worker process against two, one thread each,
// and, as the limit that this machine sets, of two runs of one worker each that have nothing to do with each other;
// then the price of bit-identity, one worker with V microshards a step. Cases take turns, BENCH_ROUNDS times with
// BENCH_STEPS steps each; figures are of single steps.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openRunStore } from "../src/checkpoint/index.ts";
import { type RunSetup, setUpRun } from "../src/cli/run-setup.ts";
import { type RunConfig, readRunConfig } from "../src/config/index.ts";
import { startCoordinator } from "../src/coordinator/index.ts";
import { silentLogger, systemClock } from "../src/core/index.ts";
import { zeroMqTransport } from "../src/transport/index.ts";
import { digits, printRows, spreadOf } from "./measure.ts";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
/** Steps that warm up, and steps that count. */
const NUM_WARMUP = 2;
const NUM_STEPS = Number(process.env["BENCH_STEPS"] ?? 10);
const NUM_ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 3);

interface Step {
  readonly stepMs: number;
  readonly numTokens: number;
}

interface Case {
  readonly config: RunConfig;
  readonly setup: RunSetup;
  readonly numWorkers: number;
  /** Runs at the same time; 1 when absent. */
  readonly numRuns?: number;
}

/** Trains for a few steps. */
async function train({ config, setup, numWorkers }: Case): Promise<Step[]> {
  const directory = mkdtempSync(join(tmpdir(), "auspex-bench-"));
  const steps: Step[] = [];
  const { model, parameters } = setup.untrained;
  const numSteps = NUM_WARMUP + NUM_STEPS;
  const coordinator = await startCoordinator({
    store: openRunStore(join(directory, "run")),
    resume: false,
    runConfig: setup.spec,
    training: { ...config.training, numSteps, evalEverySteps: 0, checkpointEverySteps: numSteps },
    layout: model.layout,
    initialParameters: () => parameters.slice(),
    datasetHash: setup.data.datasetHash,
    transport: zeroMqTransport({ clock: systemClock }),
    listenAddress: `ipc://${join(directory, "s")}`,
    policy: { expectedWorkers: numWorkers, auditEverySteps: 0, joinWindowMs: 120_000 },
    clock: systemClock,
    logger: silentLogger,
    onProgress: (progress) => {
      if (process.env["BENCH_TRACE"]) process.stderr.write(`${JSON.stringify(progress)}\n`);
      if (progress.kind === "step") steps.push(progress);
    },
  });
  const exits = Array.from({ length: numWorkers }, async (_, i) => {
    const args = ["--import", "tsx", path("../src/cli/main.ts"), "worker"];
    const join = ["--join", coordinator.address, "--name", `w${i}`, "--json"];
    const stdio = ["ignore", "ignore", "inherit"] as const;
    await once(spawn(process.execPath, [...args, ...join], { stdio: [...stdio] }), "exit");
  });
  await coordinator.finished;
  await Promise.all(exits);
  rmSync(directory, { recursive: true });
  return steps.slice(NUM_WARMUP);
}

/** Several runs at once do as many times the tokens of a step in its time. */
async function trainAtOnce(item: Case): Promise<Step[]> {
  const { numRuns = 1 } = item;
  const runs = await Promise.all(Array.from({ length: numRuns }, () => train(item)));
  return runs.flat().map(({ stepMs, numTokens }) => ({ stepMs, numTokens: numTokens * numRuns }));
}

/** Steps of each case, the cases in turns. */
async function trainInTurns(cases: readonly Case[]): Promise<Step[][]> {
  const steps = cases.map((): Step[] => []);
  for (let round = 0; round < NUM_ROUNDS; round++) {
    for (const [i, item] of cases.entries()) {
      steps[i]!.push(...(await trainAtOnce(item)));
      process.stderr.write(
        `round ${round + 1} of ${NUM_ROUNDS}, case ${i + 1} of ${cases.length}\n`,
      );
    }
  }
  return steps;
}

const tokensPerSecond = ({ stepMs, numTokens }: Step): number => (1000 * numTokens) / stepMs;

/** @returns the medians of tokens per second. */
function printSteps(title: string, names: readonly string[], steps: readonly Step[][]): number[] {
  const medians: number[] = [];
  const rows = names.map((name, i) => {
    const speed = spreadOf(steps[i]!.map(tokensPerSecond));
    medians.push(speed.median);
    const step = spreadOf(steps[i]!.map(({ stepMs }) => stepMs));
    const tokens = steps[i]!.reduce((sum, { numTokens }) => sum + numTokens, 0) / steps[i]!.length;
    const figures = [speed.median, speed.p10, speed.p90, step.median, tokens].map(digits);
    return [name, ...figures, String(steps[i]!.length)];
  });
  printRows([title, "tokens/s", "p10", "p90", "step ms", "tokens/step", "steps"], rows);
  return medians;
}

/** The configuration with another number of microshards, as a run of its own: its batch a multiple of them. */
async function withMicroshards(config: RunConfig, numMicroshards: number): Promise<Case> {
  const { training } = config;
  const globalBatchSize = numMicroshards * Math.ceil(training.globalBatchSize / numMicroshards);
  const changed = { ...config, training: { ...training, numMicroshards, globalBatchSize } };
  const setup = await setUpRun(changed, { ...config.engine, threads: 1 });
  return { config: changed, setup, numWorkers: 1 };
}

async function compareWorkers(config: RunConfig): Promise<void> {
  const one = await withMicroshards(config, config.training.numMicroshards);
  const steps = await trainInTurns([one, { ...one, numWorkers: 2 }, { ...one, numRuns: 2 }]);
  const names = ["1", "2", "1 and 1 apart"];
  const [speed1, speed2, apart] = printSteps("workers", names, steps);
  process.stdout.write(`two against one: ${(speed2! / speed1!).toFixed(2)}\n`);
  process.stdout.write(`two apart against one: ${(apart! / speed1!).toFixed(2)}\n\n`);
}

async function compareMicroshards(config: RunConfig): Promise<void> {
  const numbers = [1, 4, 8, 16];
  const cases: Case[] = [];
  for (const number of numbers) cases.push(await withMicroshards(config, number));
  printSteps("microshards", numbers.map(String), await trainInTurns(cases));
}

/** @param part `workers` or `microshards` alone: `npm run bench -- scaling=workers`. */
export async function main(part?: string): Promise<void> {
  const config = readRunConfig(path("../configs/pretrain.yaml"));
  if (part !== "microshards") await compareWorkers(config);
  if (part !== "workers") await compareMicroshards(config);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2]);

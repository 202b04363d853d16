// Gradient averaging against DiLoCo over a slow link: validation loss against wall time. A small model of the
// project learns from real rows, with real gradients; time is virtual. Four workers, each behind a link of 50 Mbit
// each way, on which arrays take as long as those of configs/pretrain.yaml; a step of computing takes a worker 400 ms.
// Validation costs no time. Prints one line a validation; BENCH_PICTURE=FILE.svg draws the curves.

import { fileURLToPath } from "node:url";
import { coordinatorTraining } from "../src/cli/rounds.ts";
import { setUpRun } from "../src/cli/run-setup.ts";
import { type RunConfig, readRunConfig } from "../src/config/index.ts";
import { startCoordinator } from "../src/coordinator/index.ts";
import { ManualClock, silentLogger, sleep } from "../src/core/index.ts";
import { createMemoryNetwork } from "../src/transport/index.ts";
import { InlinePort, type PrepareRun, startWorker } from "../src/worker/index.ts";
import { prepareRun } from "../src/worker/prepare-run.ts";
import { MemoryDisk } from "../test/support/memory-disk.ts";
import { printRows } from "./measure.ts";
import { writeCurves } from "./picture.ts";

const LINK_BYTES_PER_MS = 50e6 / 8 / 1000;
const LATENCY_MS = 20;
/** What the wire sees. */
const WIRE_PARAMETERS = 1_250_000;
const STEP_MS = 400;
const NUM_WORKERS = 4;
const NUM_STEPS = Number(process.env["BENCH_STEPS"] ?? 320);
const LOCAL_STEPS = 16;

/** Seconds of virtual time, and the validation loss then. */
type Point = readonly [seconds: number, loss: number];

/** The smoke run with a model four times as large, and a longer training. */
function configOf(localSteps: number): RunConfig {
  const smoke = readRunConfig(fileURLToPath(new URL("../configs/smoke.yaml", import.meta.url)));
  return {
    ...smoke,
    engine: { ...smoke.engine, threads: 1, precision: "f32" },
    model: { ...smoke.model, dModel: 64, numEncoderLayers: 2, numHeads: 4 },
    training: {
      ...smoke.training,
      numSteps: NUM_STEPS,
      globalBatchSize: 32,
      numMicroshards: NUM_WORKERS,
      optimizer: { ...smoke.training.optimizer, learningRate: 0.003 },
      schedule: { kind: "cosine", warmupSteps: 16, finalFraction: 0.1 },
      evalEverySteps: 16,
      evalExamples: 128,
      checkpointEverySteps: NUM_STEPS,
      sync:
        localSteps === 1
          ? { kind: "every-step" }
          : {
              kind: "diloco",
              replicas: NUM_WORKERS,
              localSteps,
              outerLearningRate: 0.7,
              outerMomentum: 0.9,
              quorum: 1,
              graceMs: 0,
            },
    },
  };
}

/** @param localSteps 1: gradients are averaged in every step. */
async function train(localSteps: number): Promise<Point[]> {
  const config = configOf(localSteps);
  const setup = await setUpRun(config, config.engine);
  const { model, parameters } = setup.untrained;
  const clock = new ManualClock();
  const network = slowNetwork(clock, WIRE_PARAMETERS / parameters.length);
  /** Real computing, one worker's after the other's: virtual time stands still meanwhile. */
  let numBusy = 0;
  let last: Promise<unknown> = Promise.resolve();
  const during = <Result>(work: () => Promise<Result>): Promise<Result> => {
    numBusy++;
    const done = last.then(work).finally(() => {
      numBusy--;
    });
    last = done.catch(() => {});
    return done;
  };
  const curve: Point[] = [];
  const coordinator = await startCoordinator({
    store: new MemoryDisk().open(),
    resume: false,
    runConfig: setup.spec,
    training: coordinatorTraining(config),
    layout: model.layout,
    initialParameters: () => parameters.slice(),
    datasetHash: setup.data.datasetHash,
    transport: network.transport,
    listenAddress: "memory://bench",
    // Replicas say in real time that they get on; in virtual time they stand still and then are done.
    policy: {
      expectedWorkers: NUM_WORKERS,
      auditEverySteps: 0,
      resendMs: 60_000,
      leaseMinMs: 60_000,
    },
    clock,
    logger: silentLogger,
    onProgress: (progress) => {
      if (progress.kind === "evaluation") curve.push([clock.nowMs() / 1000, progress.loss]);
    },
  });
  const slowly: PrepareRun = async (spec, local) => {
    const compute = await during(() => prepareRun(spec, local));
    return {
      parameterCount: compute.parameterCount,
      layoutHash: compute.layoutHash,
      datasetHash: compute.datasetHash,
      numericClass: compute.numericClass,
      gradient: async (...args) => {
        await sleep(clock, STEP_MS * localSteps);
        return during(() => compute.gradient(...args));
      },
      evaluate: (...args) => during(() => compute.evaluate(...args)),
    };
  };
  for (let i = 0; i < NUM_WORKERS; i++) {
    await startWorker({
      joinAddress: "memory://bench",
      name: `w${i}`,
      software: "bench",
      transport: network.transport,
      port: new InlinePort(slowly),
      clock,
      logger: silentLogger,
    });
  }
  let isOver = false;
  const finished = coordinator.finished.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    // Everything else between two points of virtual time is promises; one turn of the loop settles them.
    await new Promise((resolve) => setImmediate(resolve));
    if (numBusy === 0) clock.advanceToNext();
    else await last;
  }
  await finished;
  return curve;
}

/** Each direction of each worker's link carries one message after the other. */
function slowNetwork(clock: ManualClock, wireFactor: number) {
  const freeAt = new Map<string, number>();
  return createMemoryNetwork(clock, ({ peer, direction, wire }) => {
    const link = `${peer} ${direction}`;
    const bytes = wireFactor * (wire.payload?.byteLength ?? 0);
    const doneAt = Math.max(clock.nowMs(), freeAt.get(link) ?? 0) + bytes / LINK_BYTES_PER_MS;
    freeAt.set(link, doneAt);
    return [doneAt - clock.nowMs() + LATENCY_MS];
  });
}

export async function main(): Promise<void> {
  const averaging = await train(1);
  const diloco = await train(LOCAL_STEPS);
  const name = `DiLoCo, ${LOCAL_STEPS} local steps`;
  const every = NUM_STEPS / averaging.length;
  const rowsOf = (way: string, points: readonly Point[]): string[][] =>
    points.map(([seconds, loss], i) => [
      way,
      String((i + 1) * every),
      seconds.toFixed(1),
      loss.toFixed(4),
    ]);
  printRows(
    ["way", "step", "seconds at 50 Mbit", "validation loss"],
    [...rowsOf("averaging", averaging), ...rowsOf(name, diloco)],
  );
  const file = process.env["BENCH_PICTURE"];
  if (file === undefined) return;
  writeCurves(file, {
    title: "Loss against wall time over 50 Mbit",
    xLabel: "seconds",
    yLabel: "validation loss",
    curves: [
      { label: "gradients averaged in every step", role: "a", points: averaging },
      { label: name, role: "b", points: diloco },
    ],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

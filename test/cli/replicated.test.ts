// Whole runs of the real model over sockets, with Muon: workers that apply the optimizer by themselves, one of them in a
// compute thread, train the bits that a coordinator's optimizer gives.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { setUpRun } from "../../src/cli/run-setup.ts";
import { type TrainRunResult, trainRun } from "../../src/cli/train-run.ts";
import { readRunConfig } from "../../src/config/index.ts";
import { verifyLedger } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { zeroMqTransport } from "../../src/transport/index.ts";
import { type ComputePort, InlinePort, ThreadPort } from "../../src/worker/index.ts";
import { prepareRun } from "../../src/worker/prepare-run.ts";
import { temporaryDirectory, toyWorker } from "../support/toy-run.ts";

const RUNS = new URL("../fixtures/runs/", import.meta.url);
const NUM_STEPS = 3;

function writeConfig(directory: string, training: object): string {
  const config = parse(readFileSync(new URL("objectives.yaml", RUNS), "utf8")) as {
    readonly model: object;
    readonly training: object;
  };
  const path = join(directory, "run.yaml");
  const encoder = { kind: "performer", kernel: "softmax", redrawEverySteps: 2 };
  writeFileSync(
    path,
    stringify({
      ...config,
      engine: { engine: "cpu", threads: 1 },
      vocabulary: { kind: "train", size: 320 },
      data: [{ file: fileURLToPath(new URL("objectives.jsonl", RUNS)) }],
      model: { ...config.model, dModel: 8, numEncoderLayers: 1, maxInputTokens: 64, encoder },
      training: {
        ...config.training,
        numSteps: NUM_STEPS,
        optimizer: { kind: "muon", learningRate: 0.003 },
        emaDecay: 0.9,
        evalEverySteps: 3,
        globalBatchSize: 8,
        checkpointEverySteps: 2,
        ...training,
      },
    }),
  );
  return path;
}

async function train(training: object, ports: readonly ComputePort[]): Promise<TrainRunResult> {
  const directory = temporaryDirectory();
  const config = readRunConfig(writeConfig(directory, training));
  return trainRun({
    config,
    setup: await setUpRun(config, { engine: "cpu", threads: 1, precision: "f32" }),
    runDirectory: join(directory, "run"),
    resume: false,
    numLocalWorkers: 0,
    minWorkers: ports.length,
    insecure: false,
    quiet: true,
    listen: `ipc://${join(directory, "run.sock")}`,
    onListening: (address) => {
      ports.forEach((port, i) => {
        const transport = zeroMqTransport({ clock: systemClock });
        const joining = toyWorker(transport, address, `w${i}`, { port });
        joining.then((worker) => worker.finished).catch(() => {});
      });
    },
  });
}

test("the bits are those of a coordinator that applies Muon", { timeout: 120_000 }, async () => {
  const expected = await train({}, [new InlinePort(prepareRun)]);
  const ports = [new InlinePort(prepareRun), new ThreadPort()];
  const applied = ports.map((port) => vi.spyOn(port, "apply"));
  const replicated = await train({ optimizerState: "replicated" }, ports);
  // Who is told that the run has ended may have the last update still before it.
  for (const { mock } of applied) expect(mock.calls.length).toBeGreaterThanOrEqual(NUM_STEPS - 1);
  expect(replicated.parametersDigest).toBe(expected.parametersDigest);
  expect(replicated.validationLoss).toBe(expected.validationLoss);
  expect(replicated.validationLoss).toBeDefined();
  expect(verifyLedger(replicated.runDirectory)).toMatchObject({
    numSteps: NUM_STEPS,
    numAlerts: 0,
    results: "bitwise",
  });
});

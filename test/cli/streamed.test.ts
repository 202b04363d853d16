// A whole run over a socket, computing in a thread: a worker that has no data of its own trains the bits that one
// with the JSON lines trains.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { setUpRun } from "../../src/cli/run-setup.ts";
import { type TrainRunResult, trainRun } from "../../src/cli/train-run.ts";
import { readRunConfig } from "../../src/config/index.ts";
import { verifyLedger } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { prepareDataset } from "../../src/data/index.ts";
import { zeroMqTransport } from "../../src/transport/index.ts";
import { type ComputePort, InlinePort, ThreadPort } from "../../src/worker/index.ts";
import { prepareRun } from "../../src/worker/prepare-run.ts";
import { temporaryDirectory, toyWorker } from "../support/toy-run.ts";

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ROWS = at("test/fixtures/runs/objectives.jsonl");

function writeConfig(directory: string, name: string, source: object): string {
  const smoke = parse(readFileSync(at("configs/smoke.yaml"), "utf8")) as {
    readonly model: object;
    readonly training: object;
  };
  const path = join(directory, `${name}.yaml`);
  writeFileSync(
    path,
    stringify({
      ...smoke,
      engine: { engine: "cpu", threads: 1 },
      data: [source],
      holdOut: [],
      vocabulary: { kind: "train", size: 320 },
      model: { ...smoke.model, dModel: 8, maxInputTokens: 64, maxObjectives: 3 },
      training: { ...smoke.training, numSteps: 2, globalBatchSize: 8, evalEverySteps: 2 },
    }),
  );
  return path;
}

/** Trains with one worker that computes behind `port`. */
async function train(
  directory: string,
  name: string,
  source: object,
  port: ComputePort,
): Promise<TrainRunResult> {
  const config = readRunConfig(writeConfig(directory, name, source));
  return trainRun({
    config,
    setup: await setUpRun(config, { engine: "cpu", threads: 1, precision: "f32" }),
    runDirectory: join(directory, name),
    resume: false,
    numLocalWorkers: 0,
    minWorkers: 1,
    insecure: false,
    quiet: true,
    listen: `ipc://${join(directory, `${name}.sock`)}`,
    onListening: (address) => {
      const joining = toyWorker(zeroMqTransport({ clock: systemClock }), address, "w", { port });
      joining.then((worker) => worker.finished).catch(() => {});
    },
  });
}

test("streamed data trains the same bits as JSON lines", { timeout: 120_000 }, async () => {
  const directory = temporaryDirectory();
  const prepared = join(directory, "prepared");
  await prepareDataset([ROWS], prepared, { blockBytes: 256, allowMissing: true });
  const local = await train(directory, "local", { file: ROWS }, new InlinePort(prepareRun));
  // There is nothing at its data root: all that it trains on comes over the wire.
  const port = new ThreadPort({ dataRoot: join(directory, "none") });
  const source = { file: prepared, access: "streamed" };
  const streamed = await train(directory, "streamed", source, port);
  expect(streamed.parametersDigest).toBe(local.parametersDigest);
  expect(streamed.validationLoss).toBe(local.validationLoss);
  expect(local.validationLoss).toBeDefined();
  expect(verifyLedger(join(directory, "streamed")).numSteps).toBe(2);
});

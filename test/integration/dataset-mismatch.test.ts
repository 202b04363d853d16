// Workers whose prepared dataset is not the run's: what is at their data root, what they were told to stream, and
// what the coordinator streams.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startCoordinator } from "../../src/coordinator/index.ts";
import { hashLayout, layOutParameters, systemClock } from "../../src/core/index.ts";
import { localParts, prepareDataset } from "../../src/data/index.ts";
import { type FetchPart, readRunData } from "../../src/training/index.ts";
import { createMemoryNetwork } from "../../src/transport/index.ts";
import { InlinePort } from "../../src/worker/index.ts";
import { temporaryDirectory, toyRun, toyWorker } from "../support/toy-run.ts";

type RunDataSpec = Parameters<typeof readRunData>[0];

const LAYOUT = layOutParameters([{ name: "w", shape: [4], decay: true, role: "matrix" }]);

async function prepared(x: string): Promise<string> {
  const directory = temporaryDirectory();
  const lines = join(directory, "rows.jsonl");
  writeFileSync(lines, JSON.stringify({ task: "t", x, y: 1, split: "train" }));
  await prepareDataset([lines], join(directory, "rows"));
  return join(directory, "rows");
}

function specOf(source: Partial<RunDataSpec["data"][number]> & { file: string }): RunDataSpec {
  const data = [{ where: [], access: "local" as const, ...source }];
  return { seed: 1, data, holdOut: [], mixture: { temperature: 1 }, evalExamples: 1 };
}

/** The data of a worker, and of computing as much as it takes to get at a row. */
function portOf(spec: RunDataSpec): InlinePort {
  return new InlinePort(async (_runConfig, _local, fetch?: FetchPart) => {
    const data = await readRunData(spec, fetch);
    const readRow = async () => {
      await (await data.rows()).samples([0]);
      return { numExamples: 1, numTokens: 1, lossSum: 0, weightSum: 1, tasks: [] };
    };
    return {
      parameterCount: LAYOUT.size,
      layoutHash: hashLayout(LAYOUT),
      datasetHash: data.datasetHash,
      numericClass: "toy",
      gradient: readRow,
      evaluate: readRow,
    };
  });
}

/** A coordinator that has the dataset `ours` and streams `given`. */
async function coordinatorOf(ours: string, given = ours) {
  const { transport } = createMemoryNetwork(systemClock);
  const { datasetHash } = await readRunData(specOf({ file: ours }));
  const parts = localParts(given);
  const coordinator = await startCoordinator({
    ...toyRun({
      transport,
      address: "memory://run",
      readPart: (_source, part) => parts.read(part),
    }),
    layout: LAYOUT,
    initialParameters: () => new Float32Array(LAYOUT.size),
    datasetHash,
  });
  const join = (spec: RunDataSpec) =>
    toyWorker(transport, coordinator.address, "w", { port: portOf(spec) });
  const stop = async (): Promise<void> => {
    coordinator.stop();
    expect((await coordinator.finished).outcome).toBe("stopped");
    parts.close();
  };
  return { join, stop };
}

async function sha256Of(directory: string): Promise<string> {
  const [sha256] = (await readRunData(specOf({ file: directory }))).preparedHashes;
  return sha256!;
}

const refused = { code: "DATASET_MISMATCH", exitCode: 77 };

test("another prepared dataset at the worker is refused", async () => {
  const { join, stop } = await coordinatorOf(await prepared("ours"));
  const worker = await join(specOf({ file: await prepared("theirs") }));
  await expect(worker.finished).rejects.toMatchObject(refused);
  await stop();
});

test("a worker that would stream another dataset is refused", async () => {
  const { join, stop } = await coordinatorOf(await prepared("ours"));
  const sha256 = await sha256Of(await prepared("theirs"));
  const worker = await join(specOf({ file: "elsewhere", access: "streamed", sha256 }));
  await expect(worker.finished).rejects.toMatchObject(refused);
  await stop();
});

test("a worker trains nothing on a dataset that is not the one that was promised", async () => {
  const ours = await prepared("ours");
  const { join, stop } = await coordinatorOf(ours, await prepared("changed since"));
  const sha256 = await sha256Of(ours);
  const worker = await join(specOf({ file: "elsewhere", access: "streamed", sha256 }));
  await expect(worker.finished).rejects.toMatchObject({ code: "CORRUPT" });
  await expect(worker.finished).rejects.toThrow(`not ${sha256}`);
  await stop();
});

// Every worker applies the optimizer: who is not let in, what is refused at the start, stopping and resuming.

import { expect, test } from "vitest";
import { startCoordinator } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { createMemoryNetwork } from "../../src/transport/index.ts";
import { InlinePort } from "../../src/worker/index.ts";
import { prepareRun } from "../support/toy-compute.ts";
import {
  startUntil,
  type ToyRunOptions,
  temporaryDirectory,
  toyRun,
  toyWorker,
} from "../support/toy-run.ts";

const memory = (): ToyRunOptions => ({
  transport: createMemoryNetwork(systemClock).transport,
  address: "memory://run",
  training: { optimizerState: "replicated" },
});

test("a stopped run resumes and ends with the bits of a coordinator's optimizer", async () => {
  const plain = { ...memory(), training: {} };
  const undisturbed = await startCoordinator(toyRun(plain));
  await toyWorker(plain.transport, undisturbed.address, "w");
  const { parametersDigest } = await undisturbed.finished;

  const runDirectory = temporaryDirectory();
  for (const stopAfter of [1, 3, 6]) {
    const options = memory();
    const coordinator = await startUntil(stopAfter, {
      ...options,
      runDirectory,
      resume: stopAfter > 1,
    });
    await toyWorker(options.transport, coordinator.address, "a");
    await toyWorker(options.transport, coordinator.address, "b");
    expect(await coordinator.finished).toMatchObject({
      step: stopAfter,
      ...(stopAfter === 6 && { parametersDigest }),
    });
  }
});

test.each([
  ["applies it with other bits", { optimizerClass: "muon/other" }, "applies it as muon/other"],
  ["does not apply it", undefined, "does not apply one"],
])("a worker that %s is refused with a typed reason", async (_name, change, text) => {
  const options = memory();
  const coordinator = await startCoordinator(toyRun(options));
  const port = new InlinePort(async (config) => {
    const compute = await prepareRun(config);
    return {
      ...compute,
      openReplica: (allocate) =>
        change && { ...compute.openReplica!(allocate)!, optimizerClass: change.optimizerClass },
    };
  });
  const bad = await toyWorker(options.transport, coordinator.address, "bad", { port });
  await expect(bad.finished).rejects.toMatchObject({
    code: "CLASS_NOT_ALLOWED",
    exitCode: 77,
    message: expect.stringContaining(text),
  });
  await toyWorker(options.transport, coordinator.address, "good");
  expect((await coordinator.finished).outcome).toBe("done");
});

test.each([
  ["rounds of DiLoCo", { rounds: { quorum: 8, graceMs: 0 } }],
  ["rounded parameters", { exchange: { parameters: "bf16" as const } }],
])("%s do not go with it", async (_name, training) => {
  const options = memory();
  const run = toyRun({ ...options, training: { ...options.training, ...training } });
  await expect(startCoordinator(run)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining("training.optimizerState"),
  });
});

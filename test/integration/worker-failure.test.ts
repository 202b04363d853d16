// A worker that fails: others take over, unless what it failed on fails everywhere.

import { describe, expect, test } from "vitest";
import { startCoordinator } from "../../src/coordinator/index.ts";
import { InputError, systemClock } from "../../src/core/index.ts";
import { createMemoryNetwork } from "../../src/transport/index.ts";
import { InlinePort, type PrepareRun } from "../../src/worker/index.ts";
import * as toy from "../support/toy-compute.ts";
import { type ToyRunOptions, toyRun, toyWorker } from "../support/toy-run.ts";

type Purpose = "gradient" | "evaluate";

/** The toy model, with one microshard whose data cannot be used. */
function failingAt(purpose: Purpose, bad: number, text: () => string): PrepareRun {
  return async (runConfig) => {
    const compute = await toy.prepareRun(runConfig);
    const expectGood = (microshard: number): void => {
      if (microshard === bad) throw new InputError(text(), { hint: "scale y" });
    };
    return {
      ...compute,
      async gradient(parameters, revision, step, microshard, out) {
        if (purpose === "gradient") expectGood(microshard);
        return compute.gradient(parameters, revision, step, microshard, out);
      },
      async evaluate(parameters, revision, microshard) {
        if (purpose === "evaluate") expectGood(microshard);
        return compute.evaluate(parameters, revision, microshard);
      },
    };
  };
}

const memory = (): ToyRunOptions => ({
  transport: createMemoryNetwork(systemClock).transport,
  address: "memory://run",
});

async function runWith(prepareRuns: readonly PrepareRun[]): Promise<unknown> {
  const options = memory();
  const numWorkers = prepareRuns.length;
  const coordinator = await startCoordinator(
    toyRun({ ...options, policy: { expectedWorkers: numWorkers, pauseTimeoutMs: 2000 } }),
  );
  const workers = await Promise.all(
    prepareRuns.map((prepareRun, i) =>
      toyWorker(options.transport, coordinator.address, `w${i}`, {
        port: new InlinePort(prepareRun),
      }),
    ),
  );
  const ends = Promise.allSettled(workers.map(({ finished }) => finished));
  try {
    return await coordinator.finished;
  } finally {
    await ends;
  }
}

describe("what two workers fail on alike", () => {
  test.each<[Purpose, string]>([
    ["gradient", "workers cannot compute step 1: task a: y: cannot be written"],
    [
      "evaluate",
      "workers cannot compute the validation after step 3: task a: y: cannot be written",
    ],
  ])(
    "ends the run with the worker's reason: %s",
    async (purpose, message) => {
      const failing = failingAt(purpose, 5, () => "task a: y: cannot be written");
      await expect(runWith([failing, failing, failing])).rejects.toMatchObject({
        code: "INPUT_INVALID",
        exitCode: 2,
        message,
        hint: "scale y",
      });
    },
    30_000,
  );
});

test("what one worker fails on is done by the others", async () => {
  const failing = failingAt("gradient", 5, () => "this machine is broken");
  const result = await runWith([failing, toy.prepareRun, toy.prepareRun]);
  expect(result).toMatchObject({ outcome: "done", step: 6 });
}, 30_000);

test("a run without workers says what the last one failed on", async () => {
  const failing = failingAt("gradient", 5, () => "this machine is broken");
  await expect(runWith([failing])).rejects.toMatchObject({
    code: "PAUSED",
    message: expect.stringContaining("this machine is broken"),
  });
}, 30_000);

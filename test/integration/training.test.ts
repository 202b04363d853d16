import { describe, expect, test } from "vitest";
import {
  type RunProgress,
  type RunResult,
  startCoordinator,
  verifyLedger,
} from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { createMemoryNetwork, type Transport, zeroMqTransport } from "../../src/transport/index.ts";
import { type ToyRunOptions, temporaryDirectory, toyRun, toyWorker } from "../support/toy-run.ts";

/** Trains with workers that stay to the end. */
async function train(numWorkers: number, options: ToyRunOptions): Promise<RunResult> {
  const coordinator = await startCoordinator(
    toyRun({ policy: { expectedWorkers: numWorkers }, ...options }),
  );
  const workers = await Promise.all(
    Array.from({ length: numWorkers }, (_, i) =>
      toyWorker(options.transport, coordinator.address, `w${i}`),
    ),
  );
  const result = await coordinator.finished;
  for (const worker of workers) {
    expect((await worker.finished).outcome).toBe("finished");
  }
  return result;
}

const memory = (): ToyRunOptions => ({
  transport: createMemoryNetwork(systemClock).transport,
  address: "memory://run",
});

describe("the result does not depend on the fleet", () => {
  let known: Promise<RunResult> | undefined;
  const reference = (): Promise<RunResult> => {
    known ??= train(1, memory());
    return known;
  };

  test.each([2, 3, 5, 8])("%i workers over memory give the bits of one", async (numWorkers) => {
    const result = await train(numWorkers, memory());
    expect(result.parametersDigest).toBe((await reference()).parametersDigest);
    expect(result.evaluationLoss).toBe((await reference()).evaluationLoss);
  });

  test.each(["tcp://127.0.0.1:*", `ipc:///tmp/auspex-training-${process.pid}`])(
    "three workers over ZeroMQ %s give the bits of one",
    async (address) => {
      const transport: Transport = zeroMqTransport({ clock: systemClock });
      const result = await train(3, { transport, address });
      expect(result.parametersDigest).toBe((await reference()).parametersDigest);
    },
  );

  test("training lowers the validation loss", async () => {
    const losses: number[] = [];
    await train(2, {
      ...memory(),
      numSteps: 60,
      training: { evalEverySteps: 20 },
      toy: { parameterCount: 50 },
      onProgress: (progress) => {
        if (progress.kind === "evaluation") losses.push(progress.loss);
      },
    });
    expect(losses).toHaveLength(3);
    expect(losses[2]!).toBeLessThan(losses[0]!);
  });
});

test("the ledger proves that each microshard and each example of an epoch counted once", async () => {
  const runDirectory = temporaryDirectory();
  await train(3, { ...memory(), runDirectory });
  const report = verifyLedger(runDirectory);
  expect(report).toMatchObject({ numSteps: 6, numSkippedSteps: 0, numExamples: 192 });
  // 192 samples of 27 examples: seven epochs and three samples more.
  expect(report.tasks.map(({ completedEpochs }) => completedEpochs)).toEqual([7, 7]);
  expect(report.tasks.reduce((sum, task) => sum + task.examplesInNextEpoch, 0)).toBe(3);
});

test("a stopped run resumes and ends with the bits of an undisturbed one", async () => {
  const undisturbed = await train(2, memory());
  const runDirectory = temporaryDirectory();
  for (const stopAfter of [1, 3, 4]) {
    const options = memory();
    const coordinator = await startCoordinator(
      toyRun({
        ...options,
        runDirectory,
        resume: stopAfter > 1,
        onProgress: (progress) => {
          if (progress.kind === "step" && progress.step === stopAfter) coordinator.stop();
        },
      }),
    );
    await toyWorker(options.transport, coordinator.address, "w");
    expect(await coordinator.finished).toMatchObject({ outcome: "stopped", step: stopAfter });
  }
  const resumed = await train(2, { ...memory(), runDirectory, resume: true });
  expect(resumed).toMatchObject({ outcome: "done", step: 6 });
  expect(resumed.parametersDigest).toBe(undisturbed.parametersDigest);
  expect(verifyLedger(runDirectory).numSteps).toBe(6);
});

test("a step with a non-finite gradient is skipped, recorded, and training goes on", async () => {
  const runDirectory = temporaryDirectory();
  const steps: (RunProgress & { kind: "step" })[] = [];
  const result = await train(2, {
    ...memory(),
    runDirectory,
    toy: { nanAtStep: 2 },
    onProgress: (progress) => {
      if (progress.kind === "step") steps.push(progress);
    },
  });
  expect(steps.map(({ applied }) => applied)).toEqual([true, false, true, true, true, true]);
  expect(result.parameters.every(Number.isFinite)).toBe(true);
  expect(verifyLedger(runDirectory)).toMatchObject({ numSteps: 6, numSkippedSteps: 1 });
});

test.each([
  ["other data", { dataset: "other" }, "DATASET_MISMATCH"],
  ["another model", { parameterCount: 999 }, "LAYOUT_MISMATCH"],
  ["another numeric class", { numericClass: "gpu" }, "CLASS_NOT_ALLOWED"],
])("a worker with %s is refused with a typed reason", async (_name, override, code) => {
  const { InlinePort } = await import("../../src/worker/index.ts");
  const { prepareRun } = await import("../support/toy-compute.ts");
  const options = memory();
  const coordinator = await startCoordinator(
    toyRun({ ...options, policy: { expectedWorkers: 2 } }),
  );
  await toyWorker(options.transport, coordinator.address, "good");
  const port = new InlinePort((config) => prepareRun({ ...(config as object), ...override }));
  const bad = await toyWorker(options.transport, coordinator.address, "bad", { port });
  await expect(bad.finished).rejects.toMatchObject({ code, exitCode: 77 });
  await toyWorker(options.transport, coordinator.address, "second");
  expect((await coordinator.finished).outcome).toBe("done");
});

test("a directory that holds a run is not overwritten, nor resumed as another run", async () => {
  const runDirectory = temporaryDirectory();
  await train(1, { ...memory(), runDirectory });
  await expect(startCoordinator(toyRun({ ...memory(), runDirectory }))).rejects.toThrow("already");
  await expect(
    startCoordinator(toyRun({ ...memory(), runDirectory, resume: true, toy: { seed: 2 } })),
  ).rejects.toThrow("another config");
});

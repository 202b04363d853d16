import { describe, expect, test, vi } from "vitest";
import {
  type RunProgress,
  type RunResult,
  startCoordinator,
  verifyLedger,
} from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { optimizerConfigSchema } from "../../src/optim/config.ts";
import { createMemoryNetwork, zeroMqTransport } from "../../src/transport/index.ts";
import {
  startUntil,
  type ToyRunOptions,
  temporaryDirectory,
  toyRun,
  toyWorker,
} from "../support/toy-run.ts";

const ADAMW = optimizerConfigSchema.parse({ kind: "adamw", learningRate: 0.01 });

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

  test.each([1, 2, 3, 5, 8])(
    "%i workers in a mesh give the bits of the star",
    async (numWorkers) => {
      const runDirectory = temporaryDirectory();
      const result = await train(numWorkers, {
        ...memory(),
        runDirectory,
        training: { reduction: "mesh" },
        policy: { expectedWorkers: numWorkers, chunkBytes: 256 },
      });
      expect(result.parametersDigest).toBe((await reference()).parametersDigest);
      expect(verifyLedger(runDirectory)).toMatchObject({ numSteps: 6, results: "bitwise" });
    },
  );

  test.each(["tcp://127.0.0.1:*", `ipc:///tmp/auspex-mesh-${process.pid}`])(
    "four workers in a mesh over ZeroMQ %s give the bits of the star",
    async (address) => {
      const result = await train(4, {
        transport: zeroMqTransport({ clock: systemClock }),
        address,
        training: { reduction: "mesh" },
        policy: { expectedWorkers: 4, chunkBytes: 256 },
      });
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

describe("bfloat16 on the way", () => {
  const trainWith = (
    numWorkers: number,
    exchange: { parameters?: "bf16"; gradients?: "bf16" },
    runDirectory = temporaryDirectory(),
  ): Promise<RunResult> => train(numWorkers, { ...memory(), runDirectory, training: { exchange } });

  test("rounded parameters are the same for all workers: the bits do not depend on the fleet", async () => {
    const one = await trainWith(1, { parameters: "bf16" });
    for (const numWorkers of [2, 3, 5]) {
      const many = await trainWith(numWorkers, { parameters: "bf16" });
      expect(many.parametersDigest).toBe(one.parametersDigest);
    }
    const exact = await train(1, memory());
    expect(one.parametersDigest).not.toBe(exact.parametersDigest);
    expect(one.evaluationLoss! / exact.evaluationLoss!).toBeCloseTo(1, 1);
  });

  test("rounded gradients end near the exact ones, and the ledger says so", async () => {
    const exact = await train(1, memory());
    const runDirectory = temporaryDirectory();
    const rounded = await trainWith(3, { gradients: "bf16" }, runDirectory);
    expect(rounded.evaluationLoss! / exact.evaluationLoss!).toBeCloseTo(1, 2);
    expect(verifyLedger(runDirectory)).toMatchObject({ results: "tolerance", numExamples: 192 });
  });
});

test("the ledger proves that each microshard and each example of an epoch counted once", async () => {
  const runDirectory = temporaryDirectory();
  await train(3, { ...memory(), runDirectory });
  const report = verifyLedger(runDirectory);
  expect(report).toMatchObject({
    numSteps: 6,
    numSkippedSteps: 0,
    numExamples: 192,
    results: "bitwise",
  });
  // 192 samples of 27 examples: seven epochs and three samples more.
  expect(report.tasks.map(({ completedEpochs }) => completedEpochs)).toEqual([7, 7]);
  expect(report.tasks.reduce((sum, task) => sum + task.examplesInNextEpoch, 0)).toBe(3);
});

test("a stopped run resumes and ends with the bits of an undisturbed one", async () => {
  const undisturbed = await train(2, memory());
  const runDirectory = temporaryDirectory();
  for (const stopAfter of [1, 3, 4]) {
    const options = memory();
    const coordinator = await startUntil(stopAfter, {
      ...options,
      runDirectory,
      resume: stopAfter > 1,
    });
    const worker = await toyWorker(options.transport, coordinator.address, "w");
    expect(await coordinator.finished).toMatchObject({ outcome: "stopped", step: stopAfter });
    // Not the end of the run: a supervisor starts the worker again.
    expect((await worker.finished).outcome).toBe("paused");
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

test.each([
  ["optimizer", { optimizer: { ...ADAMW, learningRate: 0.02 } }],
  ["optimizer", { optimizer: optimizerConfigSchema.parse({ kind: "muon", learningRate: 0.01 }) }],
  ["schedule", { schedule: { kind: "constant", warmupSteps: 2 } }],
  ["clipNorm", { clipNorm: 2 }],
  ["emaDecay", { emaDecay: 0.9 }],
] as const)("a run is not resumed with another %s: %j", async (field, training) => {
  const runDirectory = temporaryDirectory();
  await train(1, { ...memory(), runDirectory });
  await expect(
    startCoordinator(toyRun({ ...memory(), runDirectory, resume: true, training })),
  ).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(`another training.${field}`),
  });
});

test("a run whose schedule knows its end is not made longer", async () => {
  const runDirectory = temporaryDirectory();
  await train(1, { ...memory(), runDirectory, numSteps: 4 });
  await expect(
    startCoordinator(toyRun({ ...memory(), runDirectory, resume: true, numSteps: 6 })),
  ).rejects.toThrow("another training.numSteps");
});

test("a run without such a schedule goes on as if it had been longer from the start", async () => {
  const training = { schedule: { kind: "constant", warmupSteps: 2 } } as const;
  const runDirectory = temporaryDirectory();
  await train(1, { ...memory(), runDirectory, training, numSteps: 4 });
  const longer = await train(2, { ...memory(), runDirectory, training, numSteps: 6, resume: true });
  const whole = await train(1, { ...memory(), training, numSteps: 6 });
  expect(longer.parametersDigest).toBe(whole.parametersDigest);
});

test("a run that fails after its last step says so", async () => {
  const ended: RunProgress[] = [];
  const options = memory();
  const run = toyRun({
    ...options,
    onProgress: (progress) => {
      if (progress.kind === "ended") ended.push(progress);
    },
  });
  const { journal } = run.store;
  const append = journal.append.bind(journal);
  vi.spyOn(journal, "append").mockImplementation((record) =>
    record.type === "done" ? Promise.reject(new Error("the disk is full")) : append(record),
  );
  const coordinator = await startCoordinator(run);
  await toyWorker(options.transport, coordinator.address, "w");
  await expect(coordinator.finished).rejects.toThrow("the disk is full");
  expect(ended).toEqual([
    expect.objectContaining({ outcome: "failed", step: 6, reason: "the disk is full" }),
  ]);
});

test("a number of microshards that is no power of two is refused before anything starts", async () => {
  const run = toyRun({ ...memory(), toy: { numMicroshards: 12 } });
  await expect(startCoordinator(run)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining("training.numMicroshards"),
  });
});

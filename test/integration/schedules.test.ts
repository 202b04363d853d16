// Each schedule and optimizer that a run configuration can name, in the coordinator of a short toy run.

import { expect, test } from "vitest";
import { type RunResult, startCoordinator } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { optimizerConfigSchema, scheduleConfigSchema } from "../../src/optim/config.ts";
import { createMemoryNetwork } from "../../src/transport/index.ts";
import { type ToyRunOptions, temporaryDirectory, toyRun, toyWorker } from "../support/toy-run.ts";

const adafactor = optimizerConfigSchema.parse({ kind: "adafactor", learningRate: 0.01 });

async function train(
  options: Partial<ToyRunOptions> & { runDirectory?: string },
): Promise<RunResult> {
  const { transport } = createMemoryNetwork(systemClock);
  const coordinator = await startCoordinator(
    toyRun({ transport, address: "memory://run", ...options }),
  );
  await toyWorker(transport, coordinator.address, "w");
  return coordinator.finished;
}

test.each([
  [{ kind: "constant", warmupSteps: 2 }, [0.5, 1, 1, 1, 1, 1]],
  [{ kind: "linear", warmupSteps: 2, finalFraction: 0 }, [0.5, 1, 0.75, 0.5, 0.25, 0]],
  [{ kind: "cosine", warmupSteps: 2, finalFraction: 0.2 }, [0.5, 1, 0.883, 0.6, 0.317, 0.2]],
  [{ kind: "inverse-sqrt", warmupSteps: 2 }, [0.5, 1, 0.816, 0.707, 0.632, 0.577]],
])("a run under %j takes steps of %j of the learning rate", async (given, expected) => {
  const schedule = scheduleConfigSchema.parse(given);
  const factors: number[] = [];
  const { parameters } = await train({
    training: { schedule, evalEverySteps: 0 },
    onProgress: (event) => {
      if (event.kind === "step") factors.push(event.learningRate / 0.01);
    },
  });
  expect(factors.map((factor) => Math.round(1000 * factor) / 1000)).toEqual(expected);
  expect(parameters.every(Number.isFinite)).toBe(true);
});

test("a run with Adafactor lowers the loss, and is the same when it was interrupted", async () => {
  const training = {
    optimizer: adafactor,
    schedule: scheduleConfigSchema.parse({ kind: "constant" }),
  };
  const losses: number[] = [];
  const whole = await train({
    training,
    numSteps: 8,
    onProgress: (event) => {
      if (event.kind === "evaluation") losses.push(event.loss);
    },
  });
  expect(losses.at(-1)).toBeLessThan(losses[0]!);

  const runDirectory = temporaryDirectory();
  const { transport } = createMemoryNetwork(systemClock);
  const stopped = await startCoordinator(
    toyRun({
      transport,
      address: "memory://run",
      runDirectory,
      training,
      numSteps: 8,
      onProgress: (event) => {
        if (event.kind === "step" && event.step === 5) stopped.stop();
      },
    }),
  );
  await toyWorker(transport, stopped.address, "w");
  expect(await stopped.finished).toMatchObject({ outcome: "stopped" });
  const resumed = await train({ runDirectory, training, numSteps: 8, resume: true });
  expect(resumed.parametersDigest).toBe(whole.parametersDigest);
});

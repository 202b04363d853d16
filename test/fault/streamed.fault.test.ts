// Workers without data of their own: requests and pieces are lost, doubled and reordered, workers and the
// coordinator are killed, and the bits are those of a run that had its data at hand.

import { expect, test } from "vitest";
import { type SimulationOptions, simulate } from "../support/simulation.ts";
import { toyBlock } from "../support/toy-compute.ts";

const HOUR_MS = 3_600_000;
let numRead = 0;

function options(seed: number, streamed: boolean): SimulationOptions {
  const trouble = streamed ? 0.1 : 0;
  return {
    seed,
    run: {
      numSteps: 5,
      toy: { parameterCount: 64, globalBatchSize: 16, numMicroshards: 8, streamed },
      training: { evalEverySteps: 2, checkpointEverySteps: 2 },
      policy: {
        joinWindowMs: 100,
        chunkBytes: 64,
        windowBytes: 256,
        resendMs: 300,
        leaseMinMs: 1000,
        auditEverySteps: 2,
      },
      readPart: (_source, part) => {
        numRead++;
        return Promise.resolve(toyBlock(part.kind === "block" ? part.block : 0));
      },
    },
    network: { loss: trouble, double: trouble, maxDelayMs: streamed ? 60 : 1 },
    microshardMs: 20,
  };
}

const undisturbed = (async () => {
  const simulation = simulate(options(0, false));
  await simulation.startCoordinator();
  await simulation.startWorker();
  return (await simulation.finish(HOUR_MS)).parametersDigest;
})();

test.each([1, 2, 3, 4, 5, 6])("streamed data, schedule %i", async (seed) => {
  numRead = 0;
  const simulation = simulate(options(seed, true));
  await simulation.startCoordinator();
  await simulation.startWorker();
  await simulation.startWorker();
  simulation.clock.after(900, () => {
    simulation.killWorker("w0");
    simulation.startWorker().catch(() => {});
  });
  simulation.clock.after(2500, () => {
    if (seed % 2 === 0) return;
    simulation.killCoordinator();
    simulation.startCoordinator().catch(() => {});
  });
  const { parametersDigest } = await simulation.finish(HOUR_MS);
  expect(parametersDigest).toBe(await undisturbed);
  // Five steps of eight microshards, and what was asked for again.
  expect(numRead).toBeGreaterThan(40);
});

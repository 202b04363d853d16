// A mesh in virtual time: workers add slices of the gradient up for each other, and die, stall and are cut off
// while they do. The bits are those of an undisturbed star.

import { describe, expect, test } from "vitest";
import { type RunResult, verifyRecords } from "../../src/coordinator/index.ts";
import {
  BAD_NETWORK,
  disturb,
  disturbWorker,
  type Simulation,
  type SimulationOptions,
  simulate,
} from "../support/simulation.ts";

const base: Omit<SimulationOptions, "seed"> = {
  run: {
    numSteps: 5,
    toy: { parameterCount: 64, globalBatchSize: 16, numMicroshards: 8 },
    training: { evalEverySteps: 2, checkpointEverySteps: 2, reduction: "mesh" },
    policy: {
      joinWindowMs: 100,
      chunkBytes: 32,
      windowBytes: 128,
      resendMs: 300,
      leaseMinMs: 1000,
    },
  },
  network: { loss: 0, double: 0, maxDelayMs: 1 },
  microshardMs: 20,
};
/** Far more than any of these runs needs. */
const LIMIT_MS = 600_000;

let known: Promise<RunResult> | undefined;
function undisturbedStar(): Promise<RunResult> {
  known ??= (async () => {
    const { run } = base;
    const star = { ...run, training: { ...run.training, reduction: "star" as const } };
    const simulation = simulate({ ...base, run: star, seed: 0 });
    await simulation.startCoordinator();
    await simulation.startWorker();
    return simulation.finish(LIMIT_MS);
  })();
  return known;
}

async function expectUndisturbed(simulation: Simulation): Promise<void> {
  const result = await simulation.finish(LIMIT_MS);
  expect(result.parametersDigest).toBe((await undisturbedStar()).parametersDigest);
  const ledger = verifyRecords(simulation.disk.records, "memory");
  expect(ledger).toMatchObject({ numSteps: 5, numExamples: 80 });
}

test("an owner that dies costs its slice, not the step: who computed nodes sends them to the next owner", async () => {
  const simulation = simulate({ ...base, seed: 3 });
  await simulation.startCoordinator();
  const first = await simulation.startWorker();
  for (let i = 0; i < 3; i++) await simulation.startWorker();
  // In the first step, when nodes are on their way.
  simulation.clock.after(155, () => simulation.killWorker(first));
  await expectUndisturbed(simulation);
  expect(simulation.events.filter(({ kind }) => kind === "lost")).toHaveLength(1);
});

const NUM_SEEDS = Number(process.env["AUSPEX_SIMULATION_SEEDS"] ?? 6);
const seeds = Array.from({ length: NUM_SEEDS }, (_, i) => i + 1);

describe.each(seeds)("seed %i", (seed) => {
  test("messages are lost, doubled and reordered", async () => {
    const simulation = simulate({ ...base, seed, network: BAD_NETWORK });
    await simulation.startCoordinator();
    for (let i = 0; i <= seed % 5; i++) await simulation.startWorker();
    await expectUndisturbed(simulation);
  });

  test("workers are killed, leave, stall and are cut off, and others come", async () => {
    const simulation = simulate({ ...base, seed, network: BAD_NETWORK });
    await simulation.startCoordinator();
    for (let i = 0; i < 4; i++) await simulation.startWorker();
    // An owner that is cut off is missed after its silence of five seconds, and every slice is needed.
    disturb(simulation, 2500, () => disturbWorker(simulation));
    await expectUndisturbed(simulation);
  });

  test("the coordinator is killed again and again", async () => {
    const simulation = simulate({ ...base, seed, network: BAD_NETWORK });
    await simulation.startCoordinator();
    for (let i = 0; i < 3; i++) await simulation.startWorker();
    let numKills = 0;
    disturb(simulation, 1500, () => {
      if (numKills++ >= 3) return;
      simulation.killCoordinator();
      void simulation.startCoordinator();
    });
    await expectUndisturbed(simulation);
  });
});

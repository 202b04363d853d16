// Thousands of messages a run, each lost, doubled, delayed or reordered as a seed says, while workers and the
// coordinator come and go. Whatever happens, the run ends with the bits of an undisturbed one.

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
    training: { evalEverySteps: 2, checkpointEverySteps: 2 },
    policy: {
      joinWindowMs: 100,
      chunkBytes: 64,
      windowBytes: 256,
      resendMs: 300,
      leaseMinMs: 1000,
      auditEverySteps: 2,
    },
  },
  network: { loss: 0, double: 0, maxDelayMs: 1 },
  microshardMs: 20,
};
const HOUR_MS = 3_600_000;

let known: Promise<RunResult> | undefined;
function undisturbed(): Promise<RunResult> {
  known ??= (async () => {
    const simulation = simulate({ ...base, seed: 0 });
    await simulation.startCoordinator();
    await simulation.startWorker();
    return simulation.finish(HOUR_MS);
  })();
  return known;
}

async function expectUndisturbed(simulation: Simulation): Promise<void> {
  const result = await simulation.finish(HOUR_MS);
  expect(result.parametersDigest).toBe((await undisturbed()).parametersDigest);
  expect(result.evaluationLoss).toBe((await undisturbed()).evaluationLoss);
  const ledger = verifyRecords(simulation.disk.records, "memory");
  expect(ledger).toMatchObject({ numSteps: 5, numExamples: 80 });
}

function anyWorker({ liveWorkers, random }: Simulation): string | undefined {
  return liveWorkers[random.int(liveWorkers.length)];
}

test("what a worker that stands still holds is done by the others long before its lease ends", async () => {
  const simulation = simulate({ ...base, seed: 1 });
  await simulation.startCoordinator();
  const slow = await simulation.startWorker();
  for (let i = 0; i < 3; i++) await simulation.startWorker();
  // After the first step speeds are known.
  simulation.clock.after(150, () => simulation.stallWorker(slow, 1_000_000));
  await expectUndisturbed(simulation);
  expect(simulation.events).toContainEqual(
    expect.objectContaining({ kind: "backed-up", worker: slow }),
  );
});

// The soak: AUSPEX_SIMULATION_SEEDS=1000 npx vitest run test/fault/simulation
const NUM_SEEDS = Number(process.env["AUSPEX_SIMULATION_SEEDS"] ?? 8);
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
    for (let i = 0; i < 3; i++) await simulation.startWorker();
    disturb(simulation, 150, () => disturbWorker(simulation));
    await expectUndisturbed(simulation);
    const joined = simulation.events.filter(({ kind }) => kind === "joined");
    expect(joined.length).toBeGreaterThan(3);
  });

  test("links are cut in one direction, or slow for a while", async () => {
    const simulation = simulate({ ...base, seed, network: BAD_NETWORK });
    await simulation.startCoordinator();
    for (let i = 0; i < 3; i++) await simulation.startWorker();
    let numFired = 0;
    disturb(simulation, 100, () => {
      // Not for ever: all links can be cut at once.
      if (numFired === 12) return;
      const worker = anyWorker(simulation)!;
      const kind = simulation.random.int(3);
      if (kind === 0) simulation.throttleWorker(worker, 3000, 4000);
      else simulation.partitionWorker(worker, 4000, kind === 1 ? "up" : "down");
      numFired++;
    });
    await expectUndisturbed(simulation);
    expect(numFired).toBeGreaterThan(0);
  });

  test("the coordinator is killed again and again", async () => {
    const simulation = simulate({ ...base, seed, network: BAD_NETWORK });
    await simulation.startCoordinator();
    for (let i = 0; i < 2; i++) await simulation.startWorker();
    let numKills = 0;
    // Often enough to hit every place of a step, rarely enough that a checkpoint comes between.
    disturb(simulation, 1500, () => {
      if (numKills++ >= 4) return;
      simulation.killCoordinator();
      void simulation.startCoordinator();
    });
    await expectUndisturbed(simulation);
    expect(simulation.events.filter(({ kind }) => kind === "listening").length).toBeGreaterThan(1);
  });
});

// Thousands of messages a run, each lost, doubled, delayed or reordered as a seed says, while workers and the
// coordinator come and go. Whatever happens, the run ends with the bits of an undisturbed one.

import { describe, expect, test } from "vitest";
import { verifyRecords } from "../../src/coordinator/index.ts";
import {
  BAD_NETWORK,
  disturb,
  disturbCoordinator,
  disturbWorker,
  HOUR_MS,
  type Simulation,
  SMALL_RUN,
  startSimulation,
  undisturbed,
} from "../support/simulation.ts";

async function expectUndisturbed(simulation: Simulation): Promise<void> {
  const result = await simulation.finish(HOUR_MS);
  const expected = await undisturbed(SMALL_RUN);
  expect(result.parametersDigest).toBe(expected.parametersDigest);
  expect(result.evaluationLoss).toBe(expected.evaluationLoss);
  const ledger = verifyRecords(simulation.disk.records, "memory");
  expect(ledger).toMatchObject({ numSteps: 5, numExamples: 80 });
}

function anyWorker({ liveWorkers, random }: Simulation): string | undefined {
  return liveWorkers[random.int(liveWorkers.length)];
}

test("what a worker that stands still holds is done by the others long before its lease ends", async () => {
  const simulation = await startSimulation({ ...SMALL_RUN, seed: 1 }, 4);
  const [slow] = simulation.liveWorkers as [string];
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
  const start = (numWorkers: number) =>
    startSimulation({ ...SMALL_RUN, seed, network: BAD_NETWORK }, numWorkers);

  test("messages are lost, doubled and reordered", async () => {
    const simulation = await start(1 + (seed % 5));
    await expectUndisturbed(simulation);
  });

  test("workers are killed, leave, stall and are cut off, and others come", async () => {
    const simulation = await start(3);
    disturb(simulation, 150, () => disturbWorker(simulation));
    await expectUndisturbed(simulation);
    const joined = simulation.events.filter(({ kind }) => kind === "joined");
    expect(joined.length).toBeGreaterThan(3);
  });

  test("links are cut in one direction, or slow for a while", async () => {
    const simulation = await start(3);
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
    const simulation = await start(2);
    // Often enough to hit every place of a step, rarely enough that a checkpoint comes between.
    disturbCoordinator(simulation, 1500, 4);
    await expectUndisturbed(simulation);
    expect(simulation.events.filter(({ kind }) => kind === "listening").length).toBeGreaterThan(1);
  });
});

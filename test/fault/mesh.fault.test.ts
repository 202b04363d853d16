// A mesh in virtual time: workers add slices of the gradient up for each other, and die, stall and are cut off
// while they do. The bits are those of an undisturbed star.

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
  withRun,
} from "../support/simulation.ts";

const STAR = withRun(SMALL_RUN, {
  policy: { chunkBytes: 32, windowBytes: 128, auditEverySteps: 0 },
});
const MESH = withRun(STAR, { training: { reduction: "mesh" } });

async function expectUndisturbed(simulation: Simulation): Promise<void> {
  const result = await simulation.finish(HOUR_MS);
  expect(result.parametersDigest).toBe((await undisturbed(STAR)).parametersDigest);
  const ledger = verifyRecords(simulation.disk.records, "memory");
  expect(ledger).toMatchObject({ numSteps: 5, numExamples: 80 });
}

test("an owner that dies costs its slice, not the step: who computed nodes sends them to the next owner", async () => {
  const simulation = await startSimulation({ ...MESH, seed: 3 }, 4);
  const [first] = simulation.liveWorkers as [string];
  // In the first step, when nodes are on their way.
  simulation.clock.after(155, () => simulation.killWorker(first));
  await expectUndisturbed(simulation);
  expect(simulation.events.filter(({ kind }) => kind === "lost")).toHaveLength(1);
});

const NUM_SEEDS = Number(process.env["AUSPEX_SIMULATION_SEEDS"] ?? 6);
const seeds = Array.from({ length: NUM_SEEDS }, (_, i) => i + 1);

describe.each(seeds)("seed %i", (seed) => {
  const start = (numWorkers: number) =>
    startSimulation({ ...MESH, seed, network: BAD_NETWORK }, numWorkers);

  test("messages are lost, doubled and reordered", async () => {
    const simulation = await start(1 + (seed % 5));
    await expectUndisturbed(simulation);
  });

  test("workers are killed, leave, stall and are cut off, and others come", async () => {
    const simulation = await start(4);
    // An owner that is cut off is missed after its silence of five seconds, and every slice is needed.
    disturb(simulation, 2500, () => disturbWorker(simulation));
    await expectUndisturbed(simulation);
  });

  test("the coordinator is killed again and again", async () => {
    const simulation = await start(3);
    disturbCoordinator(simulation, 1500, 3);
    await expectUndisturbed(simulation);
  });
});

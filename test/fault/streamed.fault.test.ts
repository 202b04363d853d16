// Workers without data of their own: requests and pieces are lost, doubled and reordered, workers and the
// coordinator are killed, and the bits are those of a run that had its data at hand.

import { expect, test } from "vitest";
import {
  HOUR_MS,
  SMALL_RUN,
  startSimulation,
  undisturbed,
  withRun,
} from "../support/simulation.ts";
import { toyBlock } from "../support/toy-compute.ts";

let numRead = 0;
const streamed = withRun(SMALL_RUN, {
  toy: { streamed: true },
  readPart: (_source, part) => {
    numRead++;
    return Promise.resolve(toyBlock(part.kind === "block" ? part.block : 0));
  },
});
const network = { loss: 0.1, double: 0.1, maxDelayMs: 60 };

test.each([1, 2, 3, 4, 5, 6])("streamed data, schedule %i", async (seed) => {
  numRead = 0;
  const simulation = await startSimulation({ ...streamed, network, seed }, 2);
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
  expect(parametersDigest).toBe((await undisturbed(SMALL_RUN)).parametersDigest);
  // Five steps of eight microshards, and what was asked for again.
  expect(numRead).toBeGreaterThan(40);
});

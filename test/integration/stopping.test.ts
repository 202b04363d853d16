import { expect, test } from "vitest";
import { type RunProgress, startCoordinator } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { createMemoryNetwork } from "../../src/transport/index.ts";
import { toyRun, toyWorker } from "../support/toy-run.ts";

test("a run that is stopped between a step and its validation waits for no worker", async () => {
  const { transport } = createMemoryNetwork(systemClock);
  const events: RunProgress[] = [];
  const coordinator = await startCoordinator(
    toyRun({
      transport,
      address: "memory://run",
      training: { evalEverySteps: 2 },
      onProgress: (event) => {
        events.push(event);
        if (event.kind === "step" && event.step === 2) coordinator.stop();
      },
    }),
  );
  await toyWorker(transport, coordinator.address, "w");
  expect(await coordinator.finished).toMatchObject({ outcome: "stopped", step: 2 });
  const leased = events.filter((event) => event.kind === "leased");
  expect(leased.map(({ purpose }) => purpose)).toEqual(["gradient", "gradient"]);
});

test("a worker that is still sent parameters when the last step is done is not lost", async () => {
  let numParts = 0;
  // What the second worker is sent after it has joined is under way for longer than the run.
  const network = createMemoryNetwork(systemClock, ({ peer, direction, wire }) =>
    direction === "down" &&
    peer === network.peers[1] &&
    wire.payload !== undefined &&
    ++numParts > 1
      ? [20_000]
      : [0],
  );
  const events: RunProgress[] = [];
  const coordinator = await startCoordinator(
    toyRun({
      transport: network.transport,
      address: "memory://run",
      policy: { expectedWorkers: 2 },
      onProgress: (event) => events.push(event),
    }),
  );
  const workers = await Promise.all(
    ["quick", "slow"].map((name) => toyWorker(network.transport, coordinator.address, name)),
  );
  expect(await coordinator.finished).toMatchObject({ outcome: "done" });
  expect(numParts).toBeGreaterThan(1);
  expect(events.filter(({ kind }) => kind === "lost" || kind === "left")).toEqual([]);
  for (const worker of workers) expect((await worker.finished).outcome).toBe("finished");
});

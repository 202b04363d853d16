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

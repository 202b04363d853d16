import { expect, test } from "vitest";
import { startCoordinator } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { createMemoryNetwork } from "../../src/transport/index.ts";
import { InlinePort } from "../../src/worker/index.ts";
import { prepareRun } from "../support/toy-compute.ts";
import { toyRun, toyWorker } from "../support/toy-run.ts";

/** Notes of each node whether its sum was free again as soon as it had been handed over. */
class NotingPort extends InlinePort {
  readonly isFreeAtOnce: boolean[] = [];

  override prepare(...[runConfig, events]: Parameters<InlinePort["prepare"]>) {
    return super.prepare(runConfig, {
      ...events,
      nodeDone: (workId, node, sum, leaves, release) => {
        let isFree = false;
        events.nodeDone(workId, node, sum, leaves, () => {
          isFree = true;
          release();
        });
        this.isFreeAtOnce.push(isFree);
      },
    });
  }
}

test.each([
  ["f32", false],
  ["bf16", true],
] as const)(
  "the sum of a node that goes out as %s is free at once: %s",
  async (gradients, isFree) => {
    const { transport } = createMemoryNetwork(systemClock);
    const exchange = { parameters: "f32", gradients } as const;
    const coordinator = await startCoordinator(
      toyRun({ transport, address: "memory://run", numSteps: 2, training: { exchange } }),
    );
    const port = new NotingPort(prepareRun);
    await toyWorker(transport, coordinator.address, "w", { port });
    await coordinator.finished;
    expect(port.isFreeAtOnce).toEqual([isFree, isFree]);
  },
);

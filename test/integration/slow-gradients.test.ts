// Gradients that take far longer than evaluations, in virtual time: leases follow what gradients take.

import { expect, test } from "vitest";
import { type RunProgress, startCoordinator } from "../../src/coordinator/index.ts";
import { ManualClock, sleep } from "../../src/core/index.ts";
import { createMemoryNetwork } from "../../src/transport/index.ts";
import { InlinePort } from "../../src/worker/index.ts";
import { passTime } from "../support/pass-time.ts";
import { prepareRun } from "../support/toy-compute.ts";
import { toyRun, toyWorker } from "../support/toy-run.ts";

const GRADIENT_MS = 8000;

test("quick evaluations do not make leases too short for slow gradients", async () => {
  const clock = new ManualClock();
  const { transport } = createMemoryNetwork(clock, () => [5]);
  const events: RunProgress[] = [];
  const coordinator = await startCoordinator(
    toyRun({
      transport,
      address: "memory://",
      clock,
      numSteps: 4,
      training: { evalEverySteps: 1 },
      policy: { auditEverySteps: 0 },
      onProgress: (event) => events.push(event),
    }),
  );
  const slow = new InlinePort(async (...args) => {
    const compute = await prepareRun(...args);
    return {
      ...compute,
      gradient: async (...lease) => {
        await sleep(clock, GRADIENT_MS);
        return compute.gradient(...lease);
      },
    };
  });
  await toyWorker(transport, coordinator.address, "slow", { clock, port: slow });
  await passTime(clock, () => events.some(({ kind }) => kind === "ended"));
  expect((await coordinator.finished).outcome).toBe("done");
  // Learnt once: what expired at first does not expire again and again.
  expect(events.filter(({ kind }) => kind === "expired").length).toBeLessThan(12);
}, 60_000);

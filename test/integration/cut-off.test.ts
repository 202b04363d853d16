// A coordinator whose broker goes away, in virtual time.

import { expect, test } from "vitest";
import {
  type RunningCoordinator,
  type RunProgress,
  startCoordinator,
} from "../../src/coordinator/index.ts";
import { ManualClock } from "../../src/core/index.ts";
import { createMemoryNetwork, type Transport } from "../../src/transport/index.ts";
import { toyRun } from "../support/toy-run.ts";

const clock = new ManualClock();

interface Started {
  readonly coordinator: RunningCoordinator;
  readonly suspend: (isSuspended: boolean) => void;
  /** What it said of pauses. */
  readonly pauses: () => RunProgress[];
}

async function started(): Promise<Started> {
  const { transport } = createMemoryNetwork(clock);
  let suspend: Started["suspend"] | undefined;
  const overBroker: Transport = {
    ...transport,
    listen: (address, events) => {
      suspend = (isSuspended) => events.suspended!(isSuspended);
      return transport.listen(address, events);
    },
  };
  const events: RunProgress[] = [];
  const coordinator = await startCoordinator(
    toyRun({
      transport: overBroker,
      address: "memory://run",
      clock,
      policy: { pauseTimeoutMs: 60_000 },
      onProgress: (event) => void events.push(event),
    }),
  );
  return {
    coordinator,
    suspend: suspend!,
    pauses: () => events.filter(({ kind }) => kind === "paused" || kind === "continued"),
  };
}

const reason = "cut off from the broker";

test("says so, and that it goes on", async () => {
  const { coordinator, suspend, pauses } = await started();
  suspend(true);
  suspend(true);
  expect(pauses()).toEqual([{ kind: "paused", reason }]);
  clock.advance(59_000);
  suspend(false);
  expect(pauses()).toEqual([
    { kind: "paused", reason },
    { kind: "continued", reason },
  ]);
  clock.advance(59_000);
  coordinator.stop();
  expect(await coordinator.finished).toMatchObject({ outcome: "stopped" });
});

test("for too long, the run is paused", async () => {
  const { coordinator, suspend } = await started();
  suspend(true);
  const ended = coordinator.finished.catch((error: unknown) => error);
  clock.advance(61_000);
  expect(await ended).toMatchObject({
    code: "PAUSED",
    exitCode: 75,
    message: expect.stringContaining(reason),
  });
});

// F35: the wall clock jumps. Nothing but monotonic time decides about leases and silence.

import { expect, onTestFinished, test, vi } from "vitest";
import { type RunProgress, startCoordinator, verifyLedger } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { createMemoryNetwork } from "../../src/transport/index.ts";
import { temporaryDirectory, toyRun, toyWorker } from "../support/toy-run.ts";

const HOUR_MS = 3_600_000;

async function train(runDirectory: string, onProgress: (event: RunProgress) => void) {
  const { transport } = createMemoryNetwork(systemClock);
  const coordinator = await startCoordinator(
    toyRun({
      numSteps: 12,
      runDirectory,
      transport,
      address: "memory://",
      policy: { expectedWorkers: 2 },
      onProgress,
    }),
  );
  for (const name of ["a", "b"]) await toyWorker(transport, coordinator.address, name);
  return (await coordinator.finished).parametersDigest;
}

test("F35: the clock of the machine goes an hour ahead and two hours back, and nothing happens", async () => {
  const undisturbed = await train(temporaryDirectory(), () => {});
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const events: RunProgress[] = [];
  const seenMs: number[] = [];
  const startMs = Date.now();
  const runDirectory = temporaryDirectory();
  const digest = await train(runDirectory, (event) => {
    events.push(event);
    if (event.kind !== "step") return;
    if (event.step === 4) vi.setSystemTime(startMs + HOUR_MS);
    if (event.step === 8) vi.setSystemTime(startMs - HOUR_MS);
    seenMs.push(Date.now() - startMs);
  });
  expect([Math.max(...seenMs), Math.min(...seenMs)]).toEqual([HOUR_MS, -HOUR_MS]);
  expect(digest).toBe(undisturbed);
  expect(verifyLedger(runDirectory)).toMatchObject({ numSteps: 12, numAlerts: 0 });
  const kinds = new Set(events.map(({ kind }) => kind));
  for (const kind of ["lost", "expired", "reissued"] as const) expect(kinds.has(kind)).toBe(false);
});

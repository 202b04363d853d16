// Real processes, real sockets, real signals.

import { expect, test } from "vitest";
import {
  type RunProgress,
  type RunResult,
  startCoordinator,
  verifyLedger,
} from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { createMemoryNetwork, zeroMqTransport } from "../../src/transport/index.ts";
import { spawnWorker } from "../support/processes.ts";
import { type ToyRunOptions, temporaryDirectory, toyRun, toyWorker } from "../support/toy-run.ts";

const shape = { numSteps: 8, toy: { parameterCount: 300_000, repeat: 12, numMicroshards: 16 } };
const ipc = (): ToyRunOptions => ({
  ...shape,
  transport: zeroMqTransport({ clock: systemClock }),
  address: `ipc://${temporaryDirectory()}/run.sock`,
});

let known: Promise<RunResult> | undefined;
/** The same run with one worker that nothing happens to. */
function undisturbed(): Promise<RunResult> {
  known ??= (async () => {
    const transport = createMemoryNetwork(systemClock).transport;
    const coordinator = await startCoordinator(
      toyRun({ ...shape, transport, address: "memory://here" }),
    );
    await toyWorker(transport, coordinator.address, "only");
    return coordinator.finished;
  })();
  return known;
}

/** Processes start one after the other: a busy machine takes its time. */
const TIMEOUT_MS = 300_000;

test(
  "a worker killed in the middle of a step costs its lease, not a bit of the result",
  async () => {
    const runDirectory = temporaryDirectory();
    const events: RunProgress[] = [];
    const coordinator = await startCoordinator(
      toyRun({
        ...ipc(),
        runDirectory,
        policy: { expectedWorkers: 3 },
        onProgress: (event) => events.push(event),
      }),
    );
    const victim = spawnWorker(coordinator.address, "victim", (line, { process }) => {
      if (line.kind === "lease" && line.step === 4) process.kill("SIGKILL");
    });
    const others = ["a", "b"].map((name) => spawnWorker(coordinator.address, name));

    const result = await coordinator.finished;
    expect(await victim.exited).toBe("SIGKILL");
    // The kill fired while the victim held a lease.
    const reissued = expect.objectContaining({ kind: "reissued", worker: "victim" });
    expect(events).toContainEqual(reissued);
    expect(result.parametersDigest).toBe((await undisturbed()).parametersDigest);
    expect(verifyLedger(runDirectory).numSteps).toBe(8);
    for (const other of others) expect(await other.exited).toBe(0);
  },
  TIMEOUT_MS,
);

test(
  "a killed worker's replacement joins, and SIGTERM gives the lease back and exits 0",
  async () => {
    const events: RunProgress[] = [];
    const coordinator = await startCoordinator(
      toyRun({ ...ipc(), onProgress: (event) => events.push(event) }),
    );
    const replacements: Promise<number | string>[] = [];
    const killed = spawnWorker(coordinator.address, "killed", (line, { process }) => {
      if (line.kind !== "lease" || line.step !== 2) return;
      process.kill("SIGKILL");
      const leaving = spawnWorker(coordinator.address, "leaving", (next, self) => {
        if (next.kind !== "lease" || next.step !== 5) return;
        self.process.kill("SIGTERM");
        replacements.push(self.exited, spawnWorker(coordinator.address, "last").exited);
      });
      replacements.push(leaving.exited);
    });

    const result = await coordinator.finished;
    expect(await killed.exited).toBe("SIGKILL");
    expect(await Promise.all(replacements)).toEqual([0, 0, 0]);
    const lost = events.filter(({ kind }) => kind === "lost" || kind === "left");
    expect(lost).toEqual([
      { kind: "lost", worker: "killed", reason: "its connection broke" },
      { kind: "left", worker: "leaving", reason: "SIGTERM" },
    ]);
    expect(result.parametersDigest).toBe((await undisturbed()).parametersDigest);
  },
  TIMEOUT_MS,
);

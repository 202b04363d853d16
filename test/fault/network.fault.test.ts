// Faults of the network and of membership, in virtual time; numbers as in docs/distributed.md.

import { expect, test } from "vitest";
import { verifyRecords } from "../../src/coordinator/index.ts";
import {
  GOOD_NETWORK,
  HOUR_MS,
  type Simulation,
  type SimulationOptions,
  startSimulation,
} from "../support/simulation.ts";

const base: SimulationOptions = {
  seed: 3,
  run: {
    numSteps: 12,
    toy: { parameterCount: 64, globalBatchSize: 16, numMicroshards: 8 },
    training: { evalEverySteps: 5, checkpointEverySteps: 5 },
    policy: { expectedWorkers: 4, chunkBytes: 64, windowBytes: 256, resendMs: 300 },
  },
  network: GOOD_NETWORK,
  microshardMs: 20,
};

/** Steps of runs that go on for long after a fault. */
const LONG = 40;
const known = new Map<number, Promise<string>>();
function undisturbed(numSteps = 12): Promise<string> {
  const digest =
    known.get(numSteps) ??
    start({ numSteps, policy: { expectedWorkers: 1 } }, 1).then((run) => finish(run, numSteps));
  known.set(numSteps, digest);
  return digest;
}

function start(
  run: Partial<SimulationOptions["run"]> = {},
  numWorkers = 4,
  network = base.network,
  microshardMs = base.microshardMs,
): Promise<Simulation> {
  return startSimulation(
    { ...base, run: { ...base.run, ...run }, network, microshardMs },
    numWorkers,
  );
}

/** Ends the run, checks its ledger. @returns the digest of its parameters. */
async function finish(simulation: Simulation, numSteps = 12): Promise<string> {
  const { parametersDigest } = await simulation.finish(HOUR_MS);
  expect(verifyRecords(simulation.disk.records, "memory")).toMatchObject({
    numSteps,
    numAlerts: 0,
  });
  return parametersDigest;
}

/** Does something once, when a step has been committed. @returns whether it happened. */
function atStep(simulation: Simulation, step: number, act: () => void): () => boolean {
  let hasHappened = false;
  const look = (): void => {
    const isThere = simulation.events.some((e) => e.kind === "step" && e.step === step);
    if (isThere) {
      hasHappened = true;
      act();
    } else simulation.clock.after(5, look);
  };
  look();
  return () => hasHappened;
}

const kinds = (simulation: Simulation, kind: string) =>
  simulation.events.filter((event) => event.kind === kind);

test("F8: a worker that is cut off for five seconds is done without, and joins again", async () => {
  const simulation = await start({}, 3);
  const worker = simulation.liveWorkers[1]!;
  const fired = atStep(simulation, 3, () => simulation.partitionWorker(worker, 5000));
  expect(await finish(simulation)).toBe(await undisturbed());
  expect(fired()).toBe(true);
});

test.each(["up", "down"] as const)(
  "F9: of a worker's link nothing crosses %s for ten seconds: done without meanwhile, and leased again",
  async (direction) => {
    const simulation = await start({ numSteps: LONG }, 3, base.network, 400);
    const worker = simulation.liveWorkers[1]!;
    const numLeases = (): number =>
      kinds(simulation, "leased").filter((event) => "worker" in event && event.worker === worker)
        .length;
    const during: number[] = [];
    const fired = atStep(simulation, 3, () => {
      simulation.partitionWorker(worker, 10_000, direction);
      for (const ms of [6500, 9900]) simulation.clock.after(ms, () => during.push(numLeases()));
    });
    expect(await finish(simulation, LONG)).toBe(await undisturbed(LONG));
    expect(fired()).toBe(true);
    expect(during[1]).toBe(during[0]);
    expect(numLeases()).toBeGreaterThan(during[1]!);
  },
);

test("F10: when the coordinator is cut off from all for twenty seconds nobody commits, and then it goes on", async () => {
  const simulation = await start();
  let atCut = 0;
  let after = -1;
  const fired = atStep(simulation, 4, () => {
    for (const worker of simulation.liveWorkers) simulation.partitionWorker(worker, 20_000);
    // What had arrived may still complete a step.
    simulation.clock.after(1000, () => {
      atCut = kinds(simulation, "step").length;
    });
    simulation.clock.after(19_000, () => {
      after = kinds(simulation, "step").length;
    });
  });
  expect(await finish(simulation)).toBe(await undisturbed());
  expect(fired()).toBe(true);
  expect(after).toBe(atCut);
});

test("F11: a link that is slow for thirty seconds holds up its worker alone, and little waits on it", async () => {
  const simulation = await start({ numSteps: LONG }, 4, base.network, 400);
  const worker = simulation.liveWorkers[2]!;
  // One step's parameters take half a second.
  const fired = atStep(simulation, 3, () => simulation.throttleWorker(worker, 1500, 30_000));
  expect(await finish(simulation, LONG)).toBe(await undisturbed(LONG));
  expect(fired()).toBe(true);
  const lost = kinds(simulation, "lost").filter((e) => "worker" in e && e.worker !== worker);
  expect(lost).toEqual([]);
  // A window, and one that was sent again: every step's parameters would be forty of them.
  expect(simulation.mostPayloadBytesUnderWay(worker)).toBeLessThanOrEqual(2 * 256);
});

test("F12: a network of 0 to 350 ms delay loses nobody and lets no lease expire", async () => {
  const simulation = await start({}, 4, { loss: 0, double: 0, maxDelayMs: 350 });
  expect(await finish(simulation)).toBe(await undisturbed());
  for (const kind of ["lost", "expired", "reissued"]) expect(kinds(simulation, kind)).toEqual([]);
});

test("F16: messages that come twice and out of order change nothing", async () => {
  const simulation = await start({}, 4, { loss: 0, double: 0.05, maxDelayMs: 40 });
  expect(await finish(simulation)).toBe(await undisturbed());
});

test("F33: thirty-two workers join and leave within ten seconds", async () => {
  const simulation = await start({}, 1, base.network, 200);
  let numLeft = 0;
  for (let i = 0; i < 32; i++) {
    simulation.clock.after(20 + i * 20, () => void simulation.startWorker());
    simulation.clock.after(200 + i * 20, () => {
      const [oldest, ...others] = simulation.liveWorkers;
      if (oldest === undefined || others.length === 0) return;
      simulation.leaveWorker(oldest);
      numLeft++;
    });
  }
  expect(await finish(simulation)).toBe(await undisturbed());
  expect(kinds(simulation, "joined").length).toBeGreaterThan(10);
  expect(numLeft).toBeGreaterThan(10);
});

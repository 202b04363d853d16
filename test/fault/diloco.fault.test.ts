// DiLoCo in virtual time: rounds of replicas that train on their own. Bits do not depend on the workers when all
// replicas take part; a replica that is late gives its samples back, and the ledger adds up.

import { describe, expect, test } from "vitest";
import { type RunResult, verifyRecords } from "../../src/coordinator/index.ts";
import {
  HOUR_MS,
  type Simulation,
  type SimulationOptions,
  SMALL_RUN,
  startSimulation,
  undisturbed as undisturbedRun,
  withRun,
} from "../support/simulation.ts";

const NUM_ROUNDS = 6;
const NUM_REPLICAS = 4;
const base = {
  ...withRun(SMALL_RUN, {
    numSteps: NUM_ROUNDS,
    toy: { globalBatchSize: 64, numMicroshards: NUM_REPLICAS, localSteps: 4 },
    training: {
      evalEverySteps: 3,
      optimizer: { kind: "nesterov", learningRate: 0.7, momentum: 0.9 },
      schedule: { kind: "constant", warmupSteps: 0 },
      clipNorm: Number.POSITIVE_INFINITY,
      rounds: { quorum: NUM_REPLICAS, graceMs: 0 },
    },
    policy: { auditEverySteps: 0 },
  }),
  microshardMs: 100,
};

function run(numWorkers: number, options: Partial<SimulationOptions> = {}): Promise<Simulation> {
  return startSimulation({ ...base, seed: numWorkers, ...options }, numWorkers);
}

function undisturbed(): Promise<RunResult> {
  return undisturbedRun(base);
}

function withQuorum(quorum: number, graceMs: number): SimulationOptions["run"] {
  const training = { rounds: { quorum, graceMs } };
  return withRun(base, { training, policy: { expectedWorkers: 4 } }).run;
}

function commitsOf({ disk }: Simulation): { blocks: number[]; lateReplicas: number[] }[] {
  return disk.records.filter(({ type }) => type === "commit") as never;
}

describe("with all replicas", () => {
  test.each([2, 3, 5, 8])("%i workers give the bits of one", async (numWorkers) => {
    const simulation = await run(numWorkers);
    const result = await simulation.finish(HOUR_MS);
    expect(result.parametersDigest).toBe((await undisturbed()).parametersDigest);
    expect(result.evaluationLoss).toBe((await undisturbed()).evaluationLoss);
    expect(verifyRecords(simulation.disk.records, "memory")).toMatchObject({
      numSteps: NUM_ROUNDS,
      numExamples: 64 * NUM_ROUNDS,
    });
  });

  test("a worker and the coordinator are killed, messages are lost: the same bits", async () => {
    const simulation = await run(3, { network: { loss: 0.03, double: 0.03, maxDelayMs: 20 } });
    simulation.clock.after(260, () => simulation.killWorker(simulation.liveWorkers[0]!));
    simulation.clock.after(700, () => {
      simulation.killCoordinator();
      void simulation.startCoordinator();
    });
    const result = await simulation.finish(HOUR_MS);
    expect(result.parametersDigest).toBe((await undisturbed()).parametersDigest);
  });

  test("the loss falls", async () => {
    const simulation = await run(2);
    await simulation.finish(HOUR_MS);
    const losses = simulation.events.flatMap((event) =>
      event.kind === "evaluation" ? [event.loss] : [],
    );
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  });
});

describe("with a quorum", () => {
  test("a round ends without a late replica, whose samples a later round takes first", async () => {
    const simulation = await run(4, { run: withQuorum(3, 500) });
    // Away for longer than rounds wait, but not for long enough to lose its lease first.
    simulation.clock.after(300, () => simulation.stallWorker(simulation.liveWorkers[0]!, 3000));
    await simulation.finish(HOUR_MS);
    const commits = commitsOf(simulation);
    const round = commits.findIndex(({ lateReplicas }) => lateReplicas.length > 0);
    expect(round).toBeGreaterThanOrEqual(0);
    const { blocks, lateReplicas } = commits[round]!;
    expect(commits[round + 1]!.blocks[0]).toBe(blocks[lateReplicas[0]!]);
    const report = verifyRecords(simulation.disk.records, "memory");
    expect(report.numExamples).toBe(
      commits.reduce((sum, commit) => sum + 16 * (NUM_REPLICAS - commit.lateReplicas.length), 0),
    );
  });

  test("a coordinator that is started again does without the same replicas in rounds that it computes again", async () => {
    const simulation = await run(4, { run: withQuorum(3, 200) });
    simulation.clock.after(300, () => simulation.stallWorker(simulation.liveWorkers[0]!, 3000));
    let isKilled = false;
    const killLater = (): void => {
      simulation.clock.after(10, () => {
        if (isKilled || commitsOf(simulation).length < 3) return killLater();
        isKilled = true;
        simulation.killCoordinator();
        void simulation.startCoordinator();
      });
    };
    killLater();
    await simulation.finish(HOUR_MS);
    expect(commitsOf(simulation).some(({ lateReplicas }) => lateReplicas.length > 0)).toBe(true);
    expect(verifyRecords(simulation.disk.records, "memory").numSteps).toBe(NUM_ROUNDS);
  });

  test("a block that was trained on twice is found in the journal", async () => {
    const simulation = await run(2);
    await simulation.finish(HOUR_MS);
    const forged = simulation.disk.records.map((record) =>
      record.type === "commit" && record["step"] === 3
        ? { ...record, blocks: [8, 9, 9, 11] }
        : record,
    );
    expect(() => verifyRecords(forged, "memory")).toThrow("step 3: its blocks");
  });
});

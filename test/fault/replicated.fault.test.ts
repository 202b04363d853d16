// Every worker applies the optimizer by itself, in virtual time: workers die, stall, are cut off and come while it does.
// The bits are those of an undisturbed run whose coordinator applies it.

import { describe, expect, test } from "vitest";
import { verifyRecords } from "../../src/coordinator/index.ts";
import { optimizerConfigSchema } from "../../src/optim/config.ts";
import {
  BAD_NETWORK,
  disturb,
  disturbCoordinator,
  disturbWorker,
  HOUR_MS,
  type RunShape,
  type Simulation,
  type SimulationOptions,
  SMALL_RUN,
  startSimulation,
  undisturbed,
  withRun,
} from "../support/simulation.ts";

const NUM_STEPS = 6;
const base = withRun(SMALL_RUN, {
  numSteps: NUM_STEPS,
  toy: { redraws: true },
  training: { emaDecay: 0.9, optimizerState: "replicated" },
});

/** The same with the optimizer applied by the coordinator. */
function atCoordinator(shape: RunShape): RunShape {
  return withRun(shape, { training: { optimizerState: "coordinator" } });
}

async function expectUndisturbed(simulation: Simulation, options = base): Promise<void> {
  const result = await simulation.finish(HOUR_MS);
  const expected = await undisturbed(atCoordinator(options));
  expect(result.parametersDigest).toBe(expected.parametersDigest);
  expect(result.evaluationLoss).toBe(expected.evaluationLoss);
  expect(result.average).toEqual(expected.average);
  const ledger = verifyRecords(simulation.disk.records, "memory");
  expect(ledger).toMatchObject({ numSteps: NUM_STEPS, numExamples: 16 * NUM_STEPS });
}

function started(
  numWorkers: number,
  options: Partial<SimulationOptions> = {},
): Promise<Simulation> {
  return startSimulation({ ...base, seed: numWorkers, ...options }, numWorkers);
}

const alertsOf = ({ events }: Simulation) => events.filter(({ kind }) => kind === "alert");
const lostIn = ({ events }: Simulation) => events.filter(({ kind }) => kind === "lost");

describe("the bits are those of a coordinator that applies the optimizer", () => {
  test.each([1, 2, 3, 5])("%i workers", async (numWorkers) => {
    const simulation = await started(numWorkers);
    await expectUndisturbed(simulation);
    expect(alertsOf(simulation)).toEqual([]);
    expect(lostIn(simulation)).toEqual([]);
  });

  test.each([
    { kind: "muon", learningRate: 0.01 },
    { kind: "adafactor", learningRate: 0.01 },
    { kind: "nesterov", learningRate: 0.01 },
  ])("with $kind, and others that join in the middle", async (config) => {
    const options = withRun(base, { training: { optimizer: optimizerConfigSchema.parse(config) } });
    const simulation = await started(2, options);
    simulation.clock.after(300, () => void simulation.startWorker());
    await expectUndisturbed(simulation, options);
  });

  test("where workers add the gradient up as well", async () => {
    const options = withRun(base, { training: { reduction: "mesh" } });
    await expectUndisturbed(await started(3, options), options);
  });

  test("when a step is skipped", async () => {
    const options = withRun(base, { toy: { nanAtStep: 2 } });
    await expectUndisturbed(await started(3, options), options);
  });
});

test("a worker that joins in the middle gets state and parameters, and computes from them", async () => {
  const simulation = await started(1);
  simulation.clock.after(400, () => void simulation.startWorker());
  await expectUndisturbed(simulation);
  const commits = simulation.disk.records.filter(({ type }) => type === "commit");
  const workersOf = (record: unknown): string[] =>
    (record as { nodes: [number, number, string][] }).nodes.map(([, , by]) => by);
  expect(new Set(workersOf(commits[0]))).toEqual(new Set(["w0"]));
  expect(new Set(workersOf(commits.at(-1)))).toEqual(new Set(["w0", "w1"]));
});

/** One bit of the parameters. */
function flip(parameters: Float32Array): void {
  new Uint32Array(parameters.buffer, parameters.byteOffset, parameters.length)[9]! ^= 1;
}

describe("a worker whose parameters are not the coordinator's", () => {
  const differs = (step: number, worker: string) =>
    expect.objectContaining({ kind: "alert", code: "REPLICA_DIFFERS", step, workers: [worker] });

  test("once: what it computed does not count, and it is brought everything again", async () => {
    const simulation = await started(2);
    const wrong = await simulation.startWorker(undefined, (parameters, revision) => {
      if (revision === 2) flip(parameters);
    });
    await expectUndisturbed(simulation);
    // Found when step 2 is validated.
    expect(alertsOf(simulation)).toEqual([differs(2, wrong)]);
    expect(lostIn(simulation)).toEqual([]);
    expect(simulation.disk.records.filter(({ type }) => type === "alert")).toHaveLength(1);
    const [last] = simulation.disk.records.filter(({ type }) => type === "commit").slice(-1);
    expect(JSON.stringify(last)).toContain(`"${wrong}"`);
  });

  test("brought the same revision again, it computes from that and from nothing it had kept", async () => {
    const simulation = await started(2);
    const wrong = await simulation.startWorker(undefined, (parameters, revision) => {
      if (revision === 2) parameters.fill(1);
    });
    await expectUndisturbed(simulation);
    expect(alertsOf(simulation)).toEqual([differs(2, wrong)]);
    const third = simulation.disk.records.find(
      ({ type, ...record }) => type === "commit" && record["step"] === 3,
    );
    expect(JSON.stringify(third)).toContain(`"${wrong}"`);
  });

  test("where workers add the gradient up as well: what it shared with others does not count", async () => {
    const options = withRun(base, {
      training: { reduction: "mesh" },
      policy: { chunkBytes: 32, windowBytes: 128 },
    });
    const simulation = await started(0, options);
    // The first of the owners: without it all slices change hands. Step 2 is not validated before it is computed.
    const wrong = await simulation.startWorker(undefined, (parameters, revision) => {
      if (revision === 1) parameters.fill(1);
    });
    for (let i = 0; i < 3; i++) await simulation.startWorker();
    await expectUndisturbed(simulation, options);
    expect(alertsOf(simulation)).toEqual([differs(2, wrong)]);
    expect(lostIn(simulation)).toEqual([]);
  });

  test("again and again: it is not let in any more", async () => {
    const simulation = await started(2, { microshardMs: 500 });
    const wrong = await simulation.startWorker(undefined, flip);
    await expectUndisturbed(simulation);
    expect(alertsOf(simulation)).toEqual([differs(2, wrong), differs(2, wrong)]);
    expect(lostIn(simulation)).toEqual([
      expect.objectContaining({ worker: wrong, reason: expect.stringContaining("differ") }),
    ]);
    expect(simulation.refusals).toEqual([expect.objectContaining({ code: "EXCLUDED" })]);
  });

  test("all of them but one: that one does it all", async () => {
    const simulation = await started(1, { microshardMs: 500 });
    for (let i = 0; i < 3; i++) await simulation.startWorker(undefined, flip);
    await expectUndisturbed(simulation);
    expect(simulation.refusals).toHaveLength(3);
  });

  test("with onAlert halt the run ends before that step is committed", async () => {
    const simulation = await started(2, withRun(base, { policy: { onAlert: "halt" } }));
    await simulation.startWorker(undefined, flip);
    await expect(simulation.finish(HOUR_MS)).rejects.toMatchObject({
      code: "REPLICA_DIFFERS",
      exitCode: 1,
    });
    expect(simulation.disk.records.filter(({ type }) => type === "commit")).toHaveLength(1);
  });
});

test("a worker that cannot receive the state in time holds the others up no longer", async () => {
  const simulation = await started(2, {
    ...withRun(base, { policy: { replicaTimeoutMs: 1500 } }),
    microshardMs: 1000,
  });
  const slow = await simulation.startWorker(undefined, () => {});
  // Its beats cross, and a few pieces a second.
  simulation.throttleWorker(slow, 600, HOUR_MS);
  await expectUndisturbed(simulation);
  expect(lostIn(simulation)[0]).toMatchObject({
    worker: slow,
    reason: expect.stringContaining("1500 ms to receive"),
  });
});

test("pieces that a lost worker with other parameters left in the sum do not count", async () => {
  const simulation = await started(2, { microshardMs: 500 });
  const changed: string[] = [];
  let numComputed = 0;
  const wrong = await simulation.startWorker(
    (_gradient, step) => {
      // It dies between the pieces of its first node of step 2, which another worker then completes.
      if (step !== 2 || ++numComputed !== 2) return;
      simulation.clock.after(250, () => simulation.killWorker(wrong));
    },
    (parameters, revision) => {
      if (revision !== 1) return;
      parameters.fill(1);
      changed.push(wrong);
    },
  );
  simulation.clock.after(1000, () => simulation.throttleWorker(wrong, 2000, HOUR_MS));
  await expectUndisturbed(simulation);
  expect(changed).toEqual([wrong]);
  expect(lostIn(simulation)).toHaveLength(1);
});

// The soak: AUSPEX_SIMULATION_SEEDS=1000 npx vitest run test/fault/replicated
const NUM_SEEDS = Number(process.env["AUSPEX_SIMULATION_SEEDS"] ?? 6);
const seeds = Array.from({ length: NUM_SEEDS }, (_, i) => i + 1);

describe.each(seeds)("seed %i", (seed) => {
  test("messages are lost, doubled and reordered", async () => {
    await expectUndisturbed(await started(1 + (seed % 5), { seed, network: BAD_NETWORK }));
  });

  test("workers are killed, leave, stall and are cut off, and others come", async () => {
    const simulation = await started(3, { seed, network: BAD_NETWORK });
    disturb(simulation, 400, () => disturbWorker(simulation));
    await expectUndisturbed(simulation);
  });

  test("the coordinator is killed again and again", async () => {
    const simulation = await started(3, { seed, network: BAD_NETWORK });
    disturbCoordinator(simulation, 400, 5);
    await expectUndisturbed(simulation);
  });
});

// Workers whose results are wrong: what the fleet notices, what it repairs, and what it says.

import { expect, test } from "vitest";
import { type RunProgress, verifyRecords } from "../../src/coordinator/index.ts";
import {
  GOOD_NETWORK,
  HOUR_MS,
  type SimulationOptions,
  simulate,
  startSimulation,
} from "../support/simulation.ts";

const shape = (run: Partial<SimulationOptions["run"]> = {}): SimulationOptions => ({
  seed: 7,
  run: {
    numSteps: 12,
    toy: { parameterCount: 64, globalBatchSize: 16, numMicroshards: 8 },
    training: { evalEverySteps: 0, checkpointEverySteps: 4 },
    ...run,
    policy: { expectedWorkers: 4, joinWindowMs: 1000, ...run.policy },
  },
  network: GOOD_NETWORK,
  microshardMs: 20,
});

async function undisturbedDigest(): Promise<string> {
  const simulation = await startSimulation(shape({ policy: { expectedWorkers: 1 } }), 1);
  return (await simulation.finish(HOUR_MS)).parametersDigest;
}

const alertsOf = (events: readonly RunProgress[]): (RunProgress & { kind: "alert" })[] =>
  events.filter((event) => event.kind === "alert");

test("F28: a NaN of one worker alone is computed by another, and changes no bit", async () => {
  const simulation = simulate(shape());
  await simulation.startCoordinator();
  let numFired = 0;
  const broken = await simulation.startWorker((gradient, step) => {
    if (step !== 5) return;
    numFired++;
    gradient[3] = Number.NaN;
  });
  for (let i = 0; i < 3; i++) await simulation.startWorker();
  const result = await simulation.finish(HOUR_MS);
  expect(numFired).toBeGreaterThan(0);
  expect(result.parametersDigest).toBe(await undisturbedDigest());
  expect(alertsOf(simulation.events)).toEqual([
    expect.objectContaining({ code: "NOT_FINITE", step: 5, workers: [broken] }),
  ]);
  expect(verifyRecords(simulation.disk.records, "memory")).toMatchObject({
    numSteps: 12,
    numSkippedSteps: 0,
    numAlerts: 1,
  });
});

test("F28: a NaN that every worker computes skips the step and accuses nobody", async () => {
  const simulation = simulate(
    shape({ toy: { parameterCount: 64, globalBatchSize: 16, numMicroshards: 8, nanAtStep: 5 } }),
  );
  await simulation.startCoordinator();
  for (let i = 0; i < 4; i++) await simulation.startWorker();
  await simulation.finish(HOUR_MS);
  expect(alertsOf(simulation.events)).toEqual([]);
  expect(verifyRecords(simulation.disk.records, "memory")).toMatchObject({
    numSteps: 12,
    numSkippedSteps: 1,
  });
});

test("F29: one wrong bit of one worker of four raises an alert within fifty steps, naming it", async () => {
  const simulation = simulate(shape({ numSteps: 50 }));
  await simulation.startCoordinator();
  const wrong = await simulation.startWorker((gradient) => {
    new Uint32Array(gradient.buffer, gradient.byteOffset, gradient.length)[0]! ^= 1;
  });
  for (let i = 0; i < 3; i++) await simulation.startWorker();
  await simulation.finish(HOUR_MS);
  const alerts = alertsOf(simulation.events);
  expect(alerts.length).toBeGreaterThan(0);
  for (const alert of alerts) {
    expect(alert).toMatchObject({ code: "RESULTS_DIFFER" });
    expect(alert.workers).toContain(wrong);
  }
  expect(verifyRecords(simulation.disk.records, "memory").numAlerts).toBe(alerts.length);
});

test("F29: where alerts halt, no wrong step is committed after the alert", async () => {
  const simulation = simulate(shape({ policy: { auditEverySteps: 1, onAlert: "halt" } }));
  await simulation.startCoordinator();
  await simulation.startWorker((gradient, step) => {
    if (step >= 3) gradient[0]! += 1;
  });
  for (let i = 0; i < 3; i++) await simulation.startWorker();
  await expect(simulation.finish(HOUR_MS)).rejects.toMatchObject({
    code: "RESULTS_DIFFER",
    exitCode: 1,
  });
  const [alert] = alertsOf(simulation.events);
  expect(verifyRecords(simulation.disk.records, "memory").numSteps).toBe(alert!.step - 1);
});

test("an audit asks no more than one microshard, and equal workers never raise an alert", async () => {
  const simulation = simulate(shape({ policy: { auditEverySteps: 1 } }));
  await simulation.startCoordinator();
  for (let i = 0; i < 3; i++) await simulation.startWorker();
  const result = await simulation.finish(HOUR_MS);
  expect(result.parametersDigest).toBe(await undisturbedDigest());
  expect(alertsOf(simulation.events)).toEqual([]);
});

test("an auditor that dies or stands still costs a moment, not the step", async () => {
  const simulation = simulate(shape({ policy: { auditEverySteps: 1 } }));
  await simulation.startCoordinator();
  const slow = await simulation.startWorker();
  for (let i = 0; i < 2; i++) await simulation.startWorker();
  simulation.clock.after(400, () => simulation.stallWorker(slow, 600_000));
  const result = await simulation.finish(HOUR_MS);
  expect(result.parametersDigest).toBe(await undisturbedDigest());
});

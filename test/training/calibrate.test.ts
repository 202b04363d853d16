import { beforeAll, expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import type { Example } from "../../src/data/index.ts";
import { openEngine } from "../../src/tensor/index.ts";
import {
  adapt,
  calibrate,
  calibrationReport,
  Predictor,
  type TrainedModel,
} from "../../src/training/index.ts";
import { smallModel } from "./small.ts";

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
});

/** y around 100 with a spread of one tenth; the text says nothing. */
function noisyTask(seed: number, count: number): Example[] {
  const random = new Random("noisy", seed);
  return Array.from({ length: count }, () => ({
    task: "toy/noise",
    x: "a: 1",
    y: [100 * Math.exp(0.1 * random.normal())],
    split: "train",
  }));
}

async function reportOf(trained: TrainedModel) {
  const predictor = new Predictor(trained);
  const rows = noisyTask(9, 100);
  const all = await predictor.distributions(rows.map(({ x }) => x));
  predictor.dispose();
  return calibrationReport(rows.map(({ y }, i) => ({ y: y[0]!, distribution: all[i]![0]! })));
}

test("nine in ten new rows lie inside the calibrated central 90 %", async () => {
  const { trained } = await adapt(smallModel(), noisyTask(1, 30), {
    method: "full",
    learningRate: 1e-2,
    maxEpochs: 4,
    patience: 9,
  });
  const calibrated = await calibrate(trained, noisyTask(2, 80));
  const after = await reportOf(calibrated.trained);
  const covered = after.coverage.find(({ level }) => level === 0.9)!.covered;
  expect(covered).toBeGreaterThan(0.78);
  expect(covered).toBeLessThanOrEqual(0.99);
  expect(after.pit.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
});

test("too few rows are refused", async () => {
  await expect(calibrate(smallModel(), noisyTask(1, 5))).rejects.toThrow("20 at least are needed");
});

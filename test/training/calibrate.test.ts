import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import type { Example } from "../../src/data/index.ts";
import { openEngine } from "../../src/tensor/index.ts";
import {
  adapt,
  calibrate,
  calibrationReport,
  Predictor,
  RegressLM,
  saveModel,
  type TrainedModel,
} from "../../src/training/index.ts";
import { makeRefinement, plainConfig } from "../../src/training/refinement.ts";
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

/** Probability of the first answer of a beam. */
async function likeliest(trained: TrainedModel): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "auspex-calibrated-"));
  try {
    saveModel(directory, trained);
    const lm = await RegressLM.load(directory);
    const [first] = await lm.beam(["a: 1"], 4);
    lm.dispose();
    return first![0]!.probability;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe("a calibrated model", () => {
  const spreads = [{ scale: "log" as const, factor: 2 }];
  const calibrated: TrainedModel = {
    ...smallModel(),
    refinement: makeRefinement({ ...plainConfig([]), temperature: 3, spreads }, []),
  };

  test("answers at its temperature wherever it is asked", async () => {
    const predictor = new Predictor({
      ...calibrated,
      refinement: makeRefinement({ ...plainConfig([]), temperature: 3 }, []),
    });
    const { distributions } = await predictor.embedded(["a: 1"]);
    const [expected] = await predictor.distributions(["a: 1"]);
    predictor.dispose();
    expect(distributions[0]![0]!.median).toBe(expected![0]!.median);
    expect(distributions[0]![0]!.quantile(0.9)).toBe(expected![0]!.quantile(0.9));
    expect(await likeliest(calibrated)).toBeLessThan(await likeliest(smallModel()));
  });

  test("keeps its spread where adaptation leaves it as it is", async () => {
    const [shot] = noisyTask(1, 1);
    const { trained, chosen } = await adapt(calibrated, [shot!], { method: "instant" });
    expect(chosen).toEqual(["zero-shot"]);
    expect(trained.refinement?.config).toMatchObject({ temperature: 3, spreads });
  });
});

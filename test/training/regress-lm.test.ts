import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { memory, openEngine } from "../../src/tensor/index.ts";
import { RegressLM, saveModel } from "../../src/training/index.ts";
import { makeRefinement } from "../../src/training/refinement.ts";
import { smallModel } from "./small.ts";

const SIZES = {
  dModel: 16,
  numEncoderLayers: 1,
  numDecoderLayers: 1,
  numHeads: 2,
  maxInputTokens: 64,
  maxObjectives: 2,
} as const;

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
});

test("a model is built, taught rows of one and two objectives, asked, saved and loaded", async () => {
  const directory = mkdtempSync(join(tmpdir(), "auspex-lm-"));
  const before = memory().numTensors;
  const lm = await RegressLM.fromScratch(SIZES);
  const rows = [
    { x: "hello", y: 0.3 },
    { x: "world", y: [-0.2, 0.3] },
  ];
  const [untaught] = await lm.logProb([rows[0]!]);
  await lm.fineTune(rows, { maxEpochs: 25, learningRate: 2e-2, patience: 25 });
  const [taught] = await lm.logProb([rows[0]!]);
  expect(taught!).toBeGreaterThan(untaught! + 2);

  const [d] = await lm.distribution(["hello"], { maxNodes: 50 });
  expect(d!.objectives).toHaveLength(2);
  expect(d!.quantile(0.9)).toBeGreaterThanOrEqual(d!.median);
  expect(d!.joint.map((branches) => branches[0]!.given.length)).toEqual([0, 1]);
  const samples = await lm.sample(["hello"], { numSamples: 5, seed: 1 });
  expect(samples[0]).toHaveLength(5);
  expect(samples[0]![0]).toHaveLength(2);
  const [answers] = await lm.beam(["hello"], 3);
  expect(answers!.map(({ probability }) => probability)).toEqual(
    answers!.map(({ probability }) => probability).toSorted((a, b) => b - a),
  );

  await lm.save(join(directory, "model"));
  const loaded = await RegressLM.load(join(directory, "model"));
  expect(await loaded.sample(["hello"], { numSamples: 5, seed: 1 })).toEqual(samples);
  lm.dispose();
  loaded.dispose();
  expect(memory().numTensors).toBe(before);
  rmSync(directory, { recursive: true });
});

test("an unknown or impossible size is refused with the rule", async () => {
  await expect(RegressLM.fromScratch({ ...SIZES, numHeads: 3 })).rejects.toThrow(
    "numHeads (3) must divide dModel (16)",
  );
  await expect(RegressLM.fromScratch({ d_model: 4 } as never)).rejects.toThrow("d_model");
});

/** A model of which only the temperature was calibrated. */
async function warmed(temperature: number): Promise<RegressLM> {
  const directory = mkdtempSync(join(tmpdir(), "auspex-lm-"));
  const refinement = makeRefinement(
    { temperature, residuals: [], spreads: [], views: [], speakers: [] },
    [],
  );
  saveModel(directory, { ...smallModel(), refinement });
  const lm = await RegressLM.load(directory);
  rmSync(directory, { recursive: true });
  return lm;
}

test("beam and the expectation over a grid use the calibrated temperature, as logProb does", async () => {
  const lm = await warmed(0.25);
  const x = "a: 3";
  const [[best]] = (await lm.beam([x], 4)) as [[{ y: number[]; probability: number }]];
  const [logProb] = await lm.logProb([{ x, y: best.y }]);
  expect(Math.log(best.probability)).toBeCloseTo(logProb!, 4);
  const grid = [1, 20, -300];
  const logProbs = await lm.logProb(grid.map((y) => ({ x, y })));
  const weights = logProbs.map((value) => Math.exp(value - logProbs[0]!));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const expected = grid.reduce((sum, y, i) => sum + (y * weights[i]!) / total, 0);
  const [asked] = await lm.expectationOverGrid([x], grid);
  expect(asked!).toBeCloseTo(expected, 2);
  const [cold] = await lm.expectationOverGrid([x], grid, { temperature: 1 });
  expect(Math.abs(cold! - asked!)).toBeGreaterThan(1);
  lm.dispose();
});

test("logProb is over the numbers that can be written, or over all tokens when told to", async () => {
  const lm = await warmed(1);
  const rows = [
    { x: "a: 3", y: 12 },
    { x: "b: 1", y: [-0.5, 3] },
  ];
  const constrained = await lm.logProb(rows);
  expect(await lm.logProb(rows, { constrained: true })).toEqual(constrained);
  const plain = await lm.logProb(rows, { constrained: false });
  // An untrained model gives tokens that cannot stand there their share too.
  plain.forEach((value, row) => expect(value).toBeLessThan(constrained[row]! - 1));
  lm.dispose();
  const calibrated = await warmed(0.25);
  expect(await calibrated.logProb(rows, { constrained: false })).toEqual(plain);
  expect(await calibrated.logProb(rows)).not.toEqual(constrained);
  calibrated.dispose();
});

test("an unknown or impossible option is refused by every method, with its name", async () => {
  const lm = await RegressLM.fromScratch(SIZES);
  const rows = [{ x: "hello", y: 0.3 }];
  const typo = { num_samples: 3 } as never;
  const calls: Record<string, (options: never) => Promise<unknown>> = {
    fineTune: (options) => lm.fineTune(rows, options),
    adapt: (options) => lm.adapt(rows, options),
    distribution: (options) => lm.distribution(["a"], options),
    sample: (options) => lm.sample(["a"], options),
    greedy: (options) => lm.greedy(["a"], options),
    beam: (options) => lm.beam(["a"], 2, options),
    expectationOverGrid: (options) => lm.expectationOverGrid(["a"], [1], options),
    logProb: (options) => lm.logProb(rows, options),
  };
  for (const [method, call] of Object.entries(calls)) {
    await expect(call(typo), method).rejects.toThrow(
      new RegExp(`^${method}: options: .*num_samples`, "u"),
    );
  }
  await expect(lm.sample(["a"], { topP: 2 })).rejects.toThrow(/^sample: topP: /u);
  await expect(lm.distribution(["a"], { maxNodes: 0 })).rejects.toThrow(
    /^distribution: maxNodes: /u,
  );
  await expect(lm.adapt(rows, { loraRank: 0.5 })).rejects.toThrow(/^adapt: loraRank: /u);
  await expect(lm.fineTune(rows, { replayShare: 1 })).rejects.toThrow(/^fineTune: replayShare: /u);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { memory, openEngine } from "../../src/tensor/index.ts";
import { RegressLM } from "../../src/training/index.ts";

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

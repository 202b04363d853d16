// Rows that a model cannot learn, by the row, the field and the rule.

import { expect, test } from "vitest";
import type { NumberTokenizerInput } from "../../src/tokenizer/index.ts";
import { adapt, RegressLM } from "../../src/training/index.ts";
import { linearTask, smallModel } from "./small.ts";

const NARROW: NumberTokenizerInput = { kind: "ieee", numExponentDigits: 1, numMantissaDigits: 3 };
const NORMALIZED: NumberTokenizerInput = { kind: "normalized", base: 10, length: 3 };
const P10: NumberTokenizerInput = { kind: "p10", numDigits: 3, exponentRange: 3 };

const tiny = (numberTokenizer: NumberTokenizerInput): Promise<RegressLM> =>
  RegressLM.fromScratch({
    dModel: 8,
    numEncoderLayers: 1,
    numDecoderLayers: 1,
    numHeads: 2,
    maxInputTokens: 16,
    maxObjectives: 2,
    numberTokenizer,
    engine: { engine: "cpu" },
  });

const GOOD = { x: "a", y: 0.5 };
const BAD = { x: "b", y: [0.5, 1e12] };

test.each([
  [NARROW, BAD, /^row 2: y\[1\]: ieee.* cannot write 1000000000000: the largest number is/],
  [NORMALIZED, { x: "b", y: 2 }, /^row 2: y: normalized.* cannot write 2: it must lie between/],
  [NARROW, { x: "b", y: Number.NaN }, /^row 2: y holds no number: NaN stands for/],
  [P10, { x: "b", y: Number.NaN }, /^row 2: y holds no number/],
  [NARROW, { x: "b", y: [1, 2, 3] }, /^row 2: y has 3 objectives; model.maxObjectives is 2/],
])("fineTune and adapt with %j refuse %j", async (tokenizer, bad, message) => {
  const lm = await tiny(tokenizer);
  await expect(lm.fineTune([GOOD, bad])).rejects.toThrow(message);
  await expect(lm.adapt([GOOD, bad], { method: "full" })).rejects.toThrow(message);
});

test("rows of validation and replay are looked at too", async () => {
  const lm = await tiny(NARROW);
  await expect(lm.fineTune([GOOD], { validation: [BAD] })).rejects.toThrow(/^validation row 1: /);
  await expect(lm.fineTune([GOOD], { replay: [GOOD, BAD] })).rejects.toThrow(/^replay row 2: /);
});

test("values that are clamped are counted, and refused when told to", async () => {
  const lm = await tiny(P10);
  expect(lm.clamped).toMatchObject({ numValues: 0, numClamped: 0 });
  const rows = [GOOD, { x: "b", y: [0.5, 1e12] }, { x: "c", y: [1e-30, Number.NaN] }];
  await lm.fineTune(rows, { maxEpochs: 1 });
  expect(lm.clamped).toMatchObject({ numValues: 4, numClamped: 2 });
  await lm.adapt([GOOD], {
    method: "head",
    maxEpochs: 1,
    replay: [{ ...BAD, task: "t", split: "train" }],
  });
  expect(lm.clamped).toMatchObject({ numValues: 3, numClamped: 1 });
  const refused = /^row 2: y\[1\]: 1000000000000 lies outside of what p10.* writes/u;
  await expect(lm.fineTune(rows, { refuseClamped: true })).rejects.toThrow(refused);
  await expect(lm.adapt(rows, { refuseClamped: true })).rejects.toThrow(refused);
  lm.dispose();
});

test("a share of replayed rows that leaves none to learn is refused", async () => {
  const replay = linearTask(4, "toy/before");
  const asked = adapt(smallModel(), linearTask(6), { method: "head", replay, replayShare: 1 });
  await expect(asked).rejects.toThrow("replayShare (1) must be at least 0 and below 1");
});

test("the instant way takes numbers that the tokenizer cannot write, if they are finite", async () => {
  const rows = linearTask(6).map((row) => ({ ...row, y: [1e11 * row.y[0]!] }));
  const { chosen } = await adapt(smallModel(), rows, { method: "instant" });
  expect(chosen).toHaveLength(1);
  await expect(
    adapt(smallModel(), [...rows, { ...rows[0]!, y: [Infinity] }], { method: "instant" }),
  ).rejects.toThrow("row 7: y: Infinity is not finite");
});

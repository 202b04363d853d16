import { beforeAll, expect, test } from "vitest";
import { openEngine } from "../../src/tensor/index.ts";
import { cutOf, describeCut, Predictor, RegressLM } from "../../src/training/index.ts";
import { smallModel } from "./small.ts";

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
});

const [SHORT, LONG] = ["a: 1", "a: 1 ".repeat(60)];

test("what is cut off is counted over all calls, and said in one line", async () => {
  const trained = smallModel();
  const predictor = new Predictor(trained);
  const numTokens = (text: string): number => trained.textVocabulary.encode(text).length;
  await predictor.distributions([SHORT], { maxNodes: 8 });
  expect(predictor.cut).toEqual({ numTexts: 0, shareCut: 0 });
  expect(describeCut(predictor.cut)).toBe(undefined);
  await predictor.distributions([LONG], { maxNodes: 8 });
  const expected = (numTokens(LONG) - 64) / (numTokens(LONG) + numTokens(SHORT));
  expect(predictor.cut.numTexts).toBe(1);
  expect(predictor.cut.shareCut).toBeCloseTo(expected, 10);
  expect(cutOf(trained, [SHORT, LONG], {})).toEqual(predictor.cut);
  expect(describeCut(predictor.cut)).toContain("1 texts are longer than the model reads");
  predictor.dispose();
});

test("refusing names the text, its length and the limit", async () => {
  const lm = await RegressLM.fromScratch({
    dModel: 8,
    numEncoderLayers: 1,
    numDecoderLayers: 1,
    numHeads: 2,
    maxInputTokens: 16,
  });
  const rows = [
    { x: SHORT, y: 1 },
    { x: LONG, y: 2 },
  ];
  const rule = /text 2 \(".{60}" \.\.\.\) has \d+ tokens; model\.maxInputTokens is 16/u;
  await expect(lm.fineTune(rows, { refuseLongTexts: true })).rejects.toThrow(rule);
  await expect(lm.adapt(rows, { refuseLongTexts: true })).rejects.toThrow(rule);
  const asked = lm.distribution([SHORT, LONG], { refuseLongTexts: true });
  await expect(asked).rejects.toThrow(rule);
  await lm.fineTune(rows, { maxEpochs: 1 });
  expect(lm.cut.taught.numTexts).toBe(1);
  lm.dispose();
});

test.each([
  [{ batchSize: 0 }, "batchSize"],
  [{ learning_rate: 1 }, "learning_rate"],
  [{ emaDecay: 1 }, "emaDecay"],
  [{ lora: { rank: 1.5 } }, "lora.rank"],
])("fineTune refuses %j by name", async (request, field) => {
  const lm = await RegressLM.fromScratch({ dModel: 8, numHeads: 2 });
  await expect(lm.fineTune([{ x: "a", y: 1 }], request as never)).rejects.toThrow(field);
});

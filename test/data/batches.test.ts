import { expect, test } from "vitest";
import { makeTextBatch, makeTrainBatch } from "../../src/data/index.ts";
import {
  DecoderVocabulary,
  p10Tokenizer,
  trainBytePairVocabulary,
  withSeparator,
  withSpecialValues,
} from "../../src/tokenizer/index.ts";

const text = trainBytePairVocabulary([], { size: 257 });
const p10 = p10Tokenizer({ numDigits: 4, exponentRange: 10 });
const decoder = new DecoderVocabulary(p10);
const example = (x: string, ...y: number[]) => ({ task: "t", x, y });

test("rows lie one after the other, cut to their head and counted", () => {
  const batch = makeTextBatch(["ab", "abcdef", ""], text, 4);
  expect([...batch.ids]).toEqual([98, 99, 98, 99, 100, 101, 0]);
  expect([...batch.offsets]).toEqual([0, 2, 6, 7]);
  expect(batch.numTruncated).toBe(1);
  expect(batch.numTokensCut).toBe(2);
});

test("the decoder reads padding and then all targets but the last, as the reference does", () => {
  const batch = makeTrainBatch([example("a", 1), example("b", -2, 3)], text, decoder, {
    maxInputTokens: 8,
    maxObjectives: 2,
  });
  const [one, minusTwo, three] = [
    [1, 4, 3, 3, 3, 16],
    [2, 5, 3, 3, 3, 16],
    [1, 6, 3, 3, 3, 16],
  ];
  expect([...batch.targetIds]).toEqual([...one!, ...minusTwo!, ...three!]);
  expect([...batch.decoderIds]).toEqual([
    0,
    1,
    4,
    3,
    3,
    3,
    0,
    ...minusTwo!,
    ...three!.slice(0, -1),
  ]);
  expect([...batch.targetOffsets]).toEqual([0, 6, 18]);
  expect([...batch.weights]).toEqual([1, 1]);
});

test("a separator is a padding id among the targets", () => {
  const separated = new DecoderVocabulary(withSeparator(p10));
  const batch = makeTrainBatch([example("a", 1)], text, separated, {
    maxInputTokens: 8,
    maxObjectives: 1,
    weights: [0.5],
  });
  expect([...batch.targetIds]).toEqual([1, 4, 3, 3, 3, 16, 0]);
  expect([...batch.weights]).toEqual([0.5]);
});

test("a missing objective is padding, or the special value for it where there is one", () => {
  const limits = { maxInputTokens: 8, maxObjectives: 3 };
  const batch = makeTrainBatch([example("a", NaN, 1)], text, decoder, limits);
  expect([...batch.targetIds]).toEqual([0, 0, 0, 0, 0, 0, 1, 4, 3, 3, 3, 16]);
  expect([...batch.decoderIds]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 4, 3, 3, 3]);
  const special = new DecoderVocabulary(withSpecialValues(p10));
  const nan = special.encode([NaN])[0]!;
  expect([...makeTrainBatch([example("a", NaN)], text, special, limits).targetIds]).toEqual(
    Array(6).fill(nan),
  );
});

test("no objective and one objective too many are errors that name the task", () => {
  const limits = { maxInputTokens: 8, maxObjectives: 1 };
  expect(() => makeTrainBatch([example("a")], text, decoder, limits)).toThrow(
    "task t: 0 objectives",
  );
  expect(() => makeTrainBatch([example("a", 1, 2)], text, decoder, limits)).toThrow(
    "maxObjectives is 1",
  );
});

import { describe, expect, test } from "vitest";
import { textVocabularyFromJson, trainBytePairVocabulary } from "../../../src/tokenizer/index.ts";
import fc from "../../support/property.ts";

const rows = Array.from(
  { length: 50 },
  (_, i) =>
    `system: x264\nenvironment:\n  id: E${i % 3}\nconfig:\n  --no-cabac: ${i % 2 === 0 ? "True" : "False"}\n  threads: ${i * 37}`,
);
const vocabulary = trainBytePairVocabulary(rows, { size: 400 });

test("a row costs one token for each key, value and digit", () => {
  expect(vocabulary.pieces(vocabulary.encode(rows[49]!))).toEqual([
    ..."system: |x|2|6|4|\nenvironment:|\n  id: |E|1|\nconfig:|\n  --no-cabac: |False".split("|"),
    ..."\n  threads: |1|8|1|3".split("|"),
  ]);
});

test("the order of the texts does not matter", () => {
  expect(trainBytePairVocabulary(rows.toReversed(), { size: 400 }).hash).toBe(vocabulary.hash);
});

test("ties go to the smaller ids, so the first merges are these", () => {
  const { merges } = trainBytePairVocabulary(["ab ab cd cd"], { size: 259 }).toJson() as {
    merges: number[];
  };
  expect(merges).toEqual([33, 100, 98, 99]);
});

test("any text comes back from its pieces: there is no unknown token", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      const ids = vocabulary.encode(text);
      expect(ids.every((id) => id > 0 && id < vocabulary.size)).toBe(true);
      // Stray bytes of characters that were never seen are shown as <0xE2>.
      const bytes = vocabulary
        .pieces(ids)
        .flatMap((piece) =>
          piece
            .split(/(<0x[0-9A-F]{2}>)/u)
            .flatMap((part) =>
              /^<0x[0-9A-F]{2}>$/u.test(part) ? [Number(part.slice(1, 5))] : [...Buffer.from(part)],
            ),
        );
      expect(Buffer.from(bytes).toString()).toBe(text);
    }),
  );
});

test("digits stay alone however often they stand together", () => {
  const trained = trainBytePairVocabulary(Array<string>(100).fill("size 1024 1024"), { size: 500 });
  expect(trained.pieces(trained.encode("1024"))).toEqual(["1", "0", "2", "4"]);
});

describe("stored form", () => {
  test("JSON loads into a vocabulary that encodes the same", () => {
    const json: unknown = JSON.parse(JSON.stringify(vocabulary.toJson()));
    const loaded = textVocabularyFromJson(json);
    expect(loaded.hash).toBe(vocabulary.hash);
    expect(loaded.size).toBe(vocabulary.size);
    for (const row of rows) expect(loaded.encode(row)).toEqual(vocabulary.encode(row));
  });

  test.each([
    [null, "unknown kind"],
    [{ kind: "toString" }, "unknown kind"],
    [{ kind: "byte-pair" }, "no byte-pair vocabulary"],
    [{ kind: "byte-pair", pieceRule: 99, merges: [] }, "piece rule 99"],
    [{ kind: "byte-pair", pieceRule: 1, merges: [1, 2, 3] }, "odd number"],
    [{ kind: "byte-pair", pieceRule: 1, merges: [1, 900] }, "joins ids 1 and 900"],
  ])("%j is refused", (json, reason) => {
    expect(() => textVocabularyFromJson(json)).toThrow(reason);
  });

  test("a size below the bytes is refused", () => {
    expect(() => trainBytePairVocabulary(rows, { size: 100 })).toThrow("vocabulary.size");
  });
});

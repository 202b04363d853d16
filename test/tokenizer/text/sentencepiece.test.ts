import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sentencePieceVocabulary, textVocabularyFromJson } from "../../../src/tokenizer/index.ts";

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/sentencepiece/${name}`, import.meta.url));

interface Encoding {
  readonly text: string;
  readonly ids: readonly number[];
  readonly pieces: readonly string[];
}

describe.each(["bpe1024", "unigram800"])("%s", (name) => {
  const vocabulary = sentencePieceVocabulary(fixture(`${name}.model`), name);
  const encodings = JSON.parse(fixture(`${name}_encodings.json`).toString()) as Encoding[];

  test.each(encodings)("text %# gets SentencePiece's ids", ({ text, ids, pieces }) => {
    const encoded = vocabulary.encode(text);
    expect([...encoded]).toEqual(ids);
    expect(vocabulary.pieces(encoded)).toEqual(pieces);
  });

  test("padding is 0 and the size that of the model", () => {
    expect(vocabulary.padId).toBe(0);
    expect(vocabulary.size).toBe(name === "bpe1024" ? 1024 : 800);
  });

  test("JSON loads into the same vocabulary", () => {
    const loaded = textVocabularyFromJson(JSON.parse(JSON.stringify(vocabulary.toJson())));
    expect(loaded.hash).toBe(vocabulary.hash);
    expect(loaded.encode("key: 12")).toEqual(vocabulary.encode("key: 12"));
  });

  test("a damaged file is refused, wherever it is cut", () => {
    const bytes = fixture(`${name}.model`);
    for (const length of [0, 1, 5, 1000, 9000, bytes.length - 1000]) {
      expect(() => sentencePieceVocabulary(bytes.subarray(0, length), "cut.model")).toThrow(
        "cut.model",
      );
    }
  });

  test("a text without spaces takes no quadratic time", () => {
    const start = performance.now();
    vocabulary.encode("ab0".repeat(30_000));
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});

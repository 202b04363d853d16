// Vocabularies that are given and not trained: characters, words, structured text, Hugging Face files.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  characterVocabulary,
  huggingFaceVocabulary,
  loadTextVocabulary,
  structuredVocabulary,
  textVocabularyFromJson,
  trainBytePairVocabulary,
  wordVocabulary,
} from "../../../src/tokenizer/index.ts";

describe("the reference's small vocabularies", () => {
  test("words: lower case, cut at white space, unknown is 1", () => {
    const vocabulary = wordVocabulary(["world", "hello"]);
    expect([...vocabulary.encode("hello  World\nfoo")]).toEqual([3, 2, 1]);
    expect(vocabulary.size).toBe(4);
  });

  test("characters: 97 by default with padding and unknown before them, sorted by code", () => {
    const vocabulary = characterVocabulary();
    expect(vocabulary.size).toBe(99);
    expect([...vocabulary.encode("\t\n ~é")]).toEqual([2, 3, 4, 98, 1]);
    expect(vocabulary.pieces([0, 1, 37])).toEqual(["<pad>", "<unk>", "A"]);
  });

  test("structured: brackets, colons and commas stand alone", () => {
    const vocabulary = structuredVocabulary(["{", "}", ":", "a", "1", ","]);
    expect(vocabulary.pieces(vocabulary.encode("{a:1, b}"))).toEqual([
      ..."{ a : 1 ,".split(" "),
      "<unk>",
      "}",
    ]);
  });

  test("a token given twice is refused", () => {
    expect(() => wordVocabulary(["a", "a"])).toThrow("unique");
  });

  test.each([
    characterVocabulary(["b", "a"]),
    wordVocabulary(["x"]),
    structuredVocabulary(["x", "]"], "]-"),
  ])("JSON of $kind loads into the same", (vocabulary) => {
    const loaded = textVocabularyFromJson(JSON.parse(JSON.stringify(vocabulary.toJson())));
    expect(loaded.hash).toBe(vocabulary.hash);
    expect(loaded.encode("a x]-x b")).toEqual(vocabulary.encode("a x]-x b"));
  });
});

/** A tokenizer.json with words for tokens, as the `tokenizers` library writes it. */
const tokenizerJson = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [
    {
      id: 0,
      content: "[PAD]",
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    },
  ],
  normalizer: { type: "Lowercase" },
  pre_tokenizer: { type: "Whitespace" },
  post_processor: null,
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: { "[PAD]": 0, "[UNK]": 1, hello: 2, wor: 3, "##ld": 4, ":": 5 },
  },
};

describe("Hugging Face tokenizer.json", () => {
  test("gives its ids, with the padding token of its name", () => {
    const vocabulary = huggingFaceVocabulary(tokenizerJson);
    expect([...vocabulary.encode("Hello: World zzz")]).toEqual([2, 5, 3, 4, 1]);
    expect(vocabulary.pieces([3, 4])).toEqual(["wor", "##ld"]);
    expect(vocabulary.padId).toBe(0);
    expect(vocabulary.size).toBe(6);
    expect(textVocabularyFromJson(vocabulary.toJson()).hash).toBe(vocabulary.hash);
  });

  test("without a padding token, or without a model, it is refused", () => {
    expect(() => huggingFaceVocabulary(tokenizerJson, { padToken: "<none>" })).toThrow("<none>");
    expect(() => huggingFaceVocabulary({})).toThrow("no model");
    expect(() => huggingFaceVocabulary(null)).toThrow("no model");
    expect(() => huggingFaceVocabulary({ model: { type: "Nope", vocab: {} } })).toThrow(
      "tokenizer.json",
    );
  });
});

describe("loading files", () => {
  const dir = mkdtempSync(join(tmpdir(), "auspex-vocabulary-"));
  afterAll(() => rmSync(dir, { recursive: true }));
  const write = (name: string, content: unknown): string => {
    const path = join(dir, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };

  test("each by what it is", async () => {
    const ours = trainBytePairVocabulary(["abab"], { size: 260 });
    expect((await loadTextVocabulary(write("ours.json", ours.toJson()))).hash).toBe(ours.hash);
    write("tokenizer_config.json", { pad_token: { content: "[UNK]" } });
    const theirs = await loadTextVocabulary(write("tokenizer.json", tokenizerJson));
    expect(theirs.kind).toBe("hugging-face");
    expect(theirs.padId).toBe(1);
  });

  test("what is none is refused with the file's name", async () => {
    await expect(loadTextVocabulary(join(dir, "missing.json"))).rejects.toThrow("missing.json");
    await expect(loadTextVocabulary(write("a.json", "{"))).rejects.toThrow("not JSON");
    await expect(loadTextVocabulary(write("b.json", {}))).rejects.toThrow("neither");
    await expect(loadTextVocabulary(write("c.model", "x"))).rejects.toThrow("c.model");
  });
});

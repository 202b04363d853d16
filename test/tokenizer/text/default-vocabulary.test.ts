import { expect, test } from "vitest";
import { defaultTextVocabulary, textVocabularyFromJson } from "../../../src/tokenizer/index.ts";

test("the default vocabulary has 8,192 ids and never changes: models depend on it", () => {
  const vocabulary = defaultTextVocabulary();
  expect(vocabulary.size).toBe(8192);
  expect(vocabulary.hash).toBe(textVocabularyFromJson(vocabulary.toJson()).hash);
  expect(vocabulary.hash.slice(0, 16)).toBe("70f3397e22fdbd65");
});

test.each([
  ["configuration", "system: x264\nconfig:\n  --no-cabac: True\n  threads: 4", 20],
  ["Python", "def main(self, value):\n    return self.value + value\n", 20],
  ["C++", "for (int i = 0; i < n; ++i) {\n  sum += values[i];\n}\n", 27],
  ["English", "The quick brown fox jumps over the lazy dog.", 22],
])("%s costs few tokens", (_, text, most) => {
  expect(defaultTextVocabulary().encode(text).length).toBeLessThanOrEqual(most);
});

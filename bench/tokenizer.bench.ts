// Encoding speed of text vocabularies, in bytes of UTF-8 a second on one thread; 5 MB/s are asked of a trained
// vocabulary. Words that come again are looked up; `made anew` is a vocabulary that has seen nothing, its building
// part of the time.

import { readFileSync } from "node:fs";
import { readExamples } from "../src/data/index.ts";
import {
  defaultTextVocabulary,
  sentencePieceVocabulary,
  type TextVocabulary,
  textVocabularyFromJson,
  trainBytePairVocabulary,
} from "../src/tokenizer/index.ts";
import { type Case, printTable } from "./measure.ts";

const SIZE = 2048;
const MAX_TEXTS = 3000;

export async function main(): Promise<void> {
  const rows = await readExamples(["examples/data/sempl.jsonl.gz"], { splits: ["train"] });
  const stride = Math.ceil(rows.length / MAX_TEXTS);
  const texts = rows.filter((_, i) => i % stride === 0).map(({ x }) => x);
  const documents = ["ARCHITECTURE.md", "docs/performance.md", "docs/evaluator.md"].map((file) =>
    readFileSync(file, "utf8"),
  );
  const trained = trainBytePairVocabulary(texts.slice(0, 500), { size: SIZE });
  const sentencePiece = sentencePieceVocabulary(
    readFileSync("test/fixtures/sentencepiece/bpe1024.model"),
  );
  const vocabularies: readonly (readonly [string, TextVocabulary])[] = [
    [`trained byte pairs, ${SIZE}`, trained],
    ["general byte pairs", defaultTextVocabulary()],
    ["SentencePiece BPE, 1024", sentencePiece],
  ];
  const inputs: readonly (readonly [string, readonly string[]])[] = [
    ["configurations", texts],
    ["prose", documents],
  ];
  const cases = inputs.flatMap(([input, some]) =>
    vocabularies.flatMap(([name, vocabulary]): Case[] => {
      const bytes = some.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      const warm = {
        name: `${input}: ${name}`,
        work: bytes,
        run: () => encodeAll(vocabulary, some),
      };
      // A few pages of prose would measure the building alone.
      if (input === "prose") return [warm];
      const json = vocabulary.toJson();
      const run = (): void => encodeAll(textVocabularyFromJson(json), some);
      return [warm, { name: `${input}: ${name}, made anew`, work: bytes, run }];
    }),
  );
  printTable(cases, { title: "encoding", unit: "MB/s", scale: 1e6 });
}

function encodeAll(vocabulary: TextVocabulary, texts: readonly string[]): void {
  for (const text of texts) vocabulary.encode(text);
}

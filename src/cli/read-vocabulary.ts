import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  defaultTextVocabulary,
  loadTextVocabulary,
  type TextVocabulary,
} from "../tokenizer/index.ts";

/** A vocabulary file of any known kind, the vocabulary of a bundle directory, or the one that comes along. */
export async function readVocabularyFile(path: string): Promise<TextVocabulary> {
  if (path === "default") return defaultTextVocabulary();
  const isBundle = existsSync(path) && statSync(path).isDirectory();
  return loadTextVocabulary(isBundle ? join(path, "text-vocabulary.json") : path);
}

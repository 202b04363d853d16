// One loader for every kind of text vocabulary, and for the files that others write.

import type { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CorruptError, DataError, messageOf } from "../../core/index.ts";
import { bytePairVocabularyFromJson } from "./byte-pair-vocabulary.ts";
import { huggingFaceVocabulary, huggingFaceVocabularyFromJson } from "./hugging-face-vocabulary.ts";
import {
  sentencePieceVocabulary,
  sentencePieceVocabularyFromJson,
} from "./sentencepiece-vocabulary.ts";
import type { TextVocabulary } from "./text-vocabulary.ts";
import { listVocabularyFromJson } from "./word-vocabularies.ts";

const READERS: ReadonlyMap<unknown, (json: unknown) => TextVocabulary> = new Map([
  ["byte-pair", bytePairVocabularyFromJson],
  ["sentencepiece", sentencePieceVocabularyFromJson],
  ["hugging-face", huggingFaceVocabularyFromJson],
  ["character", listVocabularyFromJson],
  ["word", listVocabularyFromJson],
  ["structured", listVocabularyFromJson],
]);

/**
 * The vocabulary that `toJson` wrote.
 *
 * @throws {CorruptError} when it is none of the known kinds, or damaged.
 */
export function textVocabularyFromJson(json: unknown): TextVocabulary {
  const kind = (json as { kind?: unknown } | null)?.kind;
  const reader = READERS.get(kind);
  if (reader === undefined) {
    throw new CorruptError(
      "vocabulary",
      `unknown kind ${JSON.stringify(kind)}: known are ${[...READERS.keys()].join(", ")}`,
    );
  }
  return reader(json);
}

/**
 * Loads a vocabulary file: ours (`.json`), SentencePiece's (`.model`) or Hugging Face's (`tokenizer.json`, with
 * `tokenizer_config.json` beside it where there is one).
 *
 * @throws {DataError} when the file cannot be read.
 * @throws {CorruptError} when it is no vocabulary.
 */
export async function loadTextVocabulary(path: string): Promise<TextVocabulary> {
  const bytes = await read(path);
  if (path.endsWith(".model")) return sentencePieceVocabulary(bytes, path);
  const json = parse(bytes, path);
  if ((json as { kind?: unknown } | null)?.kind !== undefined) return textVocabularyFromJson(json);
  if ((json as { model?: unknown } | null)?.model === undefined) {
    throw new CorruptError(
      path,
      'neither a vocabulary of auspex ("kind") nor a tokenizer.json ("model")',
    );
  }
  const configPath = join(dirname(path), "tokenizer_config.json");
  const config = await read(configPath).then(
    (found) => parse(found, configPath) as Record<string, unknown>,
    () => undefined,
  );
  return huggingFaceVocabulary(
    json,
    config !== undefined && basename(path) === "tokenizer.json" ? { config } : {},
  );
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new DataError(path, undefined, messageOf(error), { cause: error });
  }
}

function parse(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new CorruptError(path, `not JSON: ${messageOf(error)}`, { cause: error });
  }
}

import { CorruptError } from "../../core/index.ts";
import { bytePairVocabularyFromJson } from "./byte-pair-vocabulary.ts";
import { sentencePieceVocabularyFromJson } from "./sentencepiece-vocabulary.ts";
import type { TextVocabulary } from "./text-vocabulary.ts";

const READERS: Readonly<Record<string, (json: unknown) => TextVocabulary>> = {
  "byte-pair": bytePairVocabularyFromJson,
  sentencepiece: sentencePieceVocabularyFromJson,
};

/**
 * The vocabulary that `toJson` wrote.
 *
 * @throws {CorruptError} when it is none of the known kinds, or damaged.
 */
export function textVocabularyFromJson(json: unknown): TextVocabulary {
  const kind = (json as { kind?: unknown } | null)?.kind;
  const reader =
    typeof kind === "string" && Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  if (reader === undefined) {
    throw new CorruptError(
      "vocabulary",
      `unknown kind ${JSON.stringify(kind)}: known are ${Object.keys(READERS).join(", ")}`,
    );
  }
  return reader(json);
}

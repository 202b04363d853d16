// The vocabulary that comes with auspex: for models without a corpus of their own to train one on.

import { Buffer } from "node:buffer";
import { DEFAULT_MERGES } from "../generated/default-merges.ts";
import { bytePairVocabularyFromJson } from "./byte-pair-vocabulary.ts";
import { PIECE_RULE } from "./split-pieces.ts";
import type { TextVocabulary } from "./text-vocabulary.ts";

/** 8,192 byte pairs of configurations, architectures, code (JavaScript, TypeScript, Python, C++) and English. */
export function defaultTextVocabulary(): TextVocabulary {
  const bytes = Buffer.from(DEFAULT_MERGES, "base64");
  const merges = Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16LE(2 * i));
  return bytePairVocabularyFromJson({ kind: "byte-pair", pieceRule: PIECE_RULE, merges });
}

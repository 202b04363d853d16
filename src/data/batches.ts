// Ragged batches: the ids of all rows one after the other, and where each row starts. Padding costs nothing.

import { InputError } from "../core/index.ts";
import type { DecoderVocabulary, TextVocabulary } from "../tokenizer/index.ts";
import type { Example } from "./example.ts";
import { encodeTargets } from "./targets.ts";

// Shape letters in this file:
//   B rows   N text tokens of all rows   M decoder tokens of all rows

/** Encoder inputs. */
export interface TextBatch {
  /** `[N]` text ids. */
  readonly ids: Int32Array;
  /** `[B + 1]`: row b has ids[offsets[b]] to ids[offsets[b + 1] - 1]. */
  readonly offsets: Int32Array;
  /** Rows that were longer than the limit. */
  readonly numTruncated: number;
  /** Tokens that were cut off, over all rows. */
  readonly numTokensCut: number;
}

/** Encoder inputs with what the decoder reads and what it should say. */
export interface TrainBatch {
  readonly text: TextBatch;
  /** `[M]`: padding, then all but the last target of each row. */
  readonly decoderIds: Int32Array;
  /** `[M]`: the ids to predict. Where one is the padding id (a separator) it carries no loss. */
  readonly targetIds: Int32Array;
  /** `[B + 1]`, for decoderIds and targetIds alike. */
  readonly targetOffsets: Int32Array;
  /** `[B]`, all 1 unless said otherwise. */
  readonly weights: Float32Array;
}

/** Encodes texts, cutting each to its first `maxInputTokens`. An empty text becomes one padding token. */
export function makeTextBatch(
  texts: readonly string[],
  vocabulary: TextVocabulary,
  maxInputTokens: number,
): TextBatch {
  return joinText(
    texts.map((text) => vocabulary.encode(text)),
    vocabulary.padId,
    maxInputTokens,
  );
}

/** The same from ids that are already there (a cache of encoded texts). */
export function joinText(
  rows: readonly Int32Array[],
  padId: number,
  maxInputTokens: number,
): TextBatch {
  const kept = rows.map((ids) =>
    ids.length === 0
      ? Int32Array.of(padId)
      : ids.length > maxInputTokens
        ? ids.subarray(0, maxInputTokens)
        : ids,
  );
  const numTokensCut = rows.reduce((sum, ids) => sum + Math.max(0, ids.length - maxInputTokens), 0);
  return {
    ...concatenate(kept),
    numTruncated: rows.filter((ids) => ids.length > maxInputTokens).length,
    numTokensCut,
  };
}

export interface TrainBatchOptions {
  readonly maxInputTokens: number;
  /** Rows with more objectives are an error. */
  readonly maxObjectives: number;
  /** One for each example; 1 where left out. */
  readonly weights?: ArrayLike<number>;
}

/**
 * Encodes examples, texts and numbers.
 *
 * @throws {InputError} when an example has no objective or too many, or a value that cannot be written.
 */
export function makeTrainBatch(
  examples: readonly Pick<Example, "task" | "x" | "y">[],
  textVocabulary: TextVocabulary,
  decoderVocabulary: DecoderVocabulary,
  { maxInputTokens, maxObjectives, weights }: TrainBatchOptions,
): TrainBatch {
  const targets = examples.map((example) => {
    if (example.y.length < 1 || example.y.length > maxObjectives) {
      throw new InputError(
        `task ${example.task}: ${example.y.length} objectives, model.maxObjectives is ${maxObjectives}`,
      );
    }
    return encodeTargets(example.y, decoderVocabulary, `task ${example.task}`);
  });
  const { ids: targetIds, offsets: targetOffsets } = concatenate(targets);
  const decoderIds = new Int32Array(targetIds.length);
  decoderIds.set(targetIds.subarray(0, -1), 1);
  for (const start of targetOffsets.subarray(0, -1)) decoderIds[start] = decoderVocabulary.padId;
  return {
    text: makeTextBatch(
      examples.map((example) => example.x),
      textVocabulary,
      maxInputTokens,
    ),
    decoderIds,
    targetIds,
    targetOffsets,
    weights:
      weights === undefined
        ? new Float32Array(examples.length).fill(1)
        : Float32Array.from(weights),
  };
}

function concatenate(rows: readonly Int32Array[]): { ids: Int32Array; offsets: Int32Array } {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, b) => {
    offsets[b + 1] = offsets[b]! + row.length;
  });
  const ids = new Int32Array(offsets[rows.length]!);
  rows.forEach((row, b) => ids.set(row, offsets[b]));
  return { ids, offsets };
}

// What a row asks the decoder to say, and whether it can.

import { AuspexError, InputError } from "../core/index.ts";
import type { DecoderVocabulary } from "../tokenizer/index.ts";
import type { Example } from "./example.ts";

/**
 * The ids of a row's numbers. A missing objective (NaN) is padding, which carries no loss; the ones after it are
 * learned as usual. Where the vocabulary has a special value for NaN, it is written as that.
 *
 * @param row Names the row in errors.
 * @throws {InputError} naming row, field and rule, where a number cannot be written.
 */
export function encodeTargets(
  y: readonly number[],
  vocabulary: DecoderVocabulary,
  row: string,
): Int32Array {
  const { padId, tokensPerObject, canWriteNaN } = vocabulary;
  if (!canWriteNaN && y.every(Number.isNaN)) {
    throw new InputError(
      `${row}: y holds no number: NaN stands for an objective that was not measured`,
      {
        hint: "Leave the row out, or give numberTokenizer special values to learn NaN as an answer.",
      },
    );
  }
  const ids = new Int32Array(y.length * tokensPerObject).fill(padId);
  y.forEach((value, objective) => {
    if (Number.isNaN(value) && !canWriteNaN) return;
    try {
      ids.set(vocabulary.encode([value]), objective * tokensPerObject);
    } catch (error) {
      if (!(error instanceof AuspexError)) throw error;
      throw new InputError(`${row}: ${fieldOf(y, objective)}: ${error.message}`, {
        cause: error,
        ...(error.hint !== undefined && { hint: error.hint }),
      });
    }
  });
  return ids;
}

function fieldOf(y: readonly number[], objective: number): string {
  return y.length === 1 ? "y" : `y[${objective}]`;
}

/** What was seen of the numbers of some rows. */
export interface TargetReport {
  readonly numValues: number;
  /** Values that are learned as the nearest one that can be written. */
  readonly numClamped: number;
  /** The number tokenizer. */
  readonly tokenizer: string;
}

interface TargetCheckOptions {
  readonly maxObjectives: number;
  /** A value that would be clamped is an error. */
  readonly refuseClamped?: boolean;
}

/** Looks at rows one by one, before anything is trained on them. */
export class TargetCheck {
  readonly #vocabulary: DecoderVocabulary;
  readonly #maxObjectives: number;
  readonly #refuseClamped: boolean;
  #numValues = 0;
  #numClamped = 0;

  constructor(vocabulary: DecoderVocabulary, options: TargetCheckOptions) {
    this.#vocabulary = vocabulary;
    this.#maxObjectives = options.maxObjectives;
    this.#refuseClamped = options.refuseClamped ?? false;
  }

  /** @throws {InputError} naming the row as `name` does, its field and the rule, where it has too many or one that cannot be written. */
  look({ y }: Pick<Example, "y">, name: string): void {
    const { tokenizer } = this.#vocabulary;
    if (y.length < 1 || y.length > this.#maxObjectives) {
      throw new InputError(
        `${name}: y has ${y.length} objectives; model.maxObjectives is ${this.#maxObjectives}`,
      );
    }
    encodeTargets(y, this.#vocabulary, name);
    y.forEach((value, objective) => {
      if (Number.isNaN(value)) return;
      this.#numValues++;
      if (tokenizer.isClamped?.(value) !== true) return;
      this.#numClamped++;
      if (!this.#refuseClamped) return;
      throw new InputError(
        `${name}: ${fieldOf(y, objective)}: ${value} lies outside of what ${tokenizer.name} writes`,
        { hint: "Let such values be clamped, or take a number tokenizer with a wider range." },
      );
    });
  }

  get report(): TargetReport {
    return {
      numValues: this.#numValues,
      numClamped: this.#numClamped,
      tokenizer: this.#vocabulary.tokenizer.name,
    };
  }
}

/** For people; undefined where nothing is clamped. */
export function describeClamped({
  numValues,
  numClamped,
  tokenizer,
}: TargetReport): string | undefined {
  if (numClamped === 0) return undefined;
  return `${numClamped} of ${numValues} values lie outside of what ${tokenizer} writes: they are clamped to its ends`;
}

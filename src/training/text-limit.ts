// Texts longer than a model reads lose their tail. What that costs is counted and told, and whoever asks for it
// gets an error instead.

import { InputError } from "../core/index.ts";
import type { TrainedModel } from "./bundle.ts";

export interface CutReport {
  /** Texts that were longer than the limit. */
  readonly numTexts: number;
  /** Share of all text tokens beyond it. */
  readonly shareCut: number;
}

export interface LimitOptions {
  /** Refuses texts longer than the model's limit instead of cutting them. */
  readonly refuseLongTexts?: boolean;
}

type Reader = Pick<TrainedModel, "textVocabulary" | "model">;

/** Adds up what is cut off over many texts. */
export class CutCounter {
  readonly #limit: number;
  readonly #refuse: boolean;
  #numTexts = 0;
  #numLong = 0;
  #numTokens = 0;
  #numCut = 0;

  constructor({ model }: Reader, { refuseLongTexts = false }: LimitOptions = {}) {
    this.#limit = model.config.maxInputTokens;
    this.#refuse = refuseLongTexts;
  }

  /** @throws {InputError} when the text is too long and that was to be refused; it quotes the beginning. */
  add(text: string, numTokens: number): void {
    this.#numTexts += 1;
    this.#numTokens += numTokens;
    if (numTokens <= this.#limit) return;
    if (this.#refuse) {
      throw new InputError(
        `text ${this.#numTexts} (${beginningOf(text)}) has ${numTokens} tokens; model.maxInputTokens is ${this.#limit}`,
        { hint: "Let long texts be cut, or train with a larger model.maxInputTokens." },
      );
    }
    this.#numLong += 1;
    this.#numCut += numTokens - this.#limit;
  }

  get report(): CutReport {
    return { numTexts: this.#numLong, shareCut: this.#numCut / Math.max(1, this.#numTokens) };
  }
}

/** What the model does not read of `texts`. */
export function cutOf(reader: Reader, texts: Iterable<string>, options: LimitOptions): CutReport {
  const counter = new CutCounter(reader, options);
  for (const text of texts) counter.add(text, reader.textVocabulary.encode(text).length);
  return counter.report;
}

/** One line for people; undefined when nothing was cut. */
export function describeCut({ numTexts, shareCut }: CutReport): string | undefined {
  if (numTexts === 0) return undefined;
  const percent = (100 * shareCut).toPrecision(2);
  return `${numTexts} texts are longer than the model reads; ${percent} % of all text tokens are cut off`;
}

const QUOTED_CHARACTERS = 60;

/** Enough of a text to find it in its file. */
function beginningOf(text: string): string {
  const start = JSON.stringify(text.slice(0, QUOTED_CHARACTERS));
  return text.length <= QUOTED_CHARACTERS ? start : `${start} ...`;
}

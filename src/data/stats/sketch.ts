// Summaries of any number of rows in bounded memory: exact while there are few, from an even sample beyond.

import { Random, sha256Hex } from "../../core/index.ts";

export interface NumberSummary {
  readonly count: number;
  readonly numMissing: number;
  readonly numZero: number;
  readonly numNegative: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** At 5, 25, 50, 75 and 95 percent; of a sample where `count` is over {@link SAMPLE_SIZE}. */
  readonly quantiles: readonly number[];
}

export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;
const SAMPLE_SIZE = 8192;

/** Takes numbers one by one; NaN is missing. */
export class NumberSketch {
  readonly #sample: number[] = [];
  readonly #random: Random;
  #count = 0;
  #numMissing = 0;
  #numZero = 0;
  #numNegative = 0;
  #min = Infinity;
  #max = -Infinity;
  #sum = 0;

  constructor(...name: readonly (string | number)[]) {
    this.#random = new Random("number sketch", ...name);
  }

  add(value: number): void {
    if (Number.isNaN(value)) {
      this.#numMissing++;
      return;
    }
    this.#count++;
    this.#sum += value;
    if (value === 0) this.#numZero++;
    if (value < 0) this.#numNegative++;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    // Reservoir: each value is in the sample with the same chance.
    const place = this.#count <= SAMPLE_SIZE ? this.#sample.length : this.#random.int(this.#count);
    if (place < SAMPLE_SIZE) this.#sample[place] = value;
  }

  summary(): NumberSummary {
    const sorted = Float64Array.from(this.#sample).toSorted();
    return {
      count: this.#count,
      numMissing: this.#numMissing,
      numZero: this.#numZero,
      numNegative: this.#numNegative,
      min: this.#min,
      max: this.#max,
      mean: this.#sum / this.#count,
      quantiles: QUANTILES.map((q) => sorted[Math.round(q * (sorted.length - 1))] ?? Number.NaN),
    };
  }
}

export interface DuplicateSummary {
  /** Rows whose task and text came before. */
  readonly numDuplicates: number;
  /** Texts of a task that are in more than one split. */
  readonly numAcrossSplits: number;
  /** False: estimated from an even sample of the texts. */
  readonly isExact: boolean;
}

const MAX_KEYS = 1 << 19;

/** Counts what came more than once; beyond so many texts it keeps those whose hash a growing power of two divides. */
export class DuplicateSketch {
  /** Hash to number of rows times 16 plus the bits of their splits. */
  #seen = new Map<number, number>();
  #every = 1;
  readonly #maxKeys: number;

  constructor(maxKeys = MAX_KEYS) {
    this.#maxKeys = maxKeys;
  }

  add(task: string, x: string, splitIndex: number): void {
    const key = Number.parseInt(sha256Hex(`${task}\0${x}`).slice(0, 13), 16);
    if (key % this.#every !== 0) return;
    const before = this.#seen.get(key) ?? 0;
    this.#seen.set(key, (before + 16) | (1 << splitIndex));
    if (this.#seen.size <= this.#maxKeys) return;
    this.#every *= 2;
    this.#seen = new Map([...this.#seen].filter(([known]) => known % this.#every === 0));
  }

  summary(): DuplicateSummary {
    let numDuplicates = 0;
    let numAcrossSplits = 0;
    for (const value of this.#seen.values()) {
      const splits = value % 16;
      numDuplicates += Math.floor(value / 16) - 1;
      if ((splits & (splits - 1)) !== 0) numAcrossSplits++;
    }
    return {
      numDuplicates: numDuplicates * this.#every,
      numAcrossSplits: numAcrossSplits * this.#every,
      isExact: this.#every === 1,
    };
  }
}

// A predictive distribution boiled down to a fixed number of quantiles: small enough to cache by the
// ten thousand, good enough for intervals, for P(better than t) and for drawing from it.

import { InputError } from "../core/index.ts";
import type { PredictedNumber } from "./predictor.ts";

// Every half percent, and the outer tails: the usual levels (5, 25, 50, 75, 95 %) are met exactly.
const LEVELS: readonly number[] = [
  0.001,
  ...Array.from({ length: 199 }, (_, i) => (i + 1) / 200),
  0.999,
];

/** Numbers that a written sketch takes: mean, median, deviation and the quantiles. */
export const SKETCH_LENGTH = 3 + LEVELS.length;

/** Quantiles of one predictive distribution at fixed levels; linear between them. */
export class PredictiveSketch implements PredictedNumber {
  readonly mean: number;
  readonly median: number;
  readonly std: number;
  readonly #values: Float64Array;

  /** @param values Quantiles at the sketch's levels, made non-decreasing here. */
  constructor(mean: number, median: number, std: number, values: Float64Array) {
    this.mean = mean;
    this.median = median;
    this.std = std;
    for (let i = 1; i < values.length; i++) values[i] = Math.max(values[i]!, values[i - 1]!);
    this.#values = values;
  }

  /** Sketches any distribution. Throws InputError where the model gave something that is not a number. */
  static of(number: PredictedNumber): PredictiveSketch {
    const sketch = number instanceof PredictiveSketch ? number : PredictiveSketch.unchecked(number);
    if (!sketch.isFinite) {
      throw new InputError("the model's answer for this candidate is not a finite number", {
        hint: "the candidate is far from everything that the model was trained on",
      });
    }
    return sketch;
  }

  /** Sketches any distribution, whatever it holds; `of` says later whether these are numbers. */
  static unchecked(number: PredictedNumber): PredictiveSketch {
    const values = Float64Array.from(LEVELS, (level) => number.quantile(level));
    return new PredictiveSketch(number.mean, number.median, number.std, values);
  }

  /** The sketch that `write` left at `offset`, the same to the bit. */
  static read(numbers: Float64Array, offset: number): PredictiveSketch {
    const [mean, median, std] = numbers.subarray(offset, offset + 3);
    // A copy: a view would keep alive everything that was written beside it.
    const values = numbers.slice(offset + 3, offset + SKETCH_LENGTH);
    return new PredictiveSketch(mean!, median!, std!, values);
  }

  /** Writes `SKETCH_LENGTH` numbers. */
  write(numbers: Float64Array, offset: number): void {
    numbers.set([this.mean, this.median, this.std], offset);
    numbers.set(this.#values, offset + 3);
  }

  get isFinite(): boolean {
    const { mean, median, std } = this;
    return [mean, median, std].every(Number.isFinite) && this.#values.every(Number.isFinite);
  }

  quantile(p: number): number {
    const values = this.#values;
    if (p <= LEVELS[0]!) return values[0]!;
    const last = LEVELS.length - 1;
    if (p >= LEVELS[last]!) return values[last]!;
    const above = firstAbove(LEVELS, p);
    const share = (p - LEVELS[above - 1]!) / (LEVELS[above]! - LEVELS[above - 1]!);
    return values[above - 1]! + share * (values[above]! - values[above - 1]!);
  }

  /** P(y < t) + P(y = t) / 2: a point mass counts half, so that a tie is no win and no loss. */
  below(t: number): number {
    const values = this.#values;
    const low = firstAtLeast(values, t);
    const high = firstAbove(values, t);
    if (high > low) {
      // Several levels in one place are a point mass; beyond the outermost level it goes on to the end.
      const isMass = high - low > 1;
      const from = isMass && low === 0 ? 0 : LEVELS[low]!;
      const to = isMass && high === values.length ? 1 : LEVELS[high - 1]!;
      return (from + to) / 2;
    }
    if (low === 0) return 0;
    if (low === values.length) return 1;
    const share = (t - values[low - 1]!) / (values[low]! - values[low - 1]!);
    return LEVELS[low - 1]! + share * (LEVELS[low]! - LEVELS[low - 1]!);
  }

  /** The mean of max(t - y, 0): what choosing this instead of `t` is expected to save. */
  expectedBelow(t: number): number {
    return expectation(this.#values, (y) => Math.max(t - y, 0));
  }

  /** The mean of max(y - t, 0). */
  expectedAbove(t: number): number {
    return expectation(this.#values, (y) => Math.max(y - t, 0));
  }

  /** The distribution of `-y`. */
  negated(): PredictiveSketch {
    const values = this.#values.toReversed().map((value) => -value);
    return new PredictiveSketch(-this.mean, -this.median, this.std, values);
  }

  /** The distribution of `f(y)` for a rising `f`; mean and deviation are taken from the quantiles. */
  mapped(f: (y: number) => number): PredictiveSketch {
    const values = this.#values.map(f);
    const mean = expectation(values, (y) => y);
    const variance = expectation(values, (y) => (y - mean) ** 2);
    return new PredictiveSketch(mean, f(this.median), Math.sqrt(variance), values);
  }

  /** The same distribution after `y -> scale * y + shift` (scale above 0). */
  affine(scale: number, shift: number): PredictiveSketch {
    return new PredictiveSketch(
      scale * this.mean + shift,
      scale * this.median + shift,
      scale * this.std,
      this.#values.map((value) => scale * value + shift),
    );
  }
}

/** The sketch of a normal distribution. */
export function normalSketch(mean: number, std: number): PredictiveSketch {
  const values = Float64Array.from(LEVELS, (level) => mean + std * normalQuantile(level));
  return new PredictiveSketch(mean, mean, std, values);
}

/** Inverse of the standard normal distribution (Odeh and Evans, 1974; error below 1.5e-8). */
export function normalQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
  const top =
    0.322232431088 + t * (1 + t * (0.342242088547 + t * (0.0204231210245 + t * 0.453642210148e-4)));
  const bottom =
    0.099348462606 +
    t * (0.588581570495 + t * (0.531103462366 + t * (0.10353775285 + t * 0.38560700634e-2)));
  const size = t - top / bottom;
  return p < 0.5 ? -size : size;
}

/** Trapezoids between neighbouring levels; the outermost thousandths take the end values. */
function expectation(values: Float64Array, gain: (y: number) => number): number {
  let sum = LEVELS[0]! * (gain(values[0]!) + gain(values[values.length - 1]!));
  for (let i = 1; i < values.length; i++) {
    const weight = LEVELS[i]! - LEVELS[i - 1]!;
    sum += (weight * (gain(values[i - 1]!) + gain(values[i]!))) / 2;
  }
  return sum;
}

/** Index of the first item greater than `x`; the length where there is none. */
function firstAbove(sorted: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Index of the first item that is `x` or more; the length where there is none. */
function firstAtLeast(sorted: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! >= x) high = middle;
    else low = middle + 1;
  }
  return low;
}

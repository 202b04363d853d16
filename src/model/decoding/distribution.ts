// The predictive distribution of one number: intervals with exact masses. Inside an interval the mass is
// taken as evenly spread; every statistic also has the bounds that hold however it is spread.

import { InputError } from "../../core/index.ts";
import { type CdfTable, cdfTable, massUpTo, quantileOf } from "./cdf-table.ts";
import type { MassInterval } from "./search.ts";

/** An interval of ordinary numbers. `spacing` is the distance to neighbouring numbers where it is a point. */
export interface NumberInterval {
  readonly lo: number;
  readonly hi: number;
  readonly mass: number;
  readonly spacing: number;
}

/** Smallest and largest value that a statistic can have. */
export interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

export class Distribution {
  /** Intervals of ordinary numbers, by their lower end; masses sum to `1 - specialMass`. */
  readonly intervals: readonly NumberInterval[];
  /** Probability of each special value (NaN, infinities, keys of the tokenizer). */
  readonly special: ReadonlyMap<string, number>;
  /** Share of the ordinary probability in each tail that `mean` and `std` pull in to its border. */
  readonly tail: number;
  readonly #total: number;
  readonly #cdf: CdfTable;
  #moments: { mean: number; std: number } | undefined;

  constructor(
    intervals: readonly NumberInterval[],
    special: ReadonlyMap<string, number> = new Map(),
    tail = 0.0005,
  ) {
    this.intervals = intervals.toSorted((a, b) => a.lo - b.lo || a.hi - b.hi);
    this.special = special;
    this.tail = tail;
    this.#total = intervals.reduce((sum, { mass }) => sum + mass, 0);
    this.#cdf = cdfTable(this.intervals);
  }

  /** Probability of all special values together. */
  get specialMass(): number {
    return [...this.special.values()].reduce((sum, mass) => sum + mass, 0);
  }

  /**
   * The mean of the ordinary values, those in the outermost tails (`tail` on each side) pulled in to where
   * the tail begins: a digit distribution always has some tiny probability of 1e99, which says nothing.
   */
  get mean(): number {
    return this.#computeMoments().mean;
  }

  /** The standard deviation, tails pulled in as for the mean. */
  get std(): number {
    return this.#computeMoments().std;
  }

  get median(): number {
    return this.quantile(0.5);
  }

  /**
   * What to answer where the relative error counts: the number with the least expected |answer - y| / |y|, which is the
   * median when every value counts by 1 / |y| (the (-1)-median of Gneiting, "Making and Evaluating Point Forecasts",
   * 2011). At most the median, by the factor exp(-variance) where log y is normal. The median itself where values
   * of both signs are probable: relative errors say nothing there.
   */
  get leastRelativeError(): number {
    const values = LEVELS.map((level) => this.quantile(level));
    if (!(values[0]! > 0 || values.at(-1)! < 0)) return this.median;
    const weights = values.map((value) => 1 / Math.abs(value));
    const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
    let below = 0;
    const at = weights.findIndex((weight) => (below += weight) >= half);
    return values[at]!;
  }

  /** Middle of the interval with the largest mass: the most probable number where it was fully expanded. */
  get mode(): number {
    const { lo, hi } = this.intervals.reduce((best, next) => (next.mass > best.mass ? next : best));
    return middle(lo, hi);
  }

  /**
   * The value below which the share `p` of the ordinary probability lies.
   *
   * @throws {InputError} when `p` is outside [0, 1].
   */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) throw new InputError(`quantile ${p} is outside [0, 1]`);
    // Masses sum up to rounding, so the last sliver must not run off the end.
    return quantileOf(this.#cdf, Math.min(p * this.#total, this.#total * (1 - 1e-12)));
  }

  /** P(y <= value), special values not counted as below anything. */
  cdf(value: number): number {
    return massUpTo(this.#cdf, value);
  }

  /** Probability per unit of y at `value`. */
  density(value: number): number {
    let density = 0;
    for (const interval of this.intervals) {
      const half = interval.spacing / 2;
      const [lo, hi] =
        interval.hi > interval.lo
          ? [interval.lo, interval.hi]
          : [interval.lo - half, interval.hi + half];
      if (value >= lo && value <= hi && hi > lo) density += interval.mass / (hi - lo);
    }
    return density;
  }

  /** Entropy of which interval the number lies in, in nats: a lower bound of that of the number. */
  get entropy(): number {
    const masses = [...this.intervals.map(({ mass }) => mass), ...this.special.values()];
    return -masses.reduce((sum, mass) => sum + (mass > 0 ? mass * Math.log(mass) : 0), 0);
  }

  /** Between which values the quantile lies, however the mass is spread inside the intervals. */
  quantileBounds(p: number): Bounds {
    const at = (end: (interval: NumberInterval) => number): number => {
      const byEnd = this.intervals.toSorted((a, b) => end(a) - end(b));
      let sum = 0;
      for (const interval of byEnd) {
        sum += interval.mass;
        if (sum >= p * this.#total) return end(interval);
      }
      return end(byEnd.at(-1)!);
    };
    return { lo: at(({ lo }) => lo), hi: at(({ hi }) => hi) };
  }

  /** Between which values P(y <= value) lies. */
  cdfBounds(value: number): Bounds {
    let lo = 0;
    let hi = 0;
    for (const interval of this.intervals) {
      if (interval.hi <= value) lo += interval.mass;
      if (interval.lo <= value) hi += interval.mass;
    }
    return { lo, hi };
  }

  /** Between which values the plain mean of all ordinary numbers lies, far tails included. */
  get meanBounds(): Bounds {
    const sum = (end: (interval: NumberInterval) => number): number =>
      this.intervals.reduce((total, item) => total + item.mass * end(item), 0) / this.#total;
    return { lo: sum(({ lo }) => lo), hi: sum(({ hi }) => hi) };
  }

  /** The continuous ranked probability score against `actual`: the integral of (cdf - step)². Lower is better. */
  crps(actual: number): number {
    const points = Array.from({ length: 99 }, (_, i) => this.quantile((i + 1) / 100));
    // Twice the mean pinball loss over a fine grid of levels (Gneiting and Raftery, 2007).
    const losses = points.map((q, i) => {
      const level = (i + 1) / 100;
      return 2 * (actual < q ? (1 - level) * (q - actual) : level * (actual - q));
    });
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  }

  #computeMoments(): { mean: number; std: number } {
    if (this.#moments !== undefined) return this.#moments;
    const floor = this.quantile(this.tail);
    const ceiling = this.quantile(1 - this.tail);
    let sum = 0;
    let squares = 0;
    // Around the median, so that the squares do not cancel.
    const center = this.quantile(0.5);
    for (const { lo, hi, mass } of this.intervals) {
      const from = Math.min(Math.max(lo, floor), ceiling);
      const to = Math.min(Math.max(hi, floor), ceiling);
      const mid = (from + to) / 2 - center;
      sum += mass * mid;
      squares += mass * (mid * mid + (to - from) ** 2 / 12);
    }
    const mean = sum / this.#total;
    const variance = Math.max(0, squares / this.#total - mean * mean);
    this.#moments = { mean: center + mean, std: Math.sqrt(variance) };
    return this.#moments;
  }
}

/** Evenly spaced: the outermost thousandth on each side is all that may be overlooked. */
const LEVELS = Array.from({ length: 500 }, (_, at) => (at + 0.5) / 500);

/** Without overflow where the ends are huge. */
function middle(lo: number, hi: number): number {
  return lo / 2 + hi / 2;
}

/** Splits the leaves of a search into ordinary intervals and special values. */
export function distributionFrom(
  leaves: readonly MassInterval[],
  specialKey: ((prefix: number) => string | undefined) | undefined,
  tail: number,
): Distribution {
  if (specialKey === undefined) return new Distribution(leaves, undefined, tail);
  const special = new Map<string, number>();
  const intervals: NumberInterval[] = [];
  for (const leaf of leaves) {
    const key = specialKey(leaf.prefix);
    if (key === undefined) intervals.push(leaf);
    else special.set(key, (special.get(key) ?? 0) + leaf.mass);
  }
  return new Distribution(intervals, special, tail);
}

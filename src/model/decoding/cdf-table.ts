// The cumulative distribution of overlapping intervals as a table over their ends, so that quantiles and
// probabilities take a binary search each. Between ends it is interpolated: by the logarithm across a wide
// gap on one side of zero, linearly otherwise.

/** An interval with its probability. */
export interface CdfInterval {
  readonly lo: number;
  readonly hi: number;
  readonly mass: number;
}

export interface CdfTable {
  /** Distinct ends, rising. */
  readonly ends: Float64Array;
  /** Probability below each end, without and with the points that lie on it. */
  readonly before: Float64Array;
  readonly upTo: Float64Array;
}

/** Gaps whose ends differ by more than this factor are interpolated by the logarithm. */
const LOG_GAP_FACTOR = 4;

export function cdfTable(intervals: readonly CdfInterval[]): CdfTable {
  const ends = distinctEnds(intervals);
  const count = ends.length;
  const before = new Float64Array(count);
  const points = new Float64Array(count);
  // Whole masses are added once, where an interval ends, and summed up afterwards.
  const whole = new Float64Array(count);
  for (const { lo, hi, mass } of intervals) {
    const last = indexOf(ends, hi);
    if (lo === hi) {
      points[last]! += mass;
      continue;
    }
    whole[last]! += mass;
    for (let at = indexOf(ends, lo) + 1; at < last; at++) {
      before[at]! += mass * shareBelow(lo, hi, ends[at]!);
    }
  }
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let at = 0; at < count; at++) {
    sum += whole[at]!;
    before[at]! += sum;
    sum += points[at]!;
    upTo[at] = before[at]! + points[at]!;
  }
  return { ends, before, upTo };
}

/** Probability of at most `value`. */
export function massUpTo({ ends, before, upTo }: CdfTable, value: number): number {
  // The first end above the value.
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const at = (low + high) >> 1;
    if (ends[at]! > value) high = at;
    else low = at + 1;
  }
  if (low === 0) return 0;
  const from = upTo[low - 1]!;
  if (low === ends.length) return from;
  return from + (before[low]! - from) * shareBelow(ends[low - 1]!, ends[low]!, value);
}

/** The smallest value whose probability up to it reaches `target`. */
export function quantileOf({ ends, before, upTo }: CdfTable, target: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const at = (low + high) >> 1;
    if (upTo[at]! >= target) high = at;
    else low = at + 1;
  }
  if (low === 0 || before[low]! <= target) return ends[low]!;
  const from = upTo[low - 1]!;
  const gap = before[low]! - from;
  return gap > 0 ? atShare(ends[low - 1]!, ends[low]!, (target - from) / gap) : ends[low]!;
}

function shareBelow(lo: number, hi: number, value: number): number {
  if (lo > 0 && hi > LOG_GAP_FACTOR * lo) return Math.log(value / lo) / Math.log(hi / lo);
  if (hi < 0 && lo < LOG_GAP_FACTOR * hi) return Math.log(lo / value) / Math.log(lo / hi);
  return (value - lo) / (hi - lo);
}

function atShare(lo: number, hi: number, share: number): number {
  if (lo > 0 && hi > LOG_GAP_FACTOR * lo) return lo * Math.exp(share * Math.log(hi / lo));
  if (hi < 0 && lo < LOG_GAP_FACTOR * hi) return lo / Math.exp(share * Math.log(lo / hi));
  return lo + share * (hi - lo);
}

function distinctEnds(intervals: readonly CdfInterval[]): Float64Array {
  const all = new Float64Array(2 * intervals.length);
  intervals.forEach(({ lo, hi }, at) => {
    all[2 * at] = lo;
    all[2 * at + 1] = hi;
  });
  all.sort();
  let count = 0;
  for (const end of all) {
    if (count === 0 || all[count - 1] !== end) all[count++] = end;
  }
  return all.subarray(0, count);
}

function indexOf(ends: Float64Array, value: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const at = (low + high) >> 1;
    if (ends[at]! >= value) high = at;
    else low = at + 1;
  }
  return low;
}

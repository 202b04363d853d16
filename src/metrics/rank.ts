// Rank correlations, ties included.

import { invariant } from "../core/index.ts";

/**
 * Spearman's rho: the correlation of average ranks. NaN for fewer than two values, or where one side is
 * constant.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  invariant(a.length === b.length, `spearman of ${a.length} and ${b.length} values`);
  return pearson(averageRanks(a), averageRanks(b));
}

/** Pearson's correlation; NaN where one side does not vary. */
function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let meanA = 0;
  let meanB = 0;
  for (let i = 0; i < n; i++) {
    meanA += a[i]! / n;
    meanB += b[i]! / n;
  }
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (let i = 0; i < n; i++) {
    const da = a[i]! - meanA;
    const db = b[i]! - meanB;
    covariance += da * db;
    varianceA += da * da;
    varianceB += db * db;
  }
  if (varianceA === 0 || varianceB === 0) return Number.NaN;
  return Math.max(-1, Math.min(1, covariance / Math.sqrt(varianceA * varianceB)));
}

/** Ranks from 1; equal values share the mean of their ranks. */
function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = sortedOrder(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}

/**
 * Kendall's tau-b in O(n log n) (Knight, 1966): sort by a, then count the exchanges that sort b needs.
 * NaN for fewer than two values, or where one side is constant.
 */
export function kendall(a: ArrayLike<number>, b: ArrayLike<number>): number {
  invariant(a.length === b.length, `kendall of ${a.length} and ${b.length} values`);
  const n = a.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => compare(a[i]!, a[j]!) || compare(b[i]!, b[j]!) || i - j,
  );
  const sortedB = Float64Array.from(order, (i) => b[i]!);
  const tiedA = countTiedPairs(n, (i, j) => a[order[i]!] === a[order[j]!]);
  const tiedBoth = countTiedPairs(
    n,
    (i, j) => a[order[i]!] === a[order[j]!] && sortedB[i] === sortedB[j],
  );
  const exchanges = sortCountingExchanges(sortedB);
  const tiedB = countTiedPairs(n, (i, j) => sortedB[i] === sortedB[j]);

  const pairs = (n * (n - 1)) / 2;
  const concordantMinusDiscordant = pairs - tiedA - tiedB + tiedBoth - 2 * exchanges;
  const scale = Math.sqrt((pairs - tiedA) * (pairs - tiedB));
  return scale === 0 ? Number.NaN : concordantMinusDiscordant / scale;
}

/** Pairs inside runs of neighbours that are equal. */
function countTiedPairs(n: number, equal: (i: number, j: number) => boolean): number {
  let pairs = 0;
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && equal(start, end)) end += 1;
    pairs += ((end - start) * (end - start - 1)) / 2;
    start = end;
  }
  return pairs;
}

/** Merge sort in place, from runs of one upwards; returns how many neighbours a bubble sort would exchange. */
function sortCountingExchanges(values: Float64Array): number {
  const buffer = new Float64Array(values.length);
  let exchanges = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let low = 0; low + width < values.length; low += 2 * width) {
      const middle = low + width;
      const high = Math.min(low + 2 * width, values.length);
      let left = low;
      let right = middle;
      for (let out = low; out < high; out++) {
        if (right >= high || (left < middle && values[left]! <= values[right]!)) {
          buffer[out] = values[left++]!;
        } else {
          buffer[out] = values[right++]!;
          exchanges += middle - left;
        }
      }
      values.set(buffer.subarray(low, high), low);
    }
  }
  return exchanges;
}

function sortedOrder(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => compare(values[i]!, values[j]!) || i - j,
  );
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Sums and scalings. One rounding to float32 after every operation, in a fixed order.

import { expectLength } from "../shape.ts";
import { acceleratedKernels } from "./accelerated.ts";

/** out = a + b. `out` may be `a` or `b`. */
export function addInto(out: Float32Array, a: Float32Array, b: Float32Array): void {
  expectLength("addInto: a", a, out.length);
  expectLength("addInto: b", b, out.length);
  const native = acceleratedKernels();
  if (native !== undefined) return native.add(a, b, out);
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
}

/** out += b * factor. */
export function addScaledInto(out: Float32Array, b: Float32Array, factor: number): void {
  expectLength("addScaledInto: b", b, out.length);
  const native = acceleratedKernels();
  if (native !== undefined) return native.addScaled(out, b, factor, out);
  const f = Math.fround(factor);
  for (let i = 0; i < out.length; i++) out[i] = out[i]! + Math.fround(b[i]! * f);
}

/** a *= factor. */
export function scaleInPlace(a: Float32Array, factor: number): void {
  const native = acceleratedKernels();
  if (native !== undefined) return native.scale(a, factor, a);
  const f = Math.fround(factor);
  for (let i = 0; i < a.length; i++) a[i] = a[i]! * f;
}

/**
 * Sums arrays along the binary tree that pairs neighbours, level by level; an odd last one moves up. The
 * bits depend on the order of the arrays alone.
 *
 * @param arrays At least one, all as long as `out`; not changed. `out` may be the first.
 */
export function treeSumInto(out: Float32Array, arrays: readonly Float32Array[]): void {
  for (const array of arrays) expectLength("treeSumInto: array", array, out.length);
  const native = acceleratedKernels();
  if (native !== undefined) return native.treeSum(arrays, out);
  const level = new Float32Array(arrays.length);
  for (let i = 0; i < out.length; i++) {
    for (let a = 0; a < arrays.length; a++) level[a] = arrays[a]![i]!;
    for (let count = arrays.length; count > 1; count = (count + 1) >> 1) {
      for (let pair = 0; pair < count >> 1; pair++) {
        level[pair] = level[2 * pair]! + level[2 * pair + 1]!;
      }
      if (count % 2 === 1) level[count >> 1] = level[count - 1]!;
    }
    out[i] = level[0]!;
  }
}

/** Values of a block of {@link sumOfSquares}. */
export const SUM_OF_SQUARES_BLOCK = 65_536;
const LANES = 16;

/** Sum of squares, accumulated in float64: blocks of 65,536 values, 16 lanes each, combined as a tree. */
export function sumOfSquares(a: Float32Array): number {
  const native = acceleratedKernels();
  if (native !== undefined) return native.sumOfSquares(a);
  const lanes = new Float64Array(LANES);
  let total = 0;
  for (let begin = 0; begin < a.length; begin += SUM_OF_SQUARES_BLOCK) {
    lanes.fill(0);
    const end = Math.min(a.length, begin + SUM_OF_SQUARES_BLOCK);
    for (let i = begin; i < end; i++) {
      const lane = (i - begin) % LANES;
      lanes[lane] = lanes[lane]! + a[i]! * a[i]!;
    }
    for (let width = LANES / 2; width >= 1; width /= 2) {
      for (let j = 0; j < width; j++) lanes[j] = lanes[j]! + lanes[j + width]!;
    }
    total += lanes[0]!;
  }
  return total;
}

/** out[ids[n]] += rows[n] for each row of width `width`, in the order of n. */
export function scatterAddRows(
  out: Float32Array,
  rows: Float32Array,
  ids: Int32Array,
  width: number,
): void {
  expectLength("scatterAddRows: rows", rows, ids.length * width);
  for (let n = 0; n < ids.length; n++) {
    const to = ids[n]! * width;
    const from = n * width;
    for (let d = 0; d < width; d++) out[to + d] = out[to + d]! + rows[from + d]!;
  }
}

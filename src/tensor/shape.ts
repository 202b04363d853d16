// Shape checks shared by the fused operations. A wrong shape is a bug of the caller, named with both shapes.

import { ShapeError } from "../core/index.ts";

/** @throws {ShapeError} unless `actual` equals `expected`, length by length; a string stands for any length. */
export function expectShape(
  what: string,
  actual: readonly number[],
  expected: readonly (number | string)[],
): void {
  const fits =
    actual.length === expected.length &&
    expected.every((length, i) => typeof length === "string" || length === actual[i]);
  if (!fits) throw new ShapeError(what, actual, expected);
}

/** @throws {ShapeError} unless a host array holds `length` values. */
export function expectLength(what: string, array: ArrayLike<unknown>, length: number): void {
  if (array.length !== length) throw new ShapeError(what, [array.length], [length]);
}

/**
 * Checks ragged row offsets: `[0, ..., count]`, never falling.
 *
 * @throws {ShapeError} when the ends are wrong or an offset falls.
 */
export function expectOffsets(what: string, offsets: Int32Array, count: number): void {
  if (offsets.length === 0 || offsets[0] !== 0 || offsets.at(-1) !== count) {
    throw new ShapeError(
      `${what}: offsets must run from 0 to the number of tokens`,
      [...offsets],
      [0, "...", count],
    );
  }
  for (let b = 1; b < offsets.length; b++) {
    if (offsets[b]! < offsets[b - 1]!) {
      throw new ShapeError(`${what}: offsets must not fall`, [...offsets], [0, "...", count]);
    }
  }
}

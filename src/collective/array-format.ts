// How the values of an array travel: as they are, or rounded to bfloat16 in half the bytes.

import { bytesOf, invariant } from "../core/index.ts";
import { bf16ToF32, f32ToBf16 } from "../tensor/flat/index.ts";

export type ArrayFormat = "f32" | "bf16";

export function bytesPerValue(format: ArrayFormat): number {
  return format === "f32" ? 4 : 2;
}

/**
 * The values of a received frame: a view of it where it is aligned float32, else a copy.
 *
 * @param payload Whole values.
 */
export function valuesOf(format: ArrayFormat, payload: Uint8Array): Float32Array {
  const size = bytesPerValue(format);
  invariant(payload.byteLength % size === 0, `${payload.byteLength} bytes of ${format}`);
  const { buffer, byteOffset, byteLength } =
    // Not slice: of a Buffer it is a view.
    payload.byteOffset % size === 0 ? payload : Uint8Array.from(payload);
  if (format === "f32") return new Float32Array(buffer, byteOffset, byteLength / 4);
  const values = new Float32Array(byteLength / 2);
  bf16ToF32(new Uint16Array(buffer, byteOffset, byteLength / 2), values);
  return values;
}

/** Writes the values in `format` to `out`, which has their bytes and is aligned. */
export function writeValues(format: ArrayFormat, values: Float32Array, out: Uint8Array): void {
  if (format === "f32") return out.set(bytesOf(values));
  f32ToBf16(values, new Uint16Array(out.buffer, out.byteOffset, values.length));
}

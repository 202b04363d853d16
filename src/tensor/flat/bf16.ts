// bfloat16: the upper half of a float32. Rounded to nearest, ties to even; NaN stays NaN.

import { expectLength } from "../shape.ts";
import { acceleratedKernels } from "./accelerated.ts";

/** Rounds each value to bfloat16 and stores its 16 bits. */
export function f32ToBf16(source: Float32Array, target: Uint16Array): void {
  expectLength("f32ToBf16: target", target, source.length);
  const native = acceleratedKernels();
  if (native !== undefined) return native.f32ToBf16(source, target);
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  for (let i = 0; i < source.length; i++) {
    float[0] = source[i]!;
    const word = bits[0]!;
    const isNaN = (word & 0x7fffffff) > 0x7f800000;
    // Adding 0x7fff, plus one where the kept half is odd, carries exactly when rounding goes up.
    target[i] = isNaN ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
}

/** Widens bfloat16 bits to float32, exactly. */
export function bf16ToF32(source: Uint16Array, target: Float32Array): void {
  expectLength("bf16ToF32: target", target, source.length);
  const native = acceleratedKernels();
  if (native !== undefined) return native.bf16ToF32(source, target);
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < source.length; i++) bits[i] = source[i]! << 16;
}

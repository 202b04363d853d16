import { expect, test } from "vitest";
import { valuesOf } from "../../src/collective/index.ts";
import { bytesOf } from "../../src/core/index.ts";

test("a frame that lies at an odd address is read whole, also as a Buffer, whose slice is a view", () => {
  const values = Float32Array.of(1, -2.5, 1e30, Number.MIN_VALUE);
  for (const shift of [0, 1, 2, 3, 4]) {
    const frame = Buffer.alloc(16 + 8).subarray(shift, shift + 16);
    frame.set(bytesOf(values));
    expect(valuesOf("f32", frame)).toEqual(values);
  }
});

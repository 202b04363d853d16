// Buffers that are used again must never be seen by someone who still holds the tensor before.

import { beforeAll, describe, expect, test } from "vitest";
import {
  add,
  matMul,
  memory,
  mul,
  openEngine,
  reshape,
  slice,
  sub,
  type Tensor2D,
  tensor2d,
  transpose,
} from "../../../src/tensor/index.ts";
import { loadNative } from "../../../src/tensor/native/binding.ts";

const SIZE = 128; // Large enough for the pool.
const filled = (value: number): Tensor2D =>
  tensor2d(new Float32Array(SIZE * SIZE).fill(value), [SIZE, SIZE]);

describe.skipIf("unavailable" in loadNative())("buffers of engine native", () => {
  beforeAll(async () => {
    await openEngine({ engine: "native", precision: "f32" });
  });

  test("values that were read stay as they are when the tensor's buffer is used again", () => {
    const a = filled(1);
    const sum = add(a, a);
    const read = sum.dataSync();
    sum.dispose();
    const other = mul(a, 7);
    expect(read.every((value) => value === 2)).toBe(true);
    expect(other.dataSync()[0]).toBe(7);
    a.dispose();
    other.dispose();
  });

  test("a slice survives the tensor that it was cut from", () => {
    const a = filled(1);
    const doubled = add(a, a);
    const rows = slice(doubled, [1, 0], [40, SIZE]);
    const columns = slice(doubled, [0, 1], [SIZE, 40]);
    doubled.dispose();
    const overwriting = [mul(a, 3), mul(a, 4), mul(a, 5)];
    expect([...new Set(rows.dataSync()), ...new Set(columns.dataSync())]).toEqual([2, 2]);
    for (const tensor of [a, rows, columns, ...overwriting]) tensor.dispose();
  });

  test("a reshaped tensor keeps the buffer while either lives", () => {
    const a = filled(1);
    const doubled = add(a, a);
    const flat = reshape(doubled, [SIZE * SIZE]);
    doubled.dispose();
    const overwriting = mul(a, 3);
    expect(flat.dataSync()[5]).toBe(2);
    for (const tensor of [a, flat, overwriting]) tensor.dispose();
  });

  test("products of transposed and batched matrices are those of the definition", () => {
    const a = tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const b = tensor2d([1, 0, 2, -1, 3, 1], [3, 2]);
    expect([...matMul(a, b).dataSync()]).toEqual([14, 1, 32, 1]);
    expect([...matMul(a, a, false, true).dataSync()]).toEqual([14, 32, 32, 77]);
    expect([...matMul(a, a, true, false).dataSync()]).toEqual([17, 22, 27, 22, 29, 36, 27, 36, 45]);
    const batched = matMul(reshape(a, [2, 1, 3]), reshape(b, [1, 3, 2]));
    expect(batched.shape).toEqual([2, 1, 2]);
    expect([...batched.dataSync()]).toEqual([14, 1, 32, 1]);
    expect([...transpose(sub(a, a)).dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("a thousand steps leave no tensor and no growing pool", () => {
    const a = filled(1);
    const before = memory();
    for (let step = 0; step < 1000; step++) add(a, a).dispose();
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numBytes).toBe(before.numBytes);
    a.dispose();
  });
});

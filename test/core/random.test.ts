import { expect, test } from "vitest";
import { hash32, Random } from "../../src/core/index.ts";

test("a stream is named by its parts, not by what was drawn before", () => {
  const first = new Random("dropout", 7, 3);
  const again = new Random("dropout", 7, 3);
  new Random("other").uint32();
  expect([first.uint32(), first.uint32()]).toEqual([again.uint32(), again.uint32()]);
  expect(new Random("dropout", 7, 4).uint32()).not.toBe(new Random("dropout", 7, 3).uint32());
});

test("the parts [1, 23] and [12, 3] and ['1', '23'] name different streams", () => {
  const hashes = new Set([
    hash32(0, 1, 23),
    hash32(0, 12, 3),
    hash32(0, "1", "23"),
    hash32(0, "12", "3"),
  ]);
  expect(hashes.size).toBe(4);
});

test("floats are uniform, normals standard", () => {
  const random = new Random("moments", 1);
  const floats = Array.from({ length: 40_000 }, () => random.float());
  const normals = Array.from({ length: 40_000 }, () => random.normal());
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  expect(mean(floats)).toBeCloseTo(0.5, 2);
  expect(mean(normals)).toBeCloseTo(0, 1);
  expect(mean(normals.map((x) => x * x))).toBeCloseTo(1, 1);
});

test("a shuffle keeps every item", () => {
  const items = Array.from({ length: 100 }, (_, i) => i);
  const shuffled = new Random("shuffle", 5).shuffled(items);
  expect(shuffled).not.toEqual(items);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
});

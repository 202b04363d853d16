import { expect, test } from "vitest";
import { PredictiveSketch } from "../../src/evaluator/index.ts";
import fc from "../support/property.ts";
import { uniform } from "./fake.ts";

const sketch = PredictiveSketch.of(uniform(10, 4));

test("the usual levels are met exactly, the ones between them linearly", () => {
  expect(sketch.quantile(0.05)).toBeCloseTo(6.4, 12);
  expect(sketch.quantile(0.95)).toBeCloseTo(13.6, 12);
  expect(sketch.quantile(0.5123)).toBeCloseTo(10 + 0.0246 * 4, 12);
  expect([sketch.quantile(0), sketch.quantile(1)]).toEqual([
    sketch.quantile(0.001),
    sketch.quantile(0.999),
  ]);
});

test("below is the inverse of quantile", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (p) => {
      expect(sketch.below(sketch.quantile(p))).toBeCloseTo(p, 9);
    }),
  );
  expect(sketch.below(-100)).toBe(0);
  expect(sketch.below(100)).toBe(1);
});

test("a tie with a point mass is neither better nor worse", () => {
  const point = PredictiveSketch.of(uniform(3, 0));
  expect(point.below(3)).toBe(0.5);
  expect(point.below(2.999)).toBe(0);
  expect(point.below(3.001)).toBe(1);
});

test("expected improvement of a uniform is that of the integral", () => {
  // E max(10 - y, 0) for y uniform on 6 .. 14 is 16 / (2 * 8) = 1.
  expect(sketch.expectedBelow(10)).toBeCloseTo(1, 3);
  expect(sketch.expectedAbove(10)).toBeCloseTo(1, 3);
  expect(sketch.expectedBelow(20) - sketch.expectedAbove(20)).toBeCloseTo(10, 9);
});

test("an affine map moves every figure", () => {
  const moved = sketch.affine(2, -3);
  expect([moved.mean, moved.median, moved.quantile(0.05)]).toEqual([
    17,
    17,
    2 * sketch.quantile(0.05) - 3,
  ]);
  expect(moved.std).toBeCloseTo(2 * sketch.std, 12);
});

test("a distribution that is no number is refused", () => {
  expect(() => PredictiveSketch.of(uniform(Number.NaN, 1))).toThrow(/not a finite number/);
});

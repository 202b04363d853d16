import { expect, test } from "vitest";
import { predictedNumber } from "../../src/evaluator/model-predictor.ts";
import { Distribution } from "../../src/model/decoding/distribution.ts";
import fc from "../support/property.ts";

const mass = fc.double({ min: 0.01, max: 1, noNaN: true });
const gap = fc.double({ min: 0, max: 50, noNaN: true });

/** Intervals one after the other, some of them points, some with gaps between. */
const intervals = fc
  .tuple(
    fc.double({ min: -100, max: 100, noNaN: true }),
    fc.array(fc.tuple(gap, fc.constantFrom(0, 1), mass), { minLength: 1, maxLength: 20 }),
  )
  .map(([start, parts]) => {
    let at = start;
    return parts.map(([width, isPoint, weight]) => {
      const lo = at + width / 3;
      const hi = isPoint === 1 ? lo : lo + width;
      at = hi;
      return { lo, hi, mass: weight, spacing: 0.1 };
    });
  });

test("quantiles from the table are those of the distribution", () => {
  fc.assert(
    fc.property(intervals, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (parts, p) => {
      const total = parts.reduce((sum, part) => sum + part.mass, 0);
      const exact = new Distribution(parts.map((part) => ({ ...part, mass: part.mass / total })));
      const table = predictedNumber(exact);
      // At the border between two intervals either side of a gap is right.
      const [low, high] = [
        exact.quantile(Math.max(0, p - 1e-9)),
        exact.quantile(Math.min(1, p + 1e-9)),
      ];
      expect(table.quantile(p)).toBeGreaterThanOrEqual(low - 1e-6);
      expect(table.quantile(p)).toBeLessThanOrEqual(high + 1e-6);
    }),
  );
});

test("overlapping intervals fall back to the exact search", () => {
  const overlapping = new Distribution([
    { lo: 0, hi: 2, mass: 0.5, spacing: 1 },
    { lo: 1, hi: 3, mass: 0.5, spacing: 1 },
  ]);
  expect(predictedNumber(overlapping)).toBe(overlapping);
});

import { expect, test } from "vitest";
import { Distribution, type NumberInterval } from "../../src/model/index.ts";
import { normalDistribution } from "../../src/training/normal.ts";

function interval(lo: number, hi: number, mass: number, spacing = 0): NumberInterval {
  return { lo, hi, mass, spacing };
}

test("evenly spread intervals have the quantiles of a piecewise linear cdf", () => {
  const distribution = new Distribution([interval(20, 40, 0.5), interval(10, 20, 0.5)]);
  expect(distribution.median).toBeCloseTo(20, 9);
  expect(distribution.quantile(0.25)).toBeCloseTo(15, 9);
  expect(distribution.quantile(0.9)).toBeCloseTo(36, 9);
  expect(distribution.cdf(15)).toBeCloseTo(0.25, 12);
  expect(distribution.mean).toBeCloseTo(22.5, 1);
  expect(distribution.density(30)).toBeCloseTo(0.025, 12);
});

test("points are jumps of the cdf", () => {
  const distribution = new Distribution([interval(1, 1, 0.3, 0.1), interval(2, 2, 0.7, 0.1)]);
  expect(distribution.quantile(0.3)).toBe(1);
  expect(distribution.quantile(0.31)).toBe(2);
  expect(distribution.quantile(1)).toBe(2);
  expect(distribution.cdf(1.5)).toBeCloseTo(0.3, 12);
  expect(distribution.mean).toBeCloseTo(1.7, 12);
  expect(distribution.std).toBeCloseTo(Math.sqrt(0.21), 12);
  expect(distribution.mode).toBe(2);
});

test("overlapping intervals add up", () => {
  const distribution = new Distribution([interval(0, 10, 0.5), interval(4, 6, 0.5)]);
  expect(distribution.cdf(5)).toBeCloseTo(0.5, 12);
  expect(distribution.quantile(0.5)).toBeCloseTo(5, 6);
  expect(distribution.quantile(0.2)).toBeCloseTo(4, 6);
});

test("a sliver of probability at 1e99 moves the mean no further than the tail's border", () => {
  const distribution = new Distribution([interval(1, 1.1, 0.9999), interval(1e98, 9e99, 0.0001)]);
  expect(distribution.mean).toBeCloseTo(1.05, 3);
  expect(distribution.meanBounds.hi).toBeGreaterThan(1e95);
});

test("bounds hold whatever lies inside the intervals", () => {
  const distribution = new Distribution([interval(10, 20, 0.5), interval(20, 40, 0.5)]);
  expect(distribution.quantileBounds(0.5)).toEqual({ lo: 10, hi: 20 });
  expect(distribution.cdfBounds(15)).toEqual({ lo: 0, hi: 0.5 });
});

test("the answer with the least relative error counts every value by its inverse", () => {
  const points = (share: number) =>
    new Distribution([interval(1, 1, share), interval(2, 2, 1 - share)]).leastRelativeError;
  // 1 counts share, 2 counts half of the rest: they are even at a third.
  expect([points(0.32), points(0.35)]).toEqual([2, 1]);
  const std = 0.5;
  expect(normalDistribution(Math.log(40), std, "log").leastRelativeError).toBeCloseTo(
    40 * Math.exp(-(std ** 2)),
    0,
  );
  const mirrored = new Distribution([interval(-2, -2, 0.65), interval(-1, -1, 0.35)]);
  expect(mirrored.leastRelativeError).toBe(-1);
  const bothSigns = new Distribution([interval(-1, 3, 1)]);
  expect(bothSigns.leastRelativeError).toBe(bothSigns.median);
});

test("special values are kept apart from the numbers", () => {
  const distribution = new Distribution([interval(2, 2, 0.8)], new Map([["NAN", 0.2]]));
  expect(distribution.specialMass).toBeCloseTo(0.2, 12);
  expect(distribution.median).toBe(2);
});

test("a sharp distribution at the truth has the smallest CRPS", () => {
  const sharp = new Distribution([interval(4.9, 5.1, 1)]);
  const wide = new Distribution([interval(0, 10, 1)]);
  const wrong = new Distribution([interval(6.9, 7.1, 1)]);
  expect(sharp.crps(5)).toBeLessThan(wide.crps(5));
  expect(wrong.crps(5)).toBeCloseTo(2, 1);
});

test("a quantile outside 0..1 is refused", () => {
  expect(() => new Distribution([interval(0, 1, 1)]).quantile(1.5)).toThrow("outside [0, 1]");
});

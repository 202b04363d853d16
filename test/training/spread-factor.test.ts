import { expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { spreadFactor } from "../../src/training/spread-factor.ts";

/** |errors| of normal rows whose spread is `understated` times what was stated. */
function normalRatios(count: number, understated: number): number[] {
  const random = new Random("spread factor", count);
  return Array.from({ length: count }, () => Math.abs(random.normal()) * understated);
}

test("many rows that err as stated change nothing, many that err twice as much double the spread", () => {
  expect(spreadFactor(normalRatios(4000, 1), 4000, 0)).toBeCloseTo(1, 1);
  expect(spreadFactor(normalRatios(4000, 2), 4000, 0)).toBeCloseTo(2, 1);
});

test("few rows are hardly believed", () => {
  const ratios = Array.from({ length: 5 }, () => 2 * 1.6449);
  expect(spreadFactor(ratios, 5, 0)).toBeCloseTo(2 ** 0.2, 6);
});

test("the inflation for rows that were used up falls with their share", () => {
  const ratios = Array.from({ length: 10 }, () => 1.6449);
  expect(spreadFactor(ratios, 10, 5)).toBeCloseTo(1.5, 6);
  expect(spreadFactor(ratios, 1000, 5)).toBeCloseTo(1.005, 6);
});

test("one absurd row does not blow the interval up beyond bounds", () => {
  const ratios = [...Array.from({ length: 8 }, () => 1), 1e9];
  expect(spreadFactor(ratios, 9, 0)).toBeLessThanOrEqual(3);
});

import { expect, test } from "vitest";
import { bestSoFar, expectedBest, inModelOrder } from "../../../src/cli/report/ranking.ts";

const candidates = [
  { predicted: 3, truth: 30 },
  { predicted: 1, truth: 20 },
  { predicted: 2, truth: 10 },
];

test("the model's order puts its favourite first, by direction", () => {
  expect(inModelOrder({ label: "a", direction: "min", candidates })).toEqual([20, 10, 30]);
  expect(inModelOrder({ label: "a", direction: "max", candidates })).toEqual([30, 10, 20]);
});

test("best so far never gets worse", () => {
  expect(bestSoFar([20, 10, 30], "min")).toEqual([20, 10, 10]);
  expect(bestSoFar([20, 10, 30], "max")).toEqual([20, 20, 30]);
});

test("the expected best of k at random is that of all subsets", () => {
  // Of 10, 20, 30: one gives 20, two give (10 + 10 + 20) / 3, three give 10.
  const min = expectedBest([30, 10, 20], "min");
  expect(min[0]).toBeCloseTo(20, 12);
  expect(min[1]).toBeCloseTo(40 / 3, 12);
  expect(min[2]).toBeCloseTo(10, 12);
  expect(expectedBest([30, 10, 20], "max")[1]).toBeCloseTo(80 / 3, 12);
});

import { expect, test } from "vitest";
import { bootstrappedShares } from "../../src/training/shares.ts";

const even = (error: number, count = 10): number[] => Array.from({ length: count }, () => error);

test("members that err alike share alike", () => {
  const shares = bootstrappedShares(
    [
      { errors: even(0.3), penalty: 0 },
      { errors: even(-0.3), penalty: 0 },
    ],
    5,
  );
  expect(shares[0]).toBeCloseTo(0.5, 9);
  expect(shares[1]).toBeCloseTo(0.5, 9);
});

test("where all rows agree, shares follow the ratio of the errors", () => {
  const [better, worse] = bootstrappedShares(
    [
      { errors: even(0.1), penalty: 0 },
      { errors: even(0.2), penalty: 0 },
    ],
    3,
  );
  expect(better! / worse!).toBeCloseTo(2 ** 3, 5);
});

test("a penalty counts as much as an error that is larger by its exponential", () => {
  const shares = bootstrappedShares(
    [
      { errors: even(0.1), penalty: Math.log(2) },
      { errors: even(0.2), penalty: 0 },
    ],
    4,
  );
  expect(shares[0]).toBeCloseTo(0.5, 6);
});

test("a member that wins by a single row leaves more to the others than one that wins by all", () => {
  const steady = { errors: even(0.2), penalty: 0 };
  const bySingleRow = { errors: [...even(0.11, 9), 0.01], penalty: 0 };
  const loser = { errors: [...even(0.11, 9), 1.01], penalty: 0 };
  const byAllRows = { errors: even(0.1), penalty: 0 };
  // Mean errors of `loser` and `steady` are the same.
  const single = bootstrappedShares([bySingleRow, loser], 6)[1]!;
  const all = bootstrappedShares([byAllRows, steady], 6)[1]!;
  expect(single).toBeGreaterThan(2 * all);
});

test("shares sum to 1 and are the same every time", () => {
  const members = [0.1, 0.15, 0.3].map((error, at) => ({
    errors: Array.from({ length: 12 }, (_, row) => error * (1 + ((row * 7 + at * 3) % 5))),
    penalty: 0.1 * at,
  }));
  const shares = bootstrappedShares(members, 4);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  expect(bootstrappedShares(members, 4)).toEqual(shares);
  expect(bootstrappedShares([], 4)).toEqual([]);
});

import { describe, expect, test } from "vitest";
import {
  coverage,
  crps,
  crpsFromQuantiles,
  kendall,
  meanNegativeLogLikelihood,
  meanRelativeError,
  medianRelativeError,
  pinball,
  quantile,
  regretAt,
  rmse,
  spearman,
  topKRecall,
} from "../../src/metrics/index.ts";
import fc from "../support/property.ts";

/** Pairs with many ties. */
const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
  minLength: 2,
  maxLength: 40,
});

function kendallByPairs(a: readonly number[], b: readonly number[]): number {
  let score = 0;
  let untiedA = 0;
  let untiedB = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const da = Math.sign(a[i]! - a[j]!);
      const db = Math.sign(b[i]! - b[j]!);
      score += da * db;
      untiedA += da * da;
      untiedB += db * db;
    }
  }
  return score / Math.sqrt(untiedA * untiedB);
}

describe("rank correlations", () => {
  test("Kendall's tau-b is the count over all pairs", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const a = rows.map(([x]) => x);
        const b = rows.map(([, x]) => x);
        fc.pre(new Set(a).size > 1 && new Set(b).size > 1);
        expect(kendall(a, b)).toBeCloseTo(kendallByPairs(a, b), 12);
      }),
    );
  });

  // scipy.stats.spearmanr and kendalltau, 1.11.
  test.each([
    [[1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 0.820782681668123, 0.737864787372622],
    [[1, 2, 2, 3], [1, 3, 2, 4], 0.948683298050514, 0.912870929175277],
  ])("of %j and %j", (a, b, rho, tau) => {
    expect(spearman(a, b)).toBeCloseTo(rho, 12);
    expect(kendall(a, b)).toBeCloseTo(tau, 12);
  });

  test("only order counts; reversing changes the sign; a constant side has no correlation", () => {
    const y = [3, 1, 4, 1.5, 9];
    expect(
      spearman(
        y,
        y.map((v) => Math.exp(v)),
      ),
    ).toBeCloseTo(1, 12);
    expect(
      kendall(
        y,
        y.map((v) => -v),
      ),
    ).toBe(-1);
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(kendall([1], [1])).toBeNaN();
  });

  test("100,000 rows take no quadratic time", () => {
    const a = Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 100_003);
    const b = a.map((value, i) => value + (i % 1000));
    const start = performance.now();
    expect(kendall(a, b)).toBeGreaterThan(0.98);
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});

describe("errors of point predictions", () => {
  test("the relative error is in percent, with zeros left out and counted", () => {
    const relative = meanRelativeError([110, 80, 5], [100, 100, 0]);
    expect(relative.percent).toBeCloseTo(15, 12);
    expect(relative.skippedZero).toBe(1);
    expect(medianRelativeError([110, 80, 100], [100, 100, 100]).percent).toBeCloseTo(10, 12);
    expect(meanRelativeError([1], [0])).toEqual({ percent: NaN, skippedZero: 1 });
    expect(meanRelativeError([-1], [-2]).percent).toBe(50);
  });

  test("rmse", () => {
    expect(rmse([1, 5], [1, 1])).toBeCloseTo(Math.sqrt(8), 12);
  });
});

describe("distributions", () => {
  const points = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
    minLength: 1,
    maxLength: 12,
  });

  test("CRPS is E|Y - y| - E|Y - Y'| / 2", () => {
    fc.assert(
      fc.property(points, fc.double({ min: -100, max: 100, noNaN: true }), (sample, y) => {
        const mean = (values: number[]): number =>
          values.reduce((a, b) => a + b, 0) / values.length;
        const expected =
          mean(sample.map((x) => Math.abs(x - y))) -
          mean(sample.flatMap((x) => sample.map((z) => Math.abs(x - z)))) / 2;
        expect(crps(sample, y)).toBeCloseTo(expected, 8);
      }),
    );
  });

  test("masses count as repetitions, in CRPS and in quantiles", () => {
    expect(crps([1, 5], 2, [3, 1])).toBeCloseTo(crps([1, 1, 1, 5], 2), 12);
    expect(quantile([5, 1], 0.75, [1, 3])).toBe(1);
    expect(quantile([5, 1], 0.76, [1, 3])).toBe(5);
    expect(quantile([4, 2, 3, 1], 0.5)).toBe(2);
    expect(quantile([1, 2], 1)).toBe(2);
  });

  test("CRPS from many quantiles tends to that of the distribution", () => {
    const n = 2000;
    const levels = Array.from({ length: n }, (_, i) => (i + 0.5) / n);
    // Uniform on 0..1, y = 0.3: integral of (F - 1[x >= y])^2.
    const exact = 0.3 ** 3 / 3 + 0.7 ** 3 / 3;
    expect(crpsFromQuantiles(levels, levels, 0.3)).toBeCloseTo(exact, 5);
    expect(pinball(2, 3, 0.9)).toBeCloseTo(0.9, 12);
    expect(pinball(3, 2, 0.9)).toBeCloseTo(0.1, 12);
  });

  test("coverage counts both ends as inside", () => {
    expect(coverage([0, 0, 0], [1, 1, 1], [0, 1, 1.1])).toBeCloseTo(2 / 3, 12);
  });

  test("the mean negative log-likelihood is in nats", () => {
    expect(meanNegativeLogLikelihood([Math.log(0.5), Math.log(0.125)])).toBeCloseTo(
      2 * Math.LN2,
      12,
    );
  });
});

describe("search", () => {
  const y = [5, 1, 4, 2, 3];

  test("top-k recall", () => {
    expect(topKRecall([9, 1, 8, 7, 2], y, 2)).toBe(0.5);
    expect(topKRecall(y, y, 3, "max")).toBe(1);
  });

  test("regret is what the best of the chosen lacks to the best of all", () => {
    expect(regretAt([0, 9, 1, 9, 9], y, 2)).toBe(3);
    expect(regretAt([0, 9, 1, 9, 9], y, 4)).toBe(0);
    expect(regretAt([1, 0, 0, 0, 0], y, 1, "max")).toBe(0);
  });
});

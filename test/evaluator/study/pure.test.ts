import { expect, test } from "vitest";
import { Random } from "../../../src/core/index.ts";
import { normalQuantile, normalSketch, PredictiveSketch } from "../../../src/evaluator/sketch.ts";
import { acquisitionOf, improvementOf } from "../../../src/evaluator/study/acquisition.ts";
import { fitCorrection, type Observation } from "../../../src/evaluator/study/correction.ts";
import { costSketch, fromCost, toCost, valueSketch } from "../../../src/evaluator/study/cost.ts";
import { type DecisionInput, decide } from "../../../src/evaluator/study/decide.ts";
import { Familiarity } from "../../../src/evaluator/study/familiarity.ts";
import { textFeatures } from "../../../src/evaluator/study/features.ts";
import { fitGaussianProcess } from "../../../src/evaluator/study/gaussian-process.ts";
import { pessimisticValue } from "../../../src/evaluator/study/outcome.ts";
import {
  dominates,
  hypervolume,
  hypervolumeGain,
  paretoFront,
} from "../../../src/evaluator/study/pareto.ts";
import { type Objective, trustSchema } from "../../../src/evaluator/study/spec.ts";
import { type Forecast, judgeTrust, trustIn } from "../../../src/evaluator/study/trust.ts";
import fc from "../../support/property.ts";

const random = () => new Random("test");

test("normal quantiles are those of the tables", () => {
  for (const [p, z] of [
    [0.5, 0],
    [0.95, 1.6448536],
    [0.975, 1.959964],
    [0.01, -2.3263479],
  ]) {
    expect(normalQuantile(p!)).toBeCloseTo(z!, 6);
  }
});

// ---- costs

const OBJECTIVES: Objective[] = (["min", "max"] as const).flatMap((goal) =>
  (["linear", "log"] as const).map((scale) => ({ name: "y", goal, scale })),
);

test.each(OBJECTIVES)(
  "cost of $goal $scale: less is better, and there is a way back",
  (objective) => {
    const [better, worse] = objective.goal === "min" ? [2, 3] : [3, 2];
    expect(toCost(better, objective)).toBeLessThan(toCost(worse, objective));
    expect(fromCost(toCost(2.5, objective), objective)).toBeCloseTo(2.5, 12);
    const sketch = PredictiveSketch.of({ mean: 5, median: 5, std: 1, quantile: (p) => 4 + 2 * p });
    const back = valueSketch(costSketch(sketch, objective), objective);
    expect(back.quantile(0.9)).toBeCloseTo(5.8, 9);
    expect(back.mean).toBeCloseTo(5, 2);
  },
);

test("values that cannot be costs are refused", () => {
  const log = OBJECTIVES[1]!;
  expect(() => toCost(Number.NaN, log)).toThrow(/finite/);
  expect(() => toCost(0, log)).toThrow(/above 0/);
});

// ---- Pareto

test("the front of a few points, equal ones once", () => {
  expect(
    paretoFront([
      [1, 4],
      [2, 2],
      [3, 3],
      [4, 1],
      [2, 2],
    ]),
  ).toEqual([0, 1, 3]);
});

test("hypervolume in two and three dimensions", () => {
  expect(
    hypervolume(
      [
        [1, 3],
        [2, 2],
        [3, 1],
      ],
      [4, 4],
    ),
  ).toBe(6);
  expect(hypervolume([[0, 0, 0]], [1, 2, 3])).toBe(6);
  expect(
    hypervolume(
      [
        [0, 0, 1],
        [1, 1, 0],
      ],
      [2, 2, 2],
    ),
  ).toBe(5);
  expect(hypervolume([[5, 5]], [4, 4])).toBe(0);
});

test("hypervolume is the share of points beaten, and grows with every undominated point", () => {
  const point = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 6 }), point, (points, extra) => {
      const reference = [1, 1, 1];
      const exact = hypervolume(points, reference);
      const stream = random();
      let hits = 0;
      for (let i = 0; i < 2000; i++) {
        const at = [stream.float(), stream.float(), stream.float()];
        if (points.some((p) => p.every((c, k) => c <= at[k]!))) hits++;
      }
      expect(Math.abs(hits / 2000 - exact)).toBeLessThan(0.06);
      expect(hypervolume([...points, extra], reference)).toBeGreaterThanOrEqual(exact - 1e-12);
    }),
    { numRuns: 30 },
  );
  expect(dominates([1, 1], [1, 1])).toBe(false);
});

// ---- acquisition

const incumbents = { front: [[10]], reference: [20] };

test.each([2, 3, 4])("the gain of a point is what it adds to the volume of %i objectives", (n) => {
  const point = fc.array(fc.double({ min: 0, max: 1.2, noNaN: true }), {
    minLength: n,
    maxLength: n,
  });
  const reference = Array.from({ length: n }, () => 1);
  fc.assert(
    fc.property(fc.array(point, { maxLength: 8 }), point, (points, extra) => {
      const added = hypervolume([...points, extra], reference) - hypervolume(points, reference);
      expect(hypervolumeGain(extra, points, reference)).toBeCloseTo(added, 9);
    }),
    { numRuns: 100, seed: 1 },
  );
});

test("improvement over one incumbent is that of the distribution", () => {
  const { probability, expected } = improvementOf([normalSketch(10, 2)], incumbents, random());
  expect(probability).toBeCloseTo(0.5, 3);
  // The textbook value at the incumbent: std / sqrt(2 pi).
  expect(expected).toBeCloseTo(2 / Math.sqrt(2 * Math.PI), 2);
});

test("without an incumbent everything is an improvement", () => {
  expect(improvementOf([normalSketch(1, 1)], { front: [], reference: [] }, random())).toEqual({
    probability: 1,
    expected: Infinity,
  });
});

test("several objectives: a point that beats the front gains hypervolume, one behind it none", () => {
  const front = {
    front: [
      [1, 3],
      [3, 1],
    ],
    reference: [5, 5],
  };
  const good = improvementOf([normalSketch(0.5, 0.01), normalSketch(0.5, 0.01)], front, random());
  const bad = improvementOf([normalSketch(4, 0.01), normalSketch(4, 0.01)], front, random());
  expect(good.probability).toBe(1);
  expect(good.expected).toBeGreaterThan(5);
  expect(bad).toEqual({ probability: 0, expected: 0 });
});

test("policies order candidates as they should", () => {
  const safe = [normalSketch(9.9, 0.1)];
  const bold = [normalSketch(10.5, 3)];
  const value = (policy: Parameters<typeof acquisitionOf>[0], costs: PredictiveSketch[]) =>
    acquisitionOf(policy, costs, improvementOf(costs, incumbents, random()), incumbents, random());
  const prefersBold = (policy: Parameters<typeof acquisitionOf>[0]) =>
    value(policy, bold) > value(policy, safe);
  expect(prefersBold({ kind: "topk", share: 0.2 })).toBe(false);
  expect(prefersBold({ kind: "improve", p: 0.1 })).toBe(false);
  expect(prefersBold({ kind: "ei", share: 0.2 })).toBe(true);
  expect(prefersBold({ kind: "ucb", level: 0.05 })).toBe(true);
});

// ---- pace

test("a paced budget lasts to the last candidate, whatever the acquisitions look like", () => {
  for (const seed of [1, 2, 3]) {
    const stream = new Random("pace", seed);
    const recent: number[] = [];
    let [numPromoted, numDecided, atHalf] = [0, 0, 0];
    for (; numDecided < 400; numDecided++) {
      // Promises that grow, so that a fixed threshold would spend everything at the end.
      const acquisition = stream.float() * (1 + numDecided / 100);
      const pace: Partial<DecisionInput> = {
        policy: { kind: "pace", candidates: 400 },
        budgetLeft: 40 - numPromoted,
        numTold: numPromoted,
        auditShare: 0,
        numDecided,
        acquisition,
        recent,
      };
      if (decide({ ...base, ...pace }).verdict === "promote") numPromoted++;
      recent.push(acquisition);
      if (numDecided < 200) atHalf = numPromoted;
    }
    expect(atHalf).toBeLessThan(32);
    expect(numPromoted).toBeGreaterThan(30);
    expect(numPromoted).toBeLessThanOrEqual(40);
  }
});

// ---- decisions

const base: DecisionInput = {
  policy: { kind: "improve", p: 0.1 },
  acquisition: 0.5,
  recent: [],
  feasibility: 1,
  trust: "trusted",
  numTold: 20,
  warmupTells: 4,
  hasIncumbent: true,
  isKnown: false,
  budgetLeft: undefined,
  numAwaited: 0,
  numDecided: 0,
  auditShare: 0.05,
  auditDraw: 0.5,
};

const DECISIONS: [string, Partial<DecisionInput>, string, boolean][] = [
  ["likely better", {}, "promote", false],
  ["unlikely better", { acquisition: 0.05 }, "reject", false],
  ["unlikely better, drawn for audit", { acquisition: 0.05, auditDraw: 0.01 }, "promote", true],
  ["evaluated before", { isKnown: true }, "reject", false],
  ["during warm-up", { acquisition: 0, numTold: 3 }, "promote", false],
  ["nothing to compare with", { acquisition: 0, hasIncumbent: false }, "promote", false],
  ["untrusted with budget", { acquisition: 0, trust: "untrusted" }, "promote", false],
  ["untrusted, budget spent", { trust: "untrusted", budgetLeft: 0 }, "abstain", false],
  ["budget spent", { budgetLeft: 0 }, "reject", false],
  ["budget spent, drawn for audit", { budgetLeft: 0, auditDraw: 0 }, "reject", false],
  ["likely to fail", { feasibility: 0.1 }, "reject", false],
  ["calibrating", { trust: "calibrating" }, "promote", false],
  [
    "among the best fifth",
    { policy: { kind: "ei", share: 0.2 }, acquisition: 9, recent: [1, 2, 3, 4, 10] },
    "promote",
    false,
  ],
  [
    "below the best fifth",
    { policy: { kind: "ei", share: 0.2 }, acquisition: 2.5, recent: [1, 2, 3, 4, 10] },
    "reject",
    false,
  ],
  [
    "optimistic quantile beats",
    { policy: { kind: "ucb", level: 0.1 }, acquisition: 0.01 },
    "promote",
    false,
  ],
  ["one draw does not beat", { policy: { kind: "thompson" }, acquisition: -0.01 }, "reject", false],
];

test.each(DECISIONS)("%s", (_name, override, verdict, isAudit) => {
  const decision = decide({ ...base, ...override });
  expect([decision.verdict, decision.isAudit]).toEqual([verdict, isAudit]);
  expect(decision.reason).not.toBe("");
});

// ---- trust

const policy = trustSchema.parse({});
const forecasts = (n: number, make: (i: number) => Partial<Forecast>): Forecast[] =>
  Array.from({ length: n }, (_, i) => ({
    median: i,
    low: i - 1,
    high: i + 1,
    actual: i + (i % 2 ? 0.5 : -0.5),
    ...make(i),
  }));

test("few tells: calibrating; good forecasts: trusted", () => {
  expect(judgeTrust({ y: forecasts(7, () => ({})) }, policy).state).toBe("calibrating");
  expect(judgeTrust({ y: forecasts(8, () => ({})) }, policy)).toEqual({
    state: "trusted",
    reasons: [],
  });
});

test("each monitor gives its reason", () => {
  const codes = (make: (i: number) => Partial<Forecast>) =>
    judgeTrust({ y: forecasts(20, make) }, policy).reasons.map(({ code }) => code);
  expect(codes((i) => ({ actual: i + (i % 2 ? 5 : -5) }))).toEqual(["COVERAGE_LOW"]);
  expect(codes((i) => ({ low: -99, high: 99, actual: -i + (i % 2) }))).toContain("RANK_LOW");
  expect(codes((i) => ({ actual: i + 0.5 }))).toEqual(["BIASED"]);
});

test("errors that outgrow their predicted spread are drift; the other way round is none", () => {
  const codes = (make: (i: number) => Partial<Forecast>) =>
    judgeTrust({ y: forecasts(24, make) }, policy).reasons.map(({ code }) => code);
  const sign = (i: number) => (i % 2 ? 1 : -1);
  expect(codes((i) => ({ actual: i + sign(i) * (i < 12 ? 0.1 : 0.9) }))).toEqual(["DRIFT"]);
  expect(codes((i) => ({ actual: i + sign(i) * (i < 12 ? 0.9 : 0.1) }))).toEqual([]);
});

test("a candidate unlike everything that was told is not trusted, one of their kind is", () => {
  const familiarity = new Familiarity();
  const stream = random();
  const inside = () => Float64Array.of(stream.float(), stream.float());
  for (let i = 0; i < 150; i++) familiarity.add(inside());
  expect(familiarity.chance(Float64Array.of(5, 5))).toBeLessThan(0.01);
  const chances = Array.from({ length: 200 }, () => familiarity.chance(inside()));
  expect(chances.filter((chance) => chance < 0.1).length).toBeLessThan(50);
  expect(trustIn({ state: "trusted", reasons: [] }, 0, 0.005, policy).reasons).toEqual([
    { code: "UNFAMILIAR", value: 0.005, limit: 0.01 },
  ]);
});

test("familiar is what is like the newest of many tells, not like the first of them", () => {
  const stream = random();
  const known = new Familiarity();
  const added: Float64Array[] = [];
  // A search that moves on.
  for (let n = 0; n < 1400; n++) {
    const features = Float64Array.of(n / 100 + stream.float(), stream.float());
    added.push(features);
    known.add(features);
  }
  const newest = added.slice(-512);
  const distance2 = (a: Float64Array, b: Float64Array) =>
    (a[0]! - b[0]!) ** 2 + (a[1]! - b[1]!) ** 2;
  const nearest2 = (a: Float64Array) =>
    Math.min(...newest.filter((b) => b !== a).map((b) => distance2(a, b)));
  const own = newest.map(nearest2);
  for (let n = 0; n < 1600; n += 40) {
    const probe = Float64Array.of(n / 100, stream.float());
    const numFarther = own.filter((d2) => d2 >= nearest2(probe)).length;
    expect(known.chance(probe)).toBe((numFarther + 1) / 513);
  }
  expect(known.chance(Float64Array.of(14.4, 0.5))).toBeGreaterThan(0.01);
  expect(known.chance(Float64Array.of(2, 0.5))).toBeLessThan(0.01);
});

test("old mistakes are forgotten after the window", () => {
  const bad = forecasts(20, (i) => ({ actual: i + 50 }));
  const good = forecasts(40, () => ({}));
  expect(judgeTrust({ y: [...bad, ...good] }, policy).state).toBe("trusted");
});

test("a candidate that was cut off is not trusted, whatever the study", () => {
  const trust = trustIn({ state: "trusted", reasons: [] }, 0.5, 1, policy);
  expect(trust).toMatchObject({
    state: "untrusted",
    reasons: [{ code: "TRUNCATED", value: 0.5, limit: 0.3 }],
  });
});

// ---- learning

test("a process recovers a smooth function, and says where it does not know", () => {
  const inputs = Array.from({ length: 30 }, (_, i) => Float64Array.of(i / 10));
  const process = fitGaussianProcess(
    inputs,
    Float64Array.from(inputs, ([x]) => Math.sin(2 * x!)),
  );
  expect(process.predict(Float64Array.of(1.05)).mean).toBeCloseTo(Math.sin(2.1), 2);
  const [inside, outside] = [1.05, 9].map((x) => process.predict(Float64Array.of(x)).variance);
  expect(outside!).toBeGreaterThan(20 * inside!);
});

test("a process takes pure noise for noise", () => {
  const stream = random();
  const inputs = Array.from({ length: 60 }, () => Float64Array.of(stream.float(), stream.float()));
  const process = fitGaussianProcess(
    inputs,
    Float64Array.from(inputs, () => stream.normal()),
  );
  expect(process.hyperparameters.noiseRatio).toBe(4);
  expect(Math.abs(process.predict(Float64Array.of(0.5, 0.5)).mean)).toBeLessThan(0.5);
});

test("equal texts have equal features of length 1; likeness falls with every word that differs", () => {
  const a = textFeatures("config:\n  ref: 3\n  me: hex\n  subme: 7");
  const b = textFeatures("config:\n  ref: 3\n  me: hex\n  subme: 8");
  const c = textFeatures("config:\n  ref: 9\n  me: dia\n  subme: 8");
  const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  expect(dot(a, a)).toBeCloseTo(1, 12);
  expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.1);
  expect(textFeatures("")).toEqual(new Float64Array(512));
});

/** The model says `median`; the truth is `truth(i)`. */
function observations(n: number, truth: (median: number, i: number) => number): Observation[] {
  const stream = random();
  return Array.from({ length: n }, (_, i) => {
    const median = 10 * stream.float();
    return { features: textFeatures(`opt: ${i}`), median, std: 1, cost: truth(median, i) };
  });
}

test("an affine correction learns scale and shift", () => {
  const correction = fitCorrection(
    observations(60, (m) => 3 * m - 20),
    "affine",
  );
  const corrected = correction.apply(normalSketch(5, 1), textFeatures("opt: x"));
  expect(corrected.median).toBeCloseTo(-5, 0);
});

test("a residual correction learns what the model does not see", () => {
  const stream = random();
  const rows = Array.from({ length: 80 }, () => {
    const fast = stream.float() < 0.5;
    return {
      features: textFeatures(`preset: ${fast ? "fast" : "slow"}\nseed: ${stream.int(9)}`),
      median: 5,
      std: 1,
      cost: fast ? 3 : 8,
    };
  });
  const correction = fitCorrection(rows, "residual");
  const at = (preset: string) =>
    correction.apply(normalSketch(5, 1), textFeatures(`preset: ${preset}\nseed: 4`));
  expect(at("fast").median).toBeCloseTo(3, 0);
  expect(at("slow").median).toBeCloseTo(8, 0);
  expect(at("fast").std).toBeLessThan(0.5);
});

test("without enough tells, or with none, the model's word stands", () => {
  const sketch = normalSketch(5, 1);
  expect(
    fitCorrection(
      observations(2, (m) => m),
      "residual",
    ).apply(sketch, textFeatures("a")),
  ).toBe(sketch);
  expect(
    fitCorrection(
      observations(50, (m) => m),
      "none",
    ).apply(sketch, textFeatures("a")),
  ).toBe(sketch);
});

test("a trace of mass on absurd values does not shrink an interval to a point", () => {
  const absurd = PredictiveSketch.of({
    mean: 1e5,
    median: 50,
    std: 1e8,
    quantile: (p) => (p > 0.99 ? 1e9 : 45 + 10 * p),
  });
  const stream = random();
  const observations = Array.from({ length: 30 }, (_, i): Observation => {
    const cost = 50 + 6 * (stream.float() - 0.5);
    return { features: Float64Array.of(i), median: 50, std: 1e8, cost };
  });
  const corrected = fitCorrection(observations, "affine").apply(absurd, Float64Array.of(3));
  expect(corrected.quantile(0.95) - corrected.quantile(0.05)).toBeGreaterThan(3);
  expect(corrected.quantile(0.95) - corrected.quantile(0.05)).toBeLessThan(12);
});

test("constant predictions and constant outcomes do not break a correction", () => {
  const rows = observations(10, () => 4).map((row) => ({ ...row, median: 1, std: 0 }));
  for (const kind of ["affine", "residual"] as const) {
    const corrected = fitCorrection(rows, kind).apply(normalSketch(1, 0), textFeatures("a"));
    expect(corrected.median).toBeCloseTo(4, 6);
    expect(Number.isFinite(corrected.std)).toBe(true);
  }
});

test.each(OBJECTIVES)(
  "a rejected candidate of $goal $scale is always behind the incumbent",
  (objective) => {
    const best = toCost(10, objective);
    const optimistic = objective.goal === "min" ? { low: 1, high: 2 } : { low: 30, high: 40 };
    const value = pessimisticValue(optimistic, objective, best);
    expect(toCost(value, objective)).toBeGreaterThan(best);
    expect(value).toBeCloseTo(10, 0);
    const poor = objective.goal === "min" ? { low: 20, high: 30 } : { low: 2, high: 3 };
    expect(pessimisticValue(poor, objective, best)).toBeCloseTo(
      objective.goal === "min" ? 30 : 2,
      9,
    );
  },
);

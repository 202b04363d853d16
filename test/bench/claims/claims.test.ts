import { expect, test } from "vitest";
import { summarise } from "../../../bench/accuracy/scores.ts";
import { openTrials, type Result } from "../../../bench/claims/claim.ts";
import { targetRows } from "../../../bench/claims/claims/few-shot.ts";
import { CLAIMS } from "../../../bench/claims/claims/index.ts";
import { HEADS } from "../../../bench/claims/claims/model-variants.ts";
import { picturesOf } from "../../../bench/claims/draw.ts";
import {
  logSpread,
  logStdOf,
  pointFigures,
  type SpreadRow,
  spreadFigures,
} from "../../../bench/claims/measures.ts";
import { basePlan, planKey, SEEDS } from "../../../bench/claims/plan.ts";
import { chooseRows, FEW_SHOT_TARGETS, rowsOfSomeTasks } from "../../../bench/claims/rows.ts";
import { exactStatistics, gaps, sampleStatistics } from "../../../bench/claims/statistics.ts";
import { tablesOf } from "../../../bench/claims/table.ts";
import { fitTargetScale, type TargetScaleKind } from "../../../bench/claims/target-scale.ts";
import type { Example } from "../../../src/data/index.ts";
import { Distribution } from "../../../src/model/index.ts";

function example(task: string, y: number, override: Partial<Example> = {}): Example {
  return { task, x: `${task} ${y}`, y: [y], split: "train", ...override };
}

function result(override: Partial<Result> = {}): Result {
  return {
    claim: "heads",
    trial: "decoder",
    seed: 1,
    variant: "decoder",
    figures: { medianError: 10, spearman: 0.5 },
    ...override,
  };
}

function spreadRow(override: Partial<SpreadRow> = {}): SpreadRow {
  return { task: "a", truth: 1, predicted: 1, std: 1, logStd: 1, ...override };
}

const ROWS = [example("a", 1), example("a", 4), example("b", 100), example("b", 900)];

test.each<TargetScaleKind>(["as-is", "raw", "log", "standardised", "log-standardised", "log-unit"])(
  "target scale %s gives every training value back",
  (kind) => {
    const scale = fitTargetScale(kind, ROWS);
    for (const { task, y } of ROWS) {
      expect(scale.toValue(task, scale.toTarget(task, y[0]!))).toBeCloseTo(y[0]!, 6);
    }
  },
);

test("a standardised target has mean 0 and deviation 1 in every task, a raw one only over all", () => {
  const byTask = fitTargetScale("standardised", ROWS);
  expect(ROWS.map(({ task, y }) => byTask.toTarget(task, y[0]!))).toEqual([-1, 1, -1, 1]);
  const raw = fitTargetScale("raw", ROWS);
  const targets = ROWS.map(({ task, y }) => raw.toTarget(task, y[0]!));
  expect(targets.reduce((sum, target) => sum + target, 0)).toBeCloseTo(0, 12);
  expect(targets[1]! - targets[0]!).toBeLessThan(0.01);
});

test("the unit scale stays in [0, 1] for values that training did not see", () => {
  const scale = fitTargetScale("log-unit", ROWS);
  expect(scale.toTarget("a", 0.5)).toBe(0);
  expect(scale.toTarget("a", 2)).toBeCloseTo(0.5, 12);
  expect(scale.toTarget("a", 1000)).toBe(1);
});

test("a scale per task refuses a task without training rows", () => {
  expect(() => fitTargetScale("standardised", ROWS).toTarget("c", 1)).toThrow(/task c/u);
  expect(() => fitTargetScale("log", [example("a", 0)])).toThrow(/above 0/u);
});

test("errors and rank correlations are plain means over tasks, whatever their rows", () => {
  const right = [1, 2, 3, 4].map((truth) => ({ task: "a", truth, predicted: truth }));
  const reversed = [1, 2].map((truth) => ({ task: "b", truth, predicted: 3 - truth }));
  expect(pointFigures([...right, ...reversed])).toEqual({ medianError: 37.5, spearman: 0 });
});

test("a constant prediction ranks nothing", () => {
  const answers = [1, 2, 3].map((truth) => ({ task: "a", truth, predicted: 2 }));
  expect(pointFigures(answers).spearman).toBe(0);
});

test("spread that follows only the size of the values is 1 over all rows and nothing inside tasks", () => {
  const rows = [1, 1000].flatMap((size) =>
    [1.1, 1.2, 1.3].map((factor) =>
      spreadRow({ task: `size ${size}`, truth: size, predicted: size * factor, std: size }),
    ),
  );
  const figures = spreadFigures(rows);
  expect(figures.overall).toBeGreaterThan(0.8);
  expect(figures.withinTasks).toBe(0);
});

test("in logarithms a prediction at or below zero counts as the worst", () => {
  const rows = [
    spreadRow({ logStd: 1, predicted: 1 }),
    spreadRow({ logStd: 2, predicted: 3 }),
    spreadRow({ logStd: 3, predicted: -1 }),
  ];
  expect(logSpread(rows)).toBe(1);
});

test("the deviation of log y comes from positive quantiles", () => {
  expect(logStdOf([Math.exp(1), Math.exp(3)])).toBeCloseTo(1, 12);
  expect(logStdOf([-5, Math.exp(1), Math.exp(3)])).toBeCloseTo(1, 12);
  expect(logStdOf([-5, 0])).toBe(0);
});

test("statistics of samples and of the distribution they come from agree, and gaps are percent", () => {
  const draws = Array.from({ length: 1001 }, (_, i) => 100 + i / 10);
  const spacing = 0;
  const exact = exactStatistics(new Distribution([{ lo: 100, hi: 200, mass: 1, spacing }]));
  const gap = gaps(sampleStatistics(draws), exact);
  for (const name of ["median", "mean", "q05", "q95"] as const) {
    expect(gap[name]).toBeLessThan(0.1);
  }
  expect(gaps({ ...exact, median: 165 }, exact).median).toBeCloseTo(10, 6);
});

test("the median of an even number of samples is the mean of the middle two", () => {
  expect(sampleStatistics([4, 1, 3, 2]).median).toBe(2.5);
  expect(sampleStatistics([3, 1, 2]).median).toBe(2);
});

test("few-shot targets and what pretraining holds out are never trained on", () => {
  const tasks = [...FEW_SHOT_TARGETS, "sempl/x264/E9", "sempl/x264/E1"];
  const rows = tasks.flatMap((task) => [
    example(task, 1),
    example(task, 2, { split: "test" }),
    example(task, 3, { split: "val" }),
  ]);
  const { train, test: tested, targets } = chooseRows(rows, ["task=sempl/x264/E9"]);
  expect(train.map(({ task }) => task)).toEqual(["sempl/x264/E1"]);
  expect(tested.map(({ y }) => y[0])).toEqual([2]);
  expect(new Set(targets.map(({ task }) => task))).toEqual(new Set(FEW_SHOT_TARGETS));
});

test("more pretraining tasks contain the fewer of the same seed", () => {
  const rows = ["a", "b", "c", "d", "e"].map((task) => example(task, 1));
  const tasksOf = (count: number | undefined): string[] =>
    rowsOfSomeTasks(rows, count, 7).map(({ task }) => task);
  expect(tasksOf(1)).toHaveLength(1);
  expect(tasksOf(3)).toEqual(expect.arrayContaining(tasksOf(1)));
  expect(tasksOf(undefined)).toHaveLength(5);
});

test("asked rows and shots of a target never overlap", () => {
  const rows = Array.from({ length: 100 }, (_, i) => example("a", i + 1));
  const { test: tested, pool } = targetRows(rows);
  expect(tested).toHaveLength(60);
  expect(new Set([...tested, ...pool])).toEqual(new Set(rows));
});

test("equal plans share a model; a change of plan, seed or data is another", () => {
  const key = planKey(basePlan(1), "data");
  expect(planKey(basePlan(1, {}), "data")).toBe(key);
  expect(planKey(basePlan(2), "data")).not.toBe(key);
  expect(planKey(basePlan(1, { learningRate: 1e-3 }), "data")).not.toBe(key);
  expect(planKey(basePlan(1), "other")).not.toBe(key);
});

test("trials that are done are not run again, and first seeds come first", () => {
  const open = openTrials(HEADS, [result(), result({ claim: "presets", seed: 2 })]);
  expect(open).toHaveLength(HEADS.trials.length - 1);
  expect(open.some(({ name, seed }) => name === "decoder" && seed === 1)).toBe(false);
  expect(open[0]!.seed).toBe(1);
  expect(open.at(-1)!.seed).toBe(3);
});

test.each(CLAIMS)("claim $name runs every trial from every seed", ({ trials }) => {
  const names = new Set(trials.map(({ name }) => name));
  for (const name of names) {
    const seeds = trials.filter((trial) => trial.name === name).map(({ seed }) => seed);
    expect(seeds).toEqual(SEEDS);
  }
});

test("the table has the mean and the deviation over seeds, and how many seeds there were", () => {
  expect(summarise([1, 3])).toEqual({ mean: 2, std: Math.SQRT2 });
  const results = [result(), result({ seed: 2, figures: { medianError: 14, spearman: 0.5 } })];
  const table = tablesOf(HEADS, [...results, result({ claim: "presets" })]);
  expect(table).toContain("| decoder | 12.0 ± 2.8 | 0.500 | 2 |");
});

test("variants stand in the order of the trials, and figures of parts in tables of their own", () => {
  const later = result({ trial: "regression, raw", variant: "regression, raw" });
  const part = result({ group: "one task", figures: { medianError: 99 } });
  const lines = tablesOf(HEADS, [later, part, result()]).split("\n");
  const at = (start: string): number => lines.findIndex((line) => line.startsWith(start));
  expect(at("| decoder | 10.0")).toBeLessThan(at("| regression, raw"));
  expect(at("| regression, raw")).toBeLessThan(at("one task:"));
  expect(lines.at(-1)).toBe("| decoder | 99.0 | 1 |");
});

test("a picture is drawn for each claim that has results, readable by itself", () => {
  const pictures = picturesOf([
    result(),
    result({ variant: "regression, raw", figures: { spearman: -0.1 } }),
    result({
      claim: "spread",
      variant: "all tasks",
      points: [
        [0.1, 0.2],
        [0.3, 0],
        [0.5, 1.5],
      ],
    }),
  ]);
  expect([...pictures.keys()]).toEqual(["claims-heads.svg", "claims-spread.svg"]);
  const bars = pictures.get("claims-heads.svg")!;
  expect(bars).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox/u);
  expect(bars).toContain("head, raw");
  expect(bars.match(/class="bar a"/gu)).toHaveLength(2);
  // The point with no error has no place on a logarithmic axis.
  expect(pictures.get("claims-spread.svg")!.match(/<circle/gu)).toHaveLength(2);
});

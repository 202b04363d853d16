import { beforeAll, expect, test } from "vitest";
import { Random } from "../../../src/core/index.ts";
import { readExamples } from "../../../src/data/index.ts";
import {
  costOf,
  expectedImprovementSearch,
  freeGuessOrder,
  goalpostsOf,
  gpuKernelSpace,
  localSearch,
  nb201Space,
  predictedOrder,
  randomSearch,
  regularisedEvolution,
  ridgePredictions,
  runSearch,
  type SearchSpace,
  type Strategy,
  summarise,
} from "../../../src/evaluator/index.ts";
import { GridProcess } from "../../../src/evaluator/search/grid-process.ts";
import { formatCell, parseCell } from "../../../src/evaluator/search/nb201.ts";

let imagenet: SearchSpace;
let cifar: SearchSpace;

beforeAll(async () => {
  const rows = await readExamples(["examples/data/nb201_accuracy.jsonl.gz"], {});
  imagenet = nb201Space(rows, "imagenet16-120");
  cifar = nb201Space(rows, "cifar10");
});

test("the table's optima are the published ones", () => {
  expect(goalpostsOf(imagenet).optimum).toBeCloseTo(47.311, 3);
  expect(goalpostsOf(cifar).optimum).toBeCloseTo(94.373, 3);
});

test("cells go to text and back", () => {
  const text = "|nor_conv_1x1~0|+|none~0|nor_conv_1x1~1|+|nor_conv_3x3~0|none~1|avg_pool_3x3~2|";
  expect(formatCell(parseCell(text))).toBe(text);
  expect(() => parseCell("|conv~0|")).toThrow(/not a NAS-Bench-201 cell/);
});

test("rows that answer searches are not learnt from", () => {
  expect(cifar.learnable.length).toBe(15_625 - 3163);
});

test("a table with a missing cell is refused", () => {
  expect(() => nb201Space([], "cifar10")).toThrow(/lacks the cell/);
});

test("every cell has 24 neighbours, each at distance 1, and mutation finds them", () => {
  const random = new Random("neighbours");
  for (const candidate of [0, 777, 15_624]) {
    const around = imagenet.neighbours(candidate);
    expect(new Set(around).size).toBe(24);
    const [hamming] = imagenet.distances(candidate);
    expect(around.map((other) => hamming![other])).toEqual(around.map(() => 1));
    expect(around).toContain(imagenet.mutate(candidate, random));
    expect(hamming![candidate]).toBe(0);
  }
});

/** Median evaluations to the top 0.1 %, and median regret after 100, over `numSeeds`. */
function measure(strategy: (seed: number) => Strategy, numSeeds: number, budget: number) {
  const runs = Array.from({ length: numSeeds }, (_, seed) =>
    runSearch(strategy(seed), imagenet, budget, seed),
  );
  const summary = summarise(imagenet, runs, [budget]);
  const [top01, last] = [summary.toTop01Percent.median, summary.regretAt[budget]!.median];
  return { top01, last };
}

// The literature of this space: random 1.63, evolution 0.69 and 0.78, local search 0.92 after 100 evaluations.
test.each([
  ["random", randomSearch, 1.63, 0.15],
  ["evolution P20 S5", regularisedEvolution(20, 5), 0.69, 0.2],
  ["evolution P50 S10", regularisedEvolution(50, 10), 0.78, 0.2],
  ["local search", localSearch, 0.92, 0.25],
])("%s: regret after 100 evaluations is the known one", (_name, strategy, regret, tolerance) => {
  expect(Math.abs(measure(() => strategy, 100, 100).last - regret)).toBeLessThan(tolerance);
});

test("FLOPs order reaches the top 0.1 % in about a hundred evaluations", () => {
  const { top01 } = measure(() => freeGuessOrder, 5, 150);
  expect(top01).toBeGreaterThan(60);
  expect(top01).toBeLessThan(130);
});

const labelsOf = (numLabels: number, seed: number) =>
  new Random("labels", seed)
    .shuffled(cifar.learnable)
    .slice(0, numLabels)
    .map((candidate) => ({ candidate, cost: costOf(cifar, candidate) }));

test("learning from evaluations finds what labels of another data set alone do not", () => {
  const plain = measure(
    (seed) => predictedOrder("order", ridgePredictions(labelsOf(200, seed))),
    3,
    60,
  );
  const learning = measure(
    (seed) =>
      expectedImprovementSearch({
        name: "ei",
        numInitial: 8,
        predictions: ridgePredictions(labelsOf(200, seed)),
      }),
    3,
    60,
  );
  expect(learning.last).toBeLessThan(plain.last);
  expect(learning.top01).toBeLessThan(45);
});

test("every evaluation counts once, repeats are free, equal seeds give equal searches", () => {
  const run = runSearch(regularisedEvolution(20, 5), imagenet, 80, 3);
  expect(new Set(run.candidates).size).toBe(80);
  expect(run).toEqual(runSearch(regularisedEvolution(20, 5), imagenet, 80, 3));
  expect(run.candidates).not.toEqual(
    runSearch(regularisedEvolution(20, 5), imagenet, 80, 4).candidates,
  );
});

test("a searcher that only repeats itself ends", () => {
  const stuck: Strategy = { name: "stuck", start: () => ({ ask: () => 7, tell: () => {} }) };
  expect(runSearch(stuck, imagenet, 10, 0).candidates).toEqual([7]);
});

// ---- the process on a grid

/** A line of points, compared by distance. */
const line = (size: number) => ({
  size,
  distances: (i: number) => [Float32Array.from({ length: size }, (_, j) => Math.abs(i - j))],
});

test("the process on a grid is the textbook's: conditioning by a full solve gives the same", () => {
  const kernel = { lengths: [5], noiseRatio: 0.1 };
  const process = new GridProcess(line(20), kernel, []);
  for (const point of [3, 9, 14]) process.add(point);
  const { mean, variance } = process.posterior(Float64Array.of(1, -1, 0.5));
  // Written out for three observations by Cramer's rule.
  const k = (a: number, b: number) => Math.exp(-Math.abs(a - b) / 5);
  const points = [3, 9, 14];
  const matrix = points.map((a) => points.map((b) => k(a, b) + (a === b ? 0.1 + 1e-6 : 0)));
  const determinant = (m: number[][]): number =>
    m[0]![0]! * (m[1]![1]! * m[2]![2]! - m[1]![2]! * m[2]![1]!) -
    m[0]![1]! * (m[1]![0]! * m[2]![2]! - m[1]![2]! * m[2]![0]!) +
    m[0]![2]! * (m[1]![0]! * m[2]![1]! - m[1]![1]! * m[2]![0]!);
  const solve = (b: number[]) =>
    b.map((_, i) => determinant(matrix.map((row, r) => row.with(i, b[r]!))) / determinant(matrix));
  const weights = solve([1, -1, 0.5]);
  for (const at of [0, 5, 9, 19]) {
    const across = points.map((point) => k(at, point));
    expect(mean[at]).toBeCloseTo(
      across.reduce((sum, c, i) => sum + c * weights[i]!, 0),
      5,
    );
    const explained = solve(across).reduce((sum, w, i) => sum + w * across[i]!, 0);
    expect(variance[at]! / variance[at === 0 ? 5 : 0]!).toBeGreaterThan(0);
    expect(1 - explained).toBeGreaterThan(0);
  }
});

test("a basis takes up what is linear in it", () => {
  const guess = Float64Array.from({ length: 30 }, (_, i) => Math.sin(i));
  const process = new GridProcess(line(30), { lengths: [2], noiseRatio: 0.01 }, [
    { values: new Float64Array(30).fill(1), mean: 0, precision: 0 },
    { values: guess, mean: 1, precision: 0.01 },
  ]);
  const points = [1, 4, 8, 13, 17, 22, 26];
  for (const point of points) process.add(point);
  const { mean } = process.posterior(Float64Array.from(points, (p) => 5 + 3 * guess[p]!));
  expect(mean[29]).toBeCloseTo(5 + 3 * guess[29]!, 1);
});

// ---- GPU kernels

const kernelRow = (x: number, y: number, time: number) => ({
  x: `kernel: k\nparams:\n  block_size_x: ${x}\n  block_size_y: ${y}`,
  y: [time],
});

test("configurations are neighbours when one parameter differs, and missing ones are skipped", () => {
  const rows = [
    kernelRow(16, 1, 5),
    kernelRow(32, 1, 3),
    kernelRow(128, 1, 4),
    kernelRow(16, 2, 6),
  ];
  const space = gpuKernelSpace("gpu/k/A", rows);
  expect(space.neighbours(0)).toEqual([1, 2, 3]);
  expect(space.neighbours(1)).toEqual([0, 2]);
  expect(goalpostsOf(space).optimum).toBe(3);
  expect(space.distances(0)[1]![3]).toBe(1);
  expect(() => gpuKernelSpace("gpu/k/A", [])).toThrow(/no rows/);
  expect(() => gpuKernelSpace("gpu/k/A", [{ x: "nothing", y: [1] }])).toThrow(/params/);
});

import { beforeAll, expect, test } from "vitest";
import { Random } from "../../../src/core/index.ts";
import { readExamples } from "../../../src/data/index.ts";
import {
  costOf,
  forestPredictions,
  gccSpace,
  goalpostsAmong,
  goalpostsOf,
  gpuKernelSpace,
  nb201Space,
  randomSearch,
  runSearch,
  type SearchSpace,
  screened,
  summarise,
  transferSearch,
} from "../../../src/evaluator/index.ts";
import { fitCovariance } from "../../../src/evaluator/search/fit-covariance.ts";
import { flagsOf } from "../../../src/evaluator/search/gcc-flags.ts";
import {
  type Covariance,
  compare,
  covarianceRow,
  type Similarity,
} from "../../../src/evaluator/search/similarity.ts";
import { sourceBelief, TransferProcess } from "../../../src/evaluator/search/transfer-process.ts";

let cifar100: SearchSpace;
let cifar10: SearchSpace;

beforeAll(async () => {
  const rows = await readExamples(["examples/data/nb201_accuracy.jsonl.gz"], {});
  cifar100 = nb201Space(rows, "cifar100");
  cifar10 = nb201Space(rows, "cifar10");
});

const labels = (numLabels: number, seed: number) =>
  new Random("labels", seed)
    .shuffled(cifar10.learnable)
    .slice(0, numLabels)
    .map((candidate) => ({ candidate, cost: costOf(cifar10, candidate) }));

/** The number of the cell that a text means. */
const cellOf = (text: string): number => {
  const index = Array.from({ length: cifar10.size }, (_, i) => cifar10.text(i)).indexOf(text);
  expect(index).toBeGreaterThanOrEqual(0);
  return index;
};

test("cells that compute the same are one group", () => {
  const { groupOf } = cifar10.similarity();
  const group = (text: string): number => groupOf[cellOf(text)]!;
  const direct = group("|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|");
  // Over a skip, over the other node, and with an operation that nothing reads.
  expect(group("|skip_connect~0|+|none~0|none~1|+|none~0|nor_conv_3x3~1|none~2|")).toBe(direct);
  expect(group("|none~0|+|skip_connect~0|none~1|+|none~0|none~1|nor_conv_3x3~2|")).toBe(direct);
  expect(group("|avg_pool_3x3~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|")).toBe(direct);
  expect(group("|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|")).not.toBe(direct);
});

// ---- the process

/** A line of points with one feature. */
function line(size: number): Similarity {
  const apart = (i: number) => Float32Array.from({ length: size }, (_, j) => Math.abs(i - j));
  return {
    numGroups: size,
    groupOf: Uint16Array.from({ length: size }, (_, i) => i),
    distances: (i) => [apart(i), apart(i)],
    features: Float32Array.from({ length: size }, (_, i) => i / size),
    numFeatures: 1,
  };
}

const COVARIANCE: Covariance = { weights: [0.6, 0.2, 0.1, 0.1], lengths: [4, 9, 1], noise: 0.05 };

test("the process gives what one solve of the joint covariance gives", () => {
  const space = line(12);
  const sources = [1, 5, 9];
  const sourceValues = Float64Array.of(0.4, -1, 0.6);
  const relation = { discrepancy: 0.3, noise: 2 };
  const belief = sourceBelief(space, COVARIANCE, sources, sourceValues);
  const process = new TransferProcess(belief, relation);
  const targets = [3, 5, 10];
  for (const target of targets) process.add(target);
  const costs = Float64Array.of(3, 2.4, 3.9);
  const { mean, variance, scale } = process.posterior(costs);

  // Jointly: source function + constant, target = source + own.
  const k = (a: number, b: number) => covarianceRow(compare(space, a), COVARIANCE)[b]!;
  const points = [
    ...sources.map((at) => [at, 0] as const),
    ...targets.map((at) => [at, 1] as const),
  ];
  const cov = ([a, s]: readonly [number, number], [b, t]: readonly [number, number]) =>
    1 + k(a, b) * (1 + (s * t === 1 ? relation.discrepancy : 0));
  const matrix = points.map((p, i) =>
    points.map(
      (q, j) => cov(p, q) + (i === j ? COVARIANCE.noise * (p[1] === 1 ? relation.noise : 1) : 0),
    ),
  );
  // The constant is what posterior() found: take it from the mean at a told point by the same equations.
  const solve = (b: readonly number[]): number[] => gauss(matrix, b);
  const constantOf = (): number => {
    // Generalised least squares of the targets given the sources.
    const y = [...sourceValues, ...Array.from(costs, (cost) => cost / scale)];
    const o = points.map(([, t]) => t);
    const solved = solve(o);
    return dot(solved, y) / dot(solved, o);
  };
  const constant = constantOf();
  const y = [...sourceValues, ...Array.from(costs, (cost) => cost / scale - constant)];
  for (const at of [0, 3, 7, 11]) {
    const across = points.map((p) => cov(p, [at, 1]));
    const weights = solve(across);
    expect(mean[at]).toBeCloseTo(constant + dot(weights, y), 4);
    expect(variance[at]).toBeCloseTo(cov([at, 1], [at, 1]) - dot(weights, across), 4);
  }
});

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** Gauss elimination with pivots, on a copy. */
function gauss(matrix: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, b[i]!]);
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    const pivot = rows
      .slice(i)
      .reduce((best, row, r) => (Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? i + r : best), i);
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let r = 0; r < n; r++) {
      if (r === i) continue;
      const factor = rows[r]![i]! / rows[i]![i]!;
      rows[r] = rows[r]!.map((value, c) => value - factor * rows[i]![c]!);
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

test("the scale of the target is the one of largest likelihood", () => {
  const space = line(12);
  const belief = sourceBelief(space, COVARIANCE, [0, 4, 8, 11], Float64Array.of(1, -1, 0.5, -0.5));
  const process = new TransferProcess(belief, { discrepancy: 0.1, noise: 1 });
  const at = [0, 4, 6, 8, 11];
  for (const target of at) process.add(target);
  const costs = Float64Array.from(at, (point) => 100 + 7 * belief.mean[point]!);
  const { scale } = process.posterior(costs);
  expect(scale).toBeGreaterThan(3);
  expect(scale).toBeLessThan(9);
  // Its unit does not matter.
  expect(process.posterior(costs.map((cost) => 10 * cost)).scale).toBeCloseTo(10 * scale, 3);
});

test("a fit finds that neighbours are alike", () => {
  const space = line(60);
  const groups = Array.from({ length: 60 }, (_, i) => i);
  const smooth = Float64Array.from(groups, (i) => 1.4 * Math.sin(i / 6));
  const random = new Random("noise");
  const noisy = Float64Array.from(groups, () => random.normal());
  expect(fitCovariance(space, groups, smooth).noise).toBeLessThan(0.1);
  expect(fitCovariance(space, groups, noisy).noise).toBeGreaterThan(0.3);
});

// ---- policies

test("labels of another data set find the best thousandth at once, none at all within a few tens", () => {
  const run = (numLabels: number) => {
    const strategy = transferSearch({ name: "surrogate", labels: labels(numLabels, 0) });
    return summarise(cifar100, [runSearch(strategy, cifar100, 25, 0)], [25]);
  };
  const [with200, without] = [run(200), run(0)];
  expect(with200.toTop01Percent.median).toBeLessThanOrEqual(15);
  expect(without.toTop01Percent.median).toBeLessThanOrEqual(25);
  expect(with200.paidBefore).toBe(200);
  expect(without.paidBefore).toBe(0);
});

test("a forest ranks better than chance, and the same for the same seed", () => {
  const predicted = forestPredictions(labels(100, 1), 1)(cifar10);
  expect(predicted).toEqual(forestPredictions(labels(100, 1), 1)(cifar10));
  const order = Array.from(predicted, (_, i) => i).toSorted(
    (a, b) => predicted[a]! - predicted[b]!,
  );
  const mean = (part: readonly number[]) =>
    part.reduce((sum, i) => sum + cifar10.truth(i), 0) / part.length;
  expect(mean(order.slice(0, 1000))).toBeGreaterThan(mean(order.slice(-1000)) + 5);
});

test("a cascade pays for cheap evaluations, each once, and finds more per real one", () => {
  const cascade = runSearch(screened(randomSearch, 16), cifar100, 20, 0);
  const plain = runSearch(randomSearch, cifar100, 20, 0);
  expect(plain.paid).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(cascade.paid.at(-1)).toBeCloseTo(20 + 20 * 16 * 0.06, 6);
  expect(Math.max(...cascade.values)).toBeGreaterThan(Math.max(...plain.values));
});

// ---- spaces

test("a GPU kernel's configurations are alike by their parameters", () => {
  const rows = [16, 32, 64, 128].map((x) => ({ x: `params:\n  block: ${x}\n  pad: 0`, y: [x] }));
  const { numGroups, features, numFeatures } = gpuKernelSpace("gpu/k/A", rows).similarity();
  expect([numGroups, numFeatures]).toEqual([4, 4]);
  const column = Array.from({ length: 4 }, (_, i) => features[i * numFeatures]!);
  expect(column).toEqual(column.toSorted((a, b) => a - b));
});

test("the live space asks for a measurement once per candidate and knows no optimum but the best seen", () => {
  const asked: string[] = [];
  const space = gccSpace("sort", (flags) => {
    asked.push(flags.join(" "));
    return 1000 + flags.filter((flag) => flag.startsWith("-fno-")).length;
  });
  const run = runSearch(randomSearch, space, 10, 0);
  for (const candidate of run.candidates) space.truth(candidate);
  expect(asked.length).toBe(10);
  const goalposts = goalpostsAmong(space, run.values);
  expect(goalposts.optimum).toBe(Math.min(...run.values));
  const summary = summarise(space, [run], [10], goalposts);
  expect(summary.toOptimum.share).toBe(1);
  expect(summary.toTop1Percent.median).toBeNaN();
  const around = space.neighbours(5);
  expect(new Set(around).size).toBe(15);
  for (const other of around) expect(space.distances(5)[0]![other]).toBe(1);
  expect(flagsOf(5)[0]).toBe("-O1");
  expect(flagsOf(5).slice(1, 4)).toEqual(["-funroll-loops", "-fno-peel-loops", "-funswitch-loops"]);
  expect(goalpostsOf({ ...space, size: 16 }).optimum).toBeGreaterThan(1000);
});

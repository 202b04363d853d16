// A random forest over what the process sees: where a target jumps from one option to the next, trees follow and a
// smooth kernel does not. Each row is predicted by the trees that did not draw it.

import { Random } from "../core/index.ts";
import type { GpInput } from "./gaussian-process.ts";
import { binTable, growTree, predictTree, type Tree } from "./trees.ts";

/**
 * What is predicted before a tree is asked. With `fields` nothing is, and the trees do not see the model's prediction
 * either: where the model is wrong of the environment, it misleads them as a column too.
 */
export const FOREST_PRIORS = ["model", "siblings", "constant", "fields"] as const;
export type ForestPrior = (typeof FOREST_PRIORS)[number];

export interface Forest {
  readonly prior: ForestPrior;
  readonly trees: readonly Tree[];
  /** Variance of out-of-bag errors. */
  readonly noise: number;
  /** Out-of-bag prediction of each row, on the scale, and its standard deviation. */
  readonly leftOut: Float64Array;
  readonly leftOutStd: Float64Array;
}

const NUM_TREES = 100;
const MAX_DEPTH = 24;

/** Deterministic in rows and prior: fitting stored rows again gives the same trees. */
export function fitForest(
  inputs: readonly GpInput[],
  values: readonly number[],
  prior: ForestPrior,
): Forest {
  const rows = inputs.map((input) => columnsOf(input, prior));
  const residuals = Float64Array.from(values, (value, i) => value - priorOf(inputs[i]!, prior));
  const table = binTable(rows);
  const sums = new Float64Array(rows.length);
  const counts = new Float64Array(rows.length);
  const trees = Array.from({ length: NUM_TREES }, (_, index) => {
    const random = new Random("forest", prior, index);
    const drawn = Int32Array.from(rows, () => random.int(rows.length));
    const tree = growTree(table, residuals, drawn, { maxDepth: MAX_DEPTH, minLeaf: 1, random });
    const inBag = new Set(drawn);
    rows.forEach((row, i) => {
      if (inBag.has(i)) return;
      sums[i]! += predictTree(tree, row);
      counts[i]! += 1;
    });
    return tree;
  });
  const mean = residuals.reduce((sum, value) => sum + value, 0) / rows.length;
  const errors = residuals.map(
    (value, i) => value - (counts[i]! > 0 ? sums[i]! / counts[i]! : mean),
  );
  const noise = errors.reduce((sum, error) => sum + error * error, 0) / rows.length + SMALLEST;
  return {
    prior,
    trees,
    noise,
    leftOut: Float64Array.from(values, (value, i) => value - errors[i]!),
    leftOutStd: errors.map(() => Math.sqrt(noise)),
  };
}

const SMALLEST = 1e-12;

export function predictForest(
  { trees, prior, noise }: Forest,
  input: GpInput,
): { readonly mean: number; readonly std: number } {
  const row = columnsOf(input, prior);
  let sum = 0;
  for (const tree of trees) sum += predictTree(tree, row);
  return { mean: priorOf(input, prior) + sum / trees.length, std: Math.sqrt(noise) };
}

function columnsOf({ fields, base }: GpInput, prior: ForestPrior): Float64Array {
  if (prior === "fields") return fields;
  const columns = new Float64Array(fields.length + 1);
  columns.set(fields);
  columns[fields.length] = base;
  return columns;
}

function priorOf({ base, sibling }: GpInput, prior: ForestPrior): number {
  switch (prior) {
    case "model":
      return base;
    case "siblings":
      return sibling;
    case "constant":
    case "fields":
      return 0;
    default:
      return prior satisfies never;
  }
}

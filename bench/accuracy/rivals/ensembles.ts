// The two tabular methods that are hardest to beat without tuning: a random forest and gradient boosting.

import { Random } from "../../../src/core/index.ts";
import {
  type BinnedTable,
  binTable,
  growTree,
  predictTree,
  type Tree,
} from "../../../src/training/trees.ts";

export type Regressor = (row: ArrayLike<number>) => number;

const NUM_FOREST_TREES = 100;

/** 100 deep trees, each on a bootstrap draw of the rows; every split looks at all columns. */
export function randomForest(
  rows: readonly ArrayLike<number>[],
  targets: readonly number[],
  seed: number,
): Regressor {
  const table = binTable(rows);
  const y = Float64Array.from(targets);
  const trees = Array.from({ length: NUM_FOREST_TREES }, (_, index) => {
    const random = new Random("forest", seed, index);
    const drawn = Int32Array.from(rows, () => random.int(rows.length));
    return growTree(table, y, drawn, { maxDepth: 30, minLeaf: 1, random });
  });
  return (row) => trees.reduce((sum, tree) => sum + predictTree(tree, row), 0) / trees.length;
}

const BOOSTING = { numRounds: 300, learningRate: 0.08, maxDepth: 6, rowShare: 0.8 };

/** 300 rounds of trees of depth 6, each on four fifths of the rows. */
export function gradientBoosting(
  rows: readonly ArrayLike<number>[],
  targets: readonly number[],
  seed: number,
  { numRounds, learningRate, maxDepth, rowShare }: typeof BOOSTING = BOOSTING,
): Regressor {
  const table = binTable(rows);
  const start = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  const residuals = Float64Array.from(targets, (value) => value - start);
  const minLeaf = rows.length < 100 ? 1 : rows.length < 2000 ? 3 : 10;
  const everyRow = Array.from(rows, (_, index) => index);
  const trees: Tree[] = [];
  for (let round = 0; round < numRounds; round++) {
    const random = new Random("boosting", seed, round);
    const drawn = Int32Array.from(
      rows.length < 20 ? everyRow : everyRow.filter(() => random.float() < rowShare),
    );
    const tree = growTree(table, residuals, drawn, { maxDepth, minLeaf, random });
    subtract(residuals, table, tree, rows, learningRate);
    trees.push(tree);
  }
  return (row) => trees.reduce((sum, tree) => sum + learningRate * predictTree(tree, row), start);
}

function subtract(
  residuals: Float64Array,
  { numRows }: BinnedTable,
  tree: Tree,
  rows: readonly ArrayLike<number>[],
  learningRate: number,
): void {
  for (let row = 0; row < numRows; row++) {
    residuals[row]! -= learningRate * predictTree(tree, rows[row]!);
  }
}

// Regression trees over binned columns: one grower for forests and for boosting. Columns are cut into at most
// 64 bins by quantiles, so a split is found by summing histograms.

import type { Random } from "../core/index.ts";

const MAX_BINS = 64;

/** A table of numbers with each value's bin. */
export interface BinnedTable {
  readonly numRows: number;
  readonly numColumns: number;
  /** `[numColumns][numRows]`. */
  readonly bins: readonly Uint8Array[];
  /** Upper border of each bin but the last, per column: a value is in the first bin whose border is not below it. */
  readonly borders: readonly Float64Array[];
}

export function binTable(rows: readonly ArrayLike<number>[]): BinnedTable {
  const numColumns = rows[0]?.length ?? 0;
  const borders = Array.from({ length: numColumns }, (_, column) =>
    bordersOf(rows.map((row) => row[column]!)),
  );
  const bins = borders.map((ofColumn, column) =>
    Uint8Array.from(rows, (row) => binOf(row[column]!, ofColumn)),
  );
  return { numRows: rows.length, numColumns, bins, borders };
}

function bordersOf(values: readonly number[]): Float64Array {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const middles = distinct.slice(1).map((value, i) => (value + distinct[i]!) / 2);
  if (middles.length < MAX_BINS) return Float64Array.from(middles);
  const sorted = Float64Array.from(values).sort();
  const cuts = Array.from({ length: MAX_BINS - 1 }, (_, i) => {
    const at = Math.floor(((i + 1) * sorted.length) / MAX_BINS);
    return (sorted[at - 1]! + sorted[at]!) / 2;
  });
  return Float64Array.from(new Set(cuts));
}

function binOf(value: number, borders: Float64Array): number {
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= borders[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

export interface TreeOptions {
  readonly maxDepth: number;
  readonly minLeaf: number;
  /** Share of the columns that each split looks at, and more only until one divides; all without. */
  readonly columnShare?: number;
  readonly random: Random;
}

/** Nodes side by side; a leaf has column -1. */
export interface Tree {
  readonly column: readonly number[];
  readonly threshold: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly value: readonly number[];
}

/** Grows a tree for `targets` on the rows named (with repetition, where a row counts more than once). */
export function growTree(
  table: BinnedTable,
  targets: Float64Array,
  rows: Int32Array,
  options: TreeOptions,
): Tree {
  const tree: { [key in keyof Tree]: number[] } = {
    column: [],
    threshold: [],
    left: [],
    right: [],
    value: [],
  };
  const grow = (members: Int32Array, depth: number): number => {
    const node = tree.column.length;
    let sum = 0;
    for (const row of members) sum += targets[row]!;
    tree.column.push(-1);
    tree.threshold.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    tree.value.push(sum / members.length);
    if (depth >= options.maxDepth || members.length < 2 * options.minLeaf) return node;
    const split = bestSplit(table, targets, members, options);
    if (split === undefined) return node;
    const ofColumn = table.bins[split.column]!;
    tree.column[node] = split.column;
    tree.threshold[node] = table.borders[split.column]![split.bin]!;
    tree.left[node] = grow(
      members.filter((row) => ofColumn[row]! <= split.bin),
      depth + 1,
    );
    tree.right[node] = grow(
      members.filter((row) => ofColumn[row]! > split.bin),
      depth + 1,
    );
    return node;
  };
  grow(rows, 0);
  return tree;
}

interface Split {
  readonly column: number;
  /** Rows up to this bin go left. */
  readonly bin: number;
}

function bestSplit(
  table: BinnedTable,
  targets: Float64Array,
  members: Int32Array,
  { minLeaf, columnShare = 1, random }: TreeOptions,
): Split | undefined {
  const numLooked = Math.max(1, Math.ceil(columnShare * table.numColumns));
  const all = Array.from({ length: table.numColumns }, (_, column) => column);
  const columns = columnShare === 1 ? all : random.shuffled(all);
  let total = 0;
  for (const row of members) total += targets[row]!;
  const n = members.length;
  let bestGain = (total * total) / n + 1e-12;
  let best: Split | undefined;
  const sums = new Float64Array(MAX_BINS + 1);
  const counts = new Int32Array(MAX_BINS + 1);
  for (const [looked, column] of columns.entries()) {
    if (looked >= numLooked && best !== undefined) break;
    const numBorders = table.borders[column]!.length;
    if (numBorders === 0) continue;
    sums.fill(0, 0, numBorders + 1);
    counts.fill(0, 0, numBorders + 1);
    const bins = table.bins[column]!;
    for (const row of members) {
      const bin = bins[row]!;
      sums[bin]! += targets[row]!;
      counts[bin]! += 1;
    }
    let leftSum = 0;
    let leftCount = 0;
    for (let bin = 0; bin < numBorders; bin++) {
      leftSum += sums[bin]!;
      leftCount += counts[bin]!;
      if (counts[bin] === 0 || leftCount < minLeaf || n - leftCount < minLeaf) continue;
      const rightSum = total - leftSum;
      const gain = (leftSum * leftSum) / leftCount + (rightSum * rightSum) / (n - leftCount);
      if (gain > bestGain) {
        bestGain = gain;
        best = { column, bin };
      }
    }
  }
  return best;
}

export function predictTree(tree: Tree, row: ArrayLike<number>): number {
  let node = 0;
  while (tree.column[node]! >= 0) {
    node = row[tree.column[node]!]! <= tree.threshold[node]! ? tree.left[node]! : tree.right[node]!;
  }
  return tree.value[node]!;
}

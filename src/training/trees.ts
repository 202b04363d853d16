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
  const split = splitter(table, targets, rows.length, options);
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
    const best = split(members, sum);
    if (best === undefined) return node;
    const [left, right] = divided(members, table.bins[best.column]!, best.bin);
    tree.column[node] = best.column;
    tree.threshold[node] = table.borders[best.column]![best.bin]!;
    tree.left[node] = grow(left, depth + 1);
    tree.right[node] = grow(right, depth + 1);
    return node;
  };
  grow(rows, 0);
  return tree;
}

/** Rows up to the bin, and the others, both in their order. */
function divided(members: Int32Array, bins: Uint8Array, bin: number): [Int32Array, Int32Array] {
  const left = new Int32Array(members.length);
  const right = new Int32Array(members.length);
  let numLeft = 0;
  for (let i = 0; i < members.length; i++) {
    const row = members[i]!;
    if (bins[row]! <= bin) left[numLeft++] = row;
    else right[i - numLeft] = row;
  }
  return [left.subarray(0, numLeft), right.subarray(0, members.length - numLeft)];
}

interface Split {
  readonly column: number;
  /** Rows up to this bin go left. */
  readonly bin: number;
}

/** Finds the split of at most `maxMembers` rows, whose targets have the sum `total`, with the largest gain. */
function splitter(
  table: BinnedTable,
  targets: Float64Array,
  maxMembers: number,
  { minLeaf, columnShare = 1, random }: TreeOptions,
): (members: Int32Array, total: number) => Split | undefined {
  const numLooked = Math.max(1, Math.ceil(columnShare * table.numColumns));
  const all = Array.from({ length: table.numColumns }, (_, column) => column);
  // Zeros between two columns.
  const sums = new Float64Array(MAX_BINS + 1);
  const counts = new Int32Array(MAX_BINS + 1);
  const values = new Float64Array(maxMembers);
  const least = Math.max(1, minLeaf);
  return (members, total) => {
    const columns = columnShare === 1 ? all : random.shuffled(all);
    const n = members.length;
    for (let i = 0; i < n; i++) values[i] = targets[members[i]!]!;
    let bestGain = (total * total) / n + 1e-12;
    let best: Split | undefined;
    const consider = (column: number, bin: number, leftSum: number, leftCount: number): void => {
      const rightCount = n - leftCount;
      if (leftCount < least || rightCount < least) return;
      const rightSum = total - leftSum;
      const gain = (leftSum * leftSum) / leftCount + (rightSum * rightSum) / rightCount;
      if (gain > bestGain) {
        bestGain = gain;
        best = { column, bin };
      }
    };
    for (let looked = 0; looked < columns.length; looked++) {
      if (looked >= numLooked && best !== undefined) break;
      const column = columns[looked]!;
      if (table.borders[column]!.length === 0) continue;
      const bins = table.bins[column]!;
      if (table.borders[column]!.length === 1) {
        // Most columns have two bins: no histogram in memory, whose every addition waits for the one before.
        let leftSum = 0;
        let rightCount = 0;
        for (let i = 0; i < n; i++) {
          const bin = bins[members[i]!]!;
          leftSum += values[i]! * (1 - bin);
          rightCount += bin;
        }
        consider(column, 0, leftSum, n - rightCount);
        continue;
      }
      let lowest = MAX_BINS;
      let highest = 0;
      for (let i = 0; i < n; i++) {
        const bin = bins[members[i]!]!;
        sums[bin]! += values[i]!;
        counts[bin]! += 1;
        if (bin < lowest) lowest = bin;
        if (bin > highest) highest = bin;
      }
      let leftSum = 0;
      let leftCount = 0;
      for (let bin = lowest; bin < highest; bin++) {
        const count = counts[bin]!;
        if (count === 0) continue;
        leftSum += sums[bin]!;
        leftCount += count;
        consider(column, bin, leftSum, leftCount);
      }
      sums.fill(0, lowest, highest + 1);
      counts.fill(0, lowest, highest + 1);
    }
    return best;
  };
}

export function predictTree(tree: Tree, row: ArrayLike<number>): number {
  let node = 0;
  while (tree.column[node]! >= 0) {
    node = row[tree.column[node]!]! <= tree.threshold[node]! ? tree.left[node]! : tree.right[node]!;
  }
  return tree.value[node]!;
}

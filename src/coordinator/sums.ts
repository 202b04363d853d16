// Totals of a step from the numbers of its microshards, always added in the order of the microshards.

import type { TreeNode } from "../collective/index.ts";
import type { LeafStats } from "../protocol/index.ts";

export interface LeafTotals {
  readonly lossSum: number;
  readonly weightSum: number;
  readonly numTokens: number;
  /** Weighted mean loss of each task that took part. */
  readonly taskLosses: Readonly<Record<string, number>>;
  /** The sums behind them, by task name. */
  readonly tasks: readonly {
    readonly task: string;
    readonly weightSum: number;
    readonly lossSum: number;
  }[];
}

/** Whether numbers are of the microshards of a node, each once and in order. */
export function areLeavesOf({ lo, width }: TreeNode, leaves: readonly LeafStats[]): boolean {
  return leaves.length === width && leaves.every(({ microshard }, i) => microshard === lo + i);
}

export function sumLeaves(leaves: readonly LeafStats[]): LeafTotals {
  let lossSum = 0;
  let weightSum = 0;
  let numTokens = 0;
  const tasks = new Map<string, { lossSum: number; weightSum: number }>();
  for (const leaf of leaves) {
    lossSum += leaf.lossSum;
    weightSum += leaf.weightSum;
    numTokens += leaf.numTokens;
    for (const { task, lossSum: loss, weightSum: weight } of leaf.tasks) {
      const sum = tasks.get(task) ?? { lossSum: 0, weightSum: 0 };
      tasks.set(task, { lossSum: sum.lossSum + loss, weightSum: sum.weightSum + weight });
    }
  }
  const taskLosses = Object.fromEntries(
    [...tasks].map(([task, sum]) => [task, sum.lossSum / sum.weightSum]),
  );
  const sums = [...tasks]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([task, sum]) => ({ task, ...sum }));
  return { lossSum, weightSum, numTokens, taskLosses, tasks: sums };
}

// The fixed binary tree over a step's V microshards (V a power of two). Gradients are combined along it and
// along nothing else, so their bits do not depend on who computed what or in which order it arrived.

import { invariant } from "../core/index.ts";

/** The aligned subtree over microshards `lo .. lo + width - 1`; width is a power of two that divides lo. */
export interface TreeNode {
  readonly lo: number;
  readonly width: number;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0 && Number.isInteger(Math.log2(value));
}

export function isAlignedNode({ lo, width }: TreeNode, numMicroshards: number): boolean {
  return (
    isPowerOfTwo(width) &&
    Number.isSafeInteger(lo) &&
    lo >= 0 &&
    lo % width === 0 &&
    lo + width <= numMicroshards
  );
}

/** The node that `node` is combined with, and which of the two is the left operand. */
export function siblingOf(node: TreeNode): {
  readonly sibling: TreeNode;
  readonly isLeft: boolean;
} {
  const isLeft = (node.lo / node.width) % 2 === 0;
  return {
    sibling: { lo: isLeft ? node.lo + node.width : node.lo - node.width, width: node.width },
    isLeft,
  };
}

/** Fewest aligned nodes that cover microshards `lo .. hi - 1`, in order. */
export function alignedNodes(lo: number, hi: number): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = lo; at < hi; ) {
    let width = 1;
    while (at % (2 * width) === 0 && at + 2 * width <= hi) width *= 2;
    nodes.push({ lo: at, width });
    at += width;
  }
  return nodes;
}

/** Fewest aligned nodes that cover a set of microshards, given in ascending order. */
export function nodesOfMicroshards(microshards: readonly number[]): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let begin = 0; begin < microshards.length; ) {
    let end = begin + 1;
    while (end < microshards.length && microshards[end] === microshards[end - 1]! + 1) end++;
    nodes.push(...alignedNodes(microshards[begin]!, microshards[end - 1]! + 1));
    begin = end;
  }
  return nodes;
}

/** The microshards of a node, ascending. */
export function microshardsOf({ lo, width }: TreeNode): number[] {
  return Array.from({ length: width }, (_, i) => lo + i);
}

/**
 * Splits microshards among workers in proportion to their speeds, as runs of neighbours so that each worker
 * sends few nodes. Speed matters for time only: results do not depend on the split.
 *
 * @param microshards Ascending.
 * @param speeds Positive, one per worker.
 * @returns one ascending list per worker; lists may be empty.
 */
export function splitMicroshards(
  microshards: readonly number[],
  speeds: readonly number[],
): number[][] {
  const total = speeds.reduce((sum, speed) => sum + speed, 0);
  invariant(speeds.length > 0 && total > 0, "microshards need at least one worker with a speed");
  let speedBefore = 0;
  let begin = 0;
  return speeds.map((speed) => {
    speedBefore += speed;
    const end = Math.round((microshards.length * speedBefore) / total);
    const part = microshards.slice(begin, end);
    begin = end;
    return part;
  });
}

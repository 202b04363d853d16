// Combines the arrays of tree nodes as they arrive: two siblings become their parent by an f32 sum with the
// left operand first. Holds only what still waits for its sibling.

import { invariant } from "../core/index.ts";
import { addInto } from "../tensor/flat/index.ts";
import type { FloatPool } from "./float-pool.ts";
import { siblingOf, type TreeNode } from "./tree.ts";

export class TreeReducer {
  readonly #root: TreeNode;
  readonly #pool: FloatPool;
  readonly #waiting = new Map<string, Float32Array>();

  /** @param root The node whose sum is wanted; microshards outside of it are not taken. */
  constructor(root: TreeNode, pool: FloatPool) {
    this.#root = root;
    this.#pool = pool;
  }

  /**
   * Takes a node's sum. The array, of the pool's length, belongs to the reducer from here on.
   *
   * @returns the root's sum when this node completed it. It belongs to the caller, who gives it back to the pool.
   */
  add(node: TreeNode, sum: Float32Array): Float32Array | undefined {
    let { lo, width } = node;
    let array = sum;
    while (width < this.#root.width) {
      const { sibling, isLeft } = siblingOf({ lo, width });
      const key = keyOf(sibling);
      const other = this.#waiting.get(key);
      if (other === undefined) {
        invariant(!this.#waiting.has(keyOf({ lo, width })), `node ${lo}+${width} came twice`);
        this.#waiting.set(keyOf({ lo, width }), array);
        return undefined;
      }
      this.#waiting.delete(key);
      const [left, right] = isLeft ? [array, other] : [other, array];
      addInto(left, left, right);
      this.#pool.give(right);
      array = left;
      lo = Math.min(lo, sibling.lo);
      width *= 2;
    }
    invariant(lo === this.#root.lo, `node ${lo}+${width} is not below the root`);
    return array;
  }

  /** Gives everything that waits back to the pool. */
  clear(): void {
    for (const array of this.#waiting.values()) this.#pool.give(array);
    this.#waiting.clear();
  }
}

function keyOf({ lo, width }: TreeNode): string {
  return `${lo}+${width}`;
}

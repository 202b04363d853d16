// The sum of squares of an array whose parts become ready in any order, taken while they are still in cache.
// Same bits as `sumOfSquares` over the whole: its blocks are summed alone, their sums added in order.

import { invariant } from "../core/index.ts";
import { SUM_OF_SQUARES_BLOCK, sumOfSquares } from "../tensor/flat/index.ts";

export class RunningSquares {
  readonly #values: Float32Array;
  readonly #sums: Float64Array;
  /** Values of each block that are not ready yet. */
  readonly #numMissing: Int32Array;

  constructor(values: Float32Array) {
    this.#values = values;
    const numBlocks = Math.ceil(values.length / SUM_OF_SQUARES_BLOCK);
    this.#sums = new Float64Array(numBlocks);
    this.#numMissing = Int32Array.from({ length: numBlocks }, (_, block) =>
      Math.min(SUM_OF_SQUARES_BLOCK, values.length - block * SUM_OF_SQUARES_BLOCK),
    );
  }

  /** Values `begin .. end - 1` have their final value; each is said once. */
  onReady(begin: number, end: number): void {
    for (let at = begin; at < end; ) {
      const block = Math.floor(at / SUM_OF_SQUARES_BLOCK);
      const first = block * SUM_OF_SQUARES_BLOCK;
      const next = Math.min(end, first + SUM_OF_SQUARES_BLOCK);
      this.#numMissing[block]! -= next - at;
      if (this.#numMissing[block] === 0) {
        this.#sums[block] = sumOfSquares(
          this.#values.subarray(first, first + SUM_OF_SQUARES_BLOCK),
        );
      }
      at = next;
    }
  }

  /** When every value is ready. */
  get total(): number {
    invariant(
      this.#numMissing.every((count) => count === 0),
      "some values are not ready",
    );
    return this.#sums.reduce((total, sum) => total + sum, 0);
  }
}

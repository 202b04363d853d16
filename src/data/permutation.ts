// A seeded permutation of 0 .. size-1 that needs no memory: a Feistel network over the next even number of
// bits, walked until it lands inside (Black and Rogaway, 2002).

import { hash32, invariant } from "../core/index.ts";

const NUM_ROUNDS = 6;

export class Permutation {
  readonly size: number;
  readonly #halfBits: number;
  readonly #mask: number;
  readonly #keys: Int32Array;

  /** The permutation of `size` items that `parts` name. */
  constructor(size: number, ...parts: readonly (string | number)[]) {
    invariant(size >= 1 && size <= 2 ** 30, `permutation of ${size} items`);
    this.size = size;
    this.#halfBits = Math.max(1, Math.ceil(Math.log2(size) / 2));
    this.#mask = 2 ** this.#halfBits - 1;
    this.#keys = Int32Array.from({ length: NUM_ROUNDS }, (_, round) => hash32(round, ...parts));
  }

  /** Where `index` goes. Every value below `size` is hit once. */
  at(index: number): number {
    let value = index;
    // At most four times as many values as items: a few steps on average, and always an end.
    do value = this.#encrypt(value);
    while (value >= this.size);
    return value;
  }

  #encrypt(value: number): number {
    let left = value >>> this.#halfBits;
    let right = value & this.#mask;
    for (let round = 0; round < NUM_ROUNDS; round++) {
      let mixed = Math.imul(right ^ this.#keys[round]!, 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      mixed ^= mixed >>> 16;
      const next = left ^ (mixed & this.#mask);
      left = right;
      right = next;
    }
    return left * (this.#mask + 1) + right;
  }
}

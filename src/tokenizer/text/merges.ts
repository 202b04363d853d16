// The ids of a byte-pair vocabulary: 0 is padding, 1 to 256 are the bytes, every merge that makes new bytes
// makes the next id. Two merges that make the same bytes share one id.

import { CorruptError } from "../../core/index.ts";

export const PAD_ID = 0;
export const NUM_BYTE_IDS = 256;
/** Id of byte 0. */
export const FIRST_BYTE_ID = 1;

/** Grows with the merges, in order; a merge's rank is its place in that order. */
export class MergeTable {
  /** Byte strings (one character a byte) by id. */
  readonly bytes: string[] = [""];
  readonly pairs: [left: number, right: number][] = [];
  readonly #idOfBytes = new Map<string, number>();

  constructor() {
    for (let byte = 0; byte < NUM_BYTE_IDS; byte++) this.#add(String.fromCharCode(byte));
  }

  get size(): number {
    return this.bytes.length;
  }

  /** Adds the next merge and returns the id of its result. */
  merge(left: number, right: number): number {
    if (!(left > PAD_ID && left < this.size && right > PAD_ID && right < this.size)) {
      throw new CorruptError(
        "vocabulary",
        `merge ${this.pairs.length} joins ids ${left} and ${right}`,
      );
    }
    this.pairs.push([left, right]);
    const joined = this.bytes[left]! + this.bytes[right]!;
    return this.#idOfBytes.get(joined) ?? this.#add(joined);
  }

  #add(bytes: string): number {
    const id = this.bytes.push(bytes) - 1;
    this.#idOfBytes.set(bytes, id);
    return id;
  }
}

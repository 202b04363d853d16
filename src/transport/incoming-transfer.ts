// Puts the pieces of one large array together, in any order, each once.

import { crc32 } from "node:zlib";
import type { Chunk } from "./outgoing-transfers.ts";

export type ChunkVerdict =
  /** Written; `isComplete` when it was the last one missing. */
  | { readonly kind: "taken"; readonly isComplete: boolean }
  /** Was there already: acknowledge it again. */
  | { readonly kind: "duplicate" }
  /** Damaged or not of this array: do not acknowledge, it will be sent again. */
  | { readonly kind: "refused"; readonly reason: string };

export class IncomingTransfer {
  readonly #totalBytes: number;
  readonly #write: (offset: number, payload: Uint8Array) => void;
  readonly #chunkBytes: number;
  readonly #checksum: boolean;
  readonly #have: Uint8Array;
  #numMissing: number;

  /** @param write Takes each good piece, once. */
  constructor(
    totalBytes: number,
    chunkBytes: number,
    checksum: boolean,
    write: (offset: number, payload: Uint8Array) => void,
  ) {
    this.#totalBytes = totalBytes;
    this.#write = write;
    this.#chunkBytes = chunkBytes;
    this.#checksum = checksum;
    this.#numMissing = Math.ceil(totalBytes / chunkBytes);
    this.#have = new Uint8Array(this.#numMissing);
  }

  get isComplete(): boolean {
    return this.#numMissing === 0;
  }

  take(chunk: Chunk, payload: Uint8Array): ChunkVerdict {
    const { offset, totalBytes } = chunk;
    const total = this.#totalBytes;
    if (totalBytes !== total) return refused(`${totalBytes} bytes in all, expected ${total}`);
    const length = Math.min(this.#chunkBytes, total - offset);
    if (offset >= total || offset % this.#chunkBytes !== 0 || payload.byteLength !== length) {
      return refused(`a piece of ${payload.byteLength} bytes at ${offset} does not fit`);
    }
    const index = offset / this.#chunkBytes;
    if (this.#have[index] === 1) return { kind: "duplicate" };
    if (this.#checksum && crc32(payload) !== chunk.crc32) return refused("its CRC-32 is wrong");
    this.#write(offset, payload);
    this.#have[index] = 1;
    this.#numMissing--;
    return { kind: "taken", isComplete: this.isComplete };
  }
}

function refused(reason: string): ChunkVerdict {
  return { kind: "refused", reason };
}

// Reads a prepared dataset by row number: the block that has the row is fetched, checked against its hash and kept
// for a while. Only the index is in memory as a whole: 56 bytes for 8 KiB of rows, and 4 for each row.

import { createHash } from "node:crypto";
import { CorruptError, messageOf, sha256Hex } from "../../core/index.ts";
import type { Example } from "../example.ts";
import type { RowGroup } from "../rows.ts";
import {
  BlockIndex,
  decodeManifest,
  decodeRow,
  type PreparedManifest,
  type PreparedRow,
} from "./format.ts";
import type { PartSource } from "./parts.ts";

/** Bytes of blocks that are kept; the least recently used go first. */
const CACHE_BYTES = 64 << 20;

export class PreparedDataset {
  readonly manifest: PreparedManifest;
  readonly groups: readonly RowGroup[];
  readonly #parts: PartSource;
  readonly #index: BlockIndex;
  readonly #cacheBytes: number;
  /** Least recently used first. */
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  #cachedBytes = 0;

  private constructor(
    parts: PartSource,
    manifest: PreparedManifest,
    index: BlockIndex,
    cacheBytes: number,
  ) {
    this.manifest = manifest;
    this.#parts = parts;
    this.#index = index;
    this.#cacheBytes = cacheBytes;
    this.groups = manifest.groups.map(
      ({ task, split, numRows, numChars, maxObjectives }, group) => ({
        task,
        split,
        numRows,
        numChars,
        numObjectives: maxObjectives,
        charsOf: (row) => index.charsOf(group, row),
        read: (indices) => this.#read(group, indices),
      }),
    );
  }

  /**
   * Fetches and checks manifest and table of blocks.
   *
   * @param sha256 What the dataset must be; absent: whatever it is.
   * @throws {CorruptError} when they are damaged or of another dataset.
   */
  static async open(
    parts: PartSource,
    { sha256, cacheBytes = CACHE_BYTES }: { sha256?: string; cacheBytes?: number } = {},
  ): Promise<PreparedDataset> {
    const manifestBytes = await parts.read({ kind: "manifest" });
    const manifest = checked(parts, "the manifest", () => decodeManifest(manifestBytes));
    if (sha256 !== undefined && manifest.sha256 !== sha256) {
      throw new CorruptError(parts.name, `it is dataset ${manifest.sha256}, not ${sha256}`);
    }
    const indexBytes = await parts.read({ kind: "index" });
    const index = checked(parts, "the index", () => {
      if (sha256Hex(indexBytes) !== manifest.index.sha256)
        throw new RangeError("its sha256 is wrong");
      return new BlockIndex(indexBytes, manifest);
    });
    return new PreparedDataset(parts, manifest, index, cacheBytes);
  }

  /** All rows, group by group, without filling the cache. */
  async *scan(): AsyncGenerator<Example & PreparedRow> {
    for (let block = 0; block < this.#index.numBlocks; block++) {
      const { group, firstRow, numRows } = this.#index.entry(block);
      const { task, split } = this.groups[group]!;
      const bytes = await this.#fetch(block);
      for (let row = 0; row < numRows; row++) {
        const decoded = decodeRow(bytes, row);
        if (decoded.x.length !== this.#index.charsOf(group, firstRow + row)) {
          throw new CorruptError(this.#parts.name, `a row of block ${block} has another length`);
        }
        yield { task, split, ...decoded };
      }
    }
  }

  async #read(group: number, indices: readonly number[]): Promise<readonly Example[]> {
    const { task, split } = this.groups[group]!;
    const wanted = indices.map((row) => {
      const block = this.#index.blockOf(group, row);
      return { row: row - this.#index.entry(block).firstRow, bytes: this.#block(block) };
    });
    const blocks = await Promise.all(wanted.map(({ bytes }) => bytes));
    return wanted.map(({ row }, i) => {
      const { x, y } = decodeRow(blocks[i]!, row);
      return { task, x, y, split };
    });
  }

  #block(block: number): Promise<Uint8Array> {
    const { bytes } = this.#index.entry(block);
    let promise = this.#blocks.get(block);
    if (promise === undefined) {
      promise = this.#fetch(block);
      // What failed is asked for again the next time.
      promise.catch(() => this.#drop(block));
      this.#cachedBytes += bytes;
    } else this.#blocks.delete(block);
    this.#blocks.set(block, promise);
    for (const oldest of this.#blocks.keys()) {
      if (this.#cachedBytes <= this.#cacheBytes || oldest === block) break;
      this.#drop(oldest);
    }
    return promise;
  }

  #drop(block: number): void {
    if (this.#blocks.delete(block)) this.#cachedBytes -= this.#index.entry(block).bytes;
  }

  async #fetch(block: number): Promise<Uint8Array> {
    const bytes = await this.#parts.read({ kind: "block", block });
    const { sha256 } = this.#index.entry(block);
    if (!createHash("sha256").update(bytes).digest().equals(sha256)) {
      throw new CorruptError(this.#parts.name, `block ${block} is damaged: its sha256 is wrong`);
    }
    return bytes;
  }
}

function checked<T>(parts: PartSource, what: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new CorruptError(parts.name, `${what}: ${messageOf(cause)}`, { cause });
  }
}

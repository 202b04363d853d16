// The files of a prepared dataset: rows in blocks, blocks in shards, an index of blocks and rows, a manifest that vouches
// for all of them by their hashes. docs/data-format.md has the same in words. Little-endian throughout.

import { z } from "zod";
import { canonicalJson, sha256Hex } from "../../core/index.ts";
import { type Example, SPLITS } from "../example.ts";

export const MANIFEST_FILE = "dataset.json";
export const INDEX_FILE = "index.bin";
export const FORMAT_VERSION = 2;

const count = z.int().nonnegative();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const groupSchema = z.strictObject({
  task: z.string().min(1),
  split: z.enum(SPLITS),
  numRows: z.int().positive(),
  /** UTF-16 code units. */
  numChars: count,
  /** Null where no vocabulary was given. */
  numTokens: count.nullable(),
  minObjectives: count,
  maxObjectives: count,
  /** Objectives that were not measured. */
  numMissing: count,
});

const fileSchema = z.strictObject({
  file: z.string().regex(/^[a-z0-9.-]+$/),
  bytes: count,
  sha256: hash,
});

const manifestSchema = z.strictObject({
  format: z.literal("auspex-dataset"),
  formatVersion: z.literal(FORMAT_VERSION),
  blockBytes: z.int().positive(),
  numRows: count,
  numChars: count,
  /** Hash of the vocabulary that the rows' tokens were counted with. */
  vocabularyHash: z.string().nullable(),
  /** In code-unit order of task, then split. */
  groups: z.array(groupSchema),
  shards: z.array(fileSchema),
  index: fileSchema,
  /** Of the canonical JSON of all other fields: names the dataset. */
  sha256: hash,
});

export type PreparedManifest = Readonly<z.infer<typeof manifestSchema>>;
export type PreparedGroup = Readonly<z.infer<typeof groupSchema>>;

export function sealManifest(fields: Omit<PreparedManifest, "sha256">): PreparedManifest {
  return { ...fields, sha256: sha256Hex(canonicalJson(fields)) };
}

export function encodeManifest(manifest: PreparedManifest): Uint8Array {
  return Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
}

/** Throws what is wrong as a plain error; the caller knows the file. */
export function decodeManifest(bytes: Uint8Array): PreparedManifest {
  const manifest = manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  const { sha256, ...fields } = manifest;
  if (sha256Hex(canonicalJson(fields)) !== sha256) throw new RangeError("its sha256 is wrong");
  return manifest;
}

/** Where one block lies and which rows of its group it has. */
export interface BlockEntry {
  readonly group: number;
  readonly firstRow: number;
  readonly numRows: number;
  readonly shard: number;
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: Uint8Array;
}

const ENTRY_BYTES = 56;
const LENGTH_BYTES = 4;

/**
 * @param entries Sorted by group, then first row.
 * @param lengths UTF-16 code units of every row of these blocks, in their order.
 */
export function encodeIndex(entries: readonly BlockEntry[], lengths: readonly Uint32Array[]) {
  const numRows = lengths.reduce((sum, { length }) => sum + length, 0);
  const index = Buffer.alloc(entries.length * ENTRY_BYTES + numRows * LENGTH_BYTES);
  entries.forEach((entry, i) => {
    const at = i * ENTRY_BYTES;
    const { group, firstRow, numRows, shard, offset, bytes, sha256 } = entry;
    [group, firstRow, numRows, shard, offset, bytes].forEach((value, field) =>
      index.writeUInt32LE(value, at + 4 * field),
    );
    index.set(sha256, at + 24);
  });
  let at = entries.length * ENTRY_BYTES;
  for (const block of lengths) {
    for (const chars of block) at = index.writeUInt32LE(chars, at);
  }
  return index;
}

/** The table of blocks and the lengths of the rows, read in place. */
export class BlockIndex {
  readonly numBlocks: number;
  readonly #bytes: Buffer;
  /** `[G + 1]`: blocks of group g are firstBlock[g] to firstBlock[g + 1] - 1. */
  readonly #firstBlock: Uint32Array;
  /** `[G]`: where the lengths of a group's rows begin. */
  readonly #lengthsAt: readonly number[];

  /** Throws a plain error when the table does not describe all rows of all groups, in order. */
  constructor(bytes: Uint8Array, { groups, shards, numRows: numRowsInAll }: PreparedManifest) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.numBlocks = (bytes.byteLength - numRowsInAll * LENGTH_BYTES) / ENTRY_BYTES;
    if (!Number.isInteger(this.numBlocks) || this.numBlocks < 0) {
      throw new RangeError("it ends within an entry");
    }
    this.#firstBlock = new Uint32Array(groups.length + 1);
    const lengthsAt: number[] = [];
    let nextLengthAt = this.numBlocks * ENTRY_BYTES;
    let block = 0;
    groups.forEach(({ task, numRows }, group) => {
      let nextRow = 0;
      for (; block < this.numBlocks && nextRow < numRows; block++) {
        const entry = this.entry(block);
        if (entry.group !== group || entry.firstRow !== nextRow || entry.numRows === 0) break;
        if (entry.offset + entry.bytes > (shards[entry.shard]?.bytes ?? 0)) break;
        nextRow += entry.numRows;
      }
      if (nextRow !== numRows) throw new RangeError(`entry ${block} does not go on with ${task}`);
      this.#firstBlock[group + 1] = block;
      lengthsAt.push(nextLengthAt);
      nextLengthAt += numRows * LENGTH_BYTES;
    });
    if (block !== this.numBlocks) throw new RangeError("it has entries without rows");
    if (nextLengthAt !== bytes.byteLength) throw new RangeError("it has lengths without rows");
    this.#lengthsAt = lengthsAt;
  }

  /** UTF-16 code units of a row's text. */
  charsOf(group: number, row: number): number {
    return this.#bytes.readUInt32LE(this.#lengthsAt[group]! + row * LENGTH_BYTES);
  }

  entry(block: number): BlockEntry {
    const at = block * ENTRY_BYTES;
    const field = (index: number): number => this.#bytes.readUInt32LE(at + 4 * index);
    return {
      group: field(0),
      firstRow: field(1),
      numRows: field(2),
      shard: field(3),
      offset: field(4),
      bytes: field(5),
      sha256: this.#bytes.subarray(at + 24, at + ENTRY_BYTES),
    };
  }

  /** The block that has a row of a group. */
  blockOf(group: number, row: number): number {
    let low = this.#firstBlock[group]!;
    let high = this.#firstBlock[group + 1]!;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#bytes.readUInt32LE(middle * ENTRY_BYTES + 4) <= row) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** One row: tokens (0 where not counted), objectives, text. */
export function encodeRow(x: string, y: readonly number[], numTokens: number): Buffer {
  const headBytes = 8 + 8 * y.length;
  const row = Buffer.allocUnsafe(headBytes + Buffer.byteLength(x, "utf8"));
  row.writeUInt32LE(numTokens, 0);
  row.writeUInt32LE(y.length, 4);
  y.forEach((value, i) => row.writeDoubleLE(value, 8 + 8 * i));
  row.write(x, headBytes, "utf8");
  return row;
}

/** Number of rows, the end of each counted from the first row, the rows. */
export function encodeBlock(rows: readonly Uint8Array[]): Buffer {
  const head = Buffer.allocUnsafe(4 + 4 * rows.length);
  head.writeUInt32LE(rows.length, 0);
  let end = 0;
  rows.forEach((row, i) => {
    end += row.byteLength;
    head.writeUInt32LE(end, 4 + 4 * i);
  });
  return Buffer.concat([head, ...rows]);
}

export interface PreparedRow extends Pick<Example, "x" | "y"> {
  /** 0 where tokens were not counted. */
  readonly numTokens: number;
}

/** Row `index` of a block whose hash was checked. */
export function decodeRow(block: Uint8Array, index: number): PreparedRow {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const rowsAt = 4 + 4 * bytes.readUInt32LE(0);
  const start = rowsAt + (index === 0 ? 0 : bytes.readUInt32LE(4 * index));
  const end = rowsAt + bytes.readUInt32LE(4 + 4 * index);
  const numObjectives = bytes.readUInt32LE(start + 4);
  return {
    numTokens: bytes.readUInt32LE(start),
    y: Array.from({ length: numObjectives }, (_, i) => bytes.readDoubleLE(start + 8 + 8 * i)),
    x: bytes.toString("utf8", start + 8 + 8 * numObjectives, end),
  };
}

// Writes a prepared dataset, row by row, in bounded memory. Everything goes into a directory beside the final one,
// which gets its name last: a dataset that is there is whole.

import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { syncDirectory, temporaryBeside, writeFully, writeSynced } from "../../checkpoint/index.ts";
import { AuspexError, EXIT, InputError, messageOf, sha256Hex } from "../../core/index.ts";
import type { Example } from "../example.ts";
import { groupKey } from "../rows.ts";
import {
  type BlockEntry,
  encodeBlock,
  encodeIndex,
  encodeManifest,
  encodeRow,
  FORMAT_VERSION,
  INDEX_FILE,
  MANIFEST_FILE,
  type PreparedGroup,
  type PreparedManifest,
  sealManifest,
} from "./format.ts";

export interface WriteOptions {
  /** Counts the tokens of every text. */
  readonly tokens?: { readonly vocabularyHash: string; count(text: string): number };
  /** Rows are gathered into blocks of about this size: what a random access reads, and what a hash covers. */
  readonly blockBytes?: number;
  readonly shardBytes?: number;
}

/** Rows of all unfinished blocks together; beyond, all blocks are written as they are. */
const MAX_PENDING_BYTES = 64 << 20;

interface OpenGroup extends Omit<PreparedGroup, "numTokens"> {
  numTokens: number;
  numRows: number;
  numChars: number;
  minObjectives: number;
  maxObjectives: number;
  numMissing: number;
  rows: Buffer[];
  rowBytes: number;
  /** Texts of {@link rows}. */
  lengths: number[];
  readonly blocks: (Omit<BlockEntry, "group"> & { readonly lengths: Uint32Array })[];
}

export class PreparedWriter {
  readonly #directory: string;
  readonly #partial: string;
  readonly #tokens: WriteOptions["tokens"];
  readonly #blockBytes: number;
  readonly #shards: ShardWriter;
  readonly #groups = new Map<string, OpenGroup>();
  #pendingBytes = 0;

  /** @throws {InputError} when something is at `directory` already. */
  constructor(directory: string, options: WriteOptions = {}) {
    if (existsSync(directory)) {
      throw new InputError(`${directory} is there already`, {
        hint: "Remove it, or choose another directory.",
      });
    }
    const { tokens, blockBytes = 8 << 10, shardBytes = 256 << 20 } = options;
    this.#directory = directory;
    this.#tokens = tokens;
    this.#blockBytes = blockBytes;
    this.#partial = temporaryBeside(directory);
    mkdirSync(this.#partial, { recursive: true });
    this.#shards = new ShardWriter(this.#partial, shardBytes);
  }

  /** Adds a row; its `meta` is not kept. Rows of a task and split keep their order. */
  add(example: Example): void {
    const { x, y } = example;
    const numTokens = this.#tokens?.count(x) ?? 0;
    const group = this.#groupOf(example);
    const row = encodeRow(x, y, numTokens);
    group.numRows++;
    group.numChars += x.length;
    group.numTokens += numTokens;
    group.minObjectives = Math.min(group.minObjectives, y.length);
    group.maxObjectives = Math.max(group.maxObjectives, y.length);
    group.numMissing += y.filter(Number.isNaN).length;
    if (group.rowBytes + row.byteLength > this.#blockBytes) this.#flush(group);
    group.rows.push(row);
    group.lengths.push(x.length);
    group.rowBytes += row.byteLength;
    this.#pendingBytes += row.byteLength;
    if (this.#pendingBytes > MAX_PENDING_BYTES) {
      for (const open of this.#groups.values()) this.#flush(open);
    }
  }

  /** Writes what is left, then index and manifest, flushes them and gives the directory its name. */
  finish(): PreparedManifest {
    const groups = [...this.#groups]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, group]) => group);
    for (const group of groups) this.#flush(group);
    const shards = this.#shards.close();
    const index = encodeIndex(
      groups.flatMap(({ blocks }, group) => blocks.map((block) => ({ ...block, group }))),
      groups.flatMap(({ blocks }) => blocks.map(({ lengths }) => lengths)),
    );
    const manifest = sealManifest({
      format: "auspex-dataset",
      formatVersion: FORMAT_VERSION,
      blockBytes: this.#blockBytes,
      numRows: groups.reduce((sum, { numRows }) => sum + numRows, 0),
      numChars: groups.reduce((sum, { numChars }) => sum + numChars, 0),
      vocabularyHash: this.#tokens?.vocabularyHash ?? null,
      groups: groups.map(
        ({ rows: _rows, rowBytes: _bytes, lengths: _lengths, blocks: _blocks, ...group }) => ({
          ...group,
          numTokens: this.#tokens === undefined ? null : group.numTokens,
        }),
      ),
      shards,
      index: { file: INDEX_FILE, bytes: index.byteLength, sha256: sha256Hex(index) },
    });
    writing(this.#directory, () => {
      writeSynced(join(this.#partial, INDEX_FILE), index);
      writeSynced(join(this.#partial, MANIFEST_FILE), encodeManifest(manifest));
      syncDirectory(this.#partial);
      renameSync(this.#partial, this.#directory);
      syncDirectory(dirname(this.#directory));
    });
    return manifest;
  }

  /** Removes what was written; after {@link finish} it does nothing. */
  abort(): void {
    this.#shards.abandon();
    rmSync(this.#partial, { recursive: true, force: true });
  }

  #groupOf({ task, split }: Example): OpenGroup {
    const key = groupKey({ task, split });
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group: OpenGroup = {
      task,
      split,
      numRows: 0,
      numChars: 0,
      numTokens: 0,
      minObjectives: Number.MAX_SAFE_INTEGER,
      maxObjectives: 0,
      numMissing: 0,
      rows: [],
      lengths: [],
      rowBytes: 0,
      blocks: [],
    };
    this.#groups.set(key, group);
    return group;
  }

  #flush(group: OpenGroup): void {
    if (group.rows.length === 0) return;
    const block = encodeBlock(group.rows);
    const numRows = group.rows.length;
    const last = group.blocks.at(-1);
    group.blocks.push({
      firstRow: last === undefined ? 0 : last.firstRow + last.numRows,
      numRows,
      ...this.#shards.append(block),
      bytes: block.byteLength,
      sha256: createHash("sha256").update(block).digest(),
      lengths: Uint32Array.from(group.lengths),
    });
    this.#pendingBytes -= group.rowBytes;
    group.rows = [];
    group.lengths = [];
    group.rowBytes = 0;
  }
}

/** Files of blocks, one after the other. */
class ShardWriter {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #closed: PreparedManifest["shards"][number][] = [];
  #file: { readonly fd: number; readonly name: string } | undefined;
  #bytes = 0;
  #hash = createHash("sha256");

  constructor(directory: string, maxBytes: number) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
  }

  append(block: Uint8Array): { readonly shard: number; readonly offset: number } {
    if (this.#bytes > 0 && this.#bytes + block.byteLength > this.#maxBytes) this.#closeFile();
    const shard = this.#closed.length;
    this.#file ??= this.#open(`shard-${String(shard).padStart(5, "0")}.bin`);
    const offset = this.#bytes;
    const { fd } = this.#file;
    writing(this.#directory, () => writeFully(fd, block));
    this.#hash.update(block);
    this.#bytes += block.byteLength;
    return { shard, offset };
  }

  close(): PreparedManifest["shards"] {
    this.#closeFile();
    return this.#closed;
  }

  abandon(): void {
    if (this.#file !== undefined) closeSync(this.#file.fd);
    this.#file = undefined;
  }

  #open(name: string): { readonly fd: number; readonly name: string } {
    return { fd: openSync(join(this.#directory, name), "wx"), name };
  }

  #closeFile(): void {
    if (this.#file === undefined) return;
    const { fd, name } = this.#file;
    writing(this.#directory, () => fsyncSync(fd));
    closeSync(fd);
    this.#closed.push({ file: name, bytes: this.#bytes, sha256: this.#hash.digest("hex") });
    this.#file = undefined;
    this.#bytes = 0;
    this.#hash = createHash("sha256");
  }
}

function writing(directory: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new AuspexError("IO", EXIT.io, `${directory}: cannot be written: ${messageOf(cause)}`, {
      cause,
    });
  }
}

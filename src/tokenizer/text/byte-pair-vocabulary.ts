// Byte-level BPE, trained here: no unknown token, digits apart, the same ids on every machine.

import { Buffer } from "node:buffer";
import * as z from "zod";
import { ConfigError, CorruptError, canonicalJson, sha256Hex } from "../../core/index.ts";
import { FIRST_BYTE_ID, MergeTable, NUM_BYTE_IDS, PAD_ID } from "./merges.ts";
import { PIECE_RULE, splitPieces } from "./split-pieces.ts";
import type { TextVocabulary } from "./text-vocabulary.ts";
import { countPieces, trainMerges } from "./train-byte-pairs.ts";

const MIN_SIZE = FIRST_BYTE_ID + NUM_BYTE_IDS;
/** Ids of trained vocabularies fit in 16 bits. */
const MAX_SIZE = 2 ** 16;

export interface BytePairTraining {
  /** Number of ids wanted, 257 to 65,536. Fewer come out when the texts run out of pairs. */
  readonly size: number;
}

/**
 * Learns a vocabulary from `texts`, in their own order or any other: the result is the same.
 *
 * @throws {ConfigError} when the size is out of range.
 */
export function trainBytePairVocabulary(
  texts: Iterable<string>,
  { size }: BytePairTraining,
): TextVocabulary {
  if (!Number.isInteger(size) || size < MIN_SIZE || size > MAX_SIZE) {
    throw new ConfigError("vocabulary.size", `must be ${MIN_SIZE} to ${MAX_SIZE}, got ${size}`);
  }
  return new BytePairVocabulary(trainMerges(countPieces(texts), size));
}

/** Merges as one flat list: left, right, left, right, ... */
const bytePairJsonSchema = z.strictObject({
  kind: z.literal("byte-pair"),
  pieceRule: z.int(),
  merges: z.array(z.int().min(0).max(MAX_SIZE)),
});

/** @throws {CorruptError} when the JSON is no byte-pair vocabulary, or of another piece rule. */
export function bytePairVocabularyFromJson(json: unknown): TextVocabulary {
  const parsed = bytePairJsonSchema.safeParse(json);
  if (!parsed.success) {
    throw new CorruptError("vocabulary", `no byte-pair vocabulary: ${parsed.error.message}`);
  }
  const { pieceRule, merges } = parsed.data;
  if (pieceRule !== PIECE_RULE) {
    throw new CorruptError(
      "vocabulary",
      `piece rule ${pieceRule}, this version has ${PIECE_RULE}`,
      {
        hint: "use the version of auspex that trained this vocabulary, or train it again",
      },
    );
  }
  if (merges.length % 2 !== 0) throw new CorruptError("vocabulary", "an odd number of merge ids");
  const table = new MergeTable();
  for (let i = 0; i < merges.length; i += 2) table.merge(merges[i]!, merges[i + 1]!);
  return new BytePairVocabulary(table);
}

/** Distinct pieces remembered with their ids; beyond it the memory starts anew. */
const MAX_CACHED_PIECES = 200_000;

class BytePairVocabulary implements TextVocabulary {
  readonly kind = "byte-pair";
  readonly padId = PAD_ID;
  readonly size: number;
  readonly hash: string;
  readonly #table: MergeTable;
  readonly #lookup: PairLookup;
  readonly #cache = new Map<string, Int32Array>();
  #out = new Int32Array(1024);

  constructor(table: MergeTable) {
    this.#table = table;
    this.size = table.size;
    this.#lookup = new PairLookup(table);
    this.hash = sha256Hex(canonicalJson(this.toJson()));
  }

  encode(text: string): Int32Array {
    let count = 0;
    splitPieces(text, (start, end) => {
      const code = text.charCodeAt(start);
      if (end === start + 1 && code < 128) {
        this.#reserve(count + 1);
        this.#out[count++] = code + FIRST_BYTE_ID;
        return;
      }
      const ids = this.#piece(text.slice(start, end));
      this.#reserve(count + ids.length);
      for (let i = 0; i < ids.length; i++) this.#out[count++] = ids[i]!;
    });
    return this.#out.slice(0, count);
  }

  pieces(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => showBytes(this.#table.bytes[id] ?? ""));
  }

  toJson(): unknown {
    return { kind: this.kind, pieceRule: PIECE_RULE, merges: this.#table.pairs.flat() };
  }

  #piece(piece: string): Int32Array {
    const known = this.#cache.get(piece);
    if (known !== undefined) return known;
    const ids = this.#lookup.mergeAll(Buffer.from(piece, "utf8"));
    if (this.#cache.size >= MAX_CACHED_PIECES) this.#cache.clear();
    this.#cache.set(piece, ids);
    return ids;
  }

  #reserve(length: number): void {
    if (length <= this.#out.length) return;
    const grown = new Int32Array(Math.max(length, 2 * this.#out.length));
    grown.set(this.#out);
    this.#out = grown;
  }
}

const NO_RANK = 0x7fffffff;

/** Rank and result of each pair, in an open-addressing hash table. */
class PairLookup {
  readonly #mask: number;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #rank: Int32Array;
  readonly #resultOfRank: Int32Array;

  constructor(table: MergeTable) {
    const replay = new MergeTable();
    const capacity = 2 ** Math.ceil(Math.log2(2 * table.pairs.length + 2));
    this.#mask = capacity - 1;
    this.#left = new Int32Array(capacity);
    this.#right = new Int32Array(capacity);
    this.#rank = new Int32Array(capacity).fill(NO_RANK);
    this.#resultOfRank = new Int32Array(table.pairs.length);
    table.pairs.forEach(([left, right], rank) => {
      const slot = this.#slot(left, right);
      if (this.#rank[slot] === NO_RANK) {
        this.#left[slot] = left;
        this.#right[slot] = right;
        this.#rank[slot] = rank;
      }
      this.#resultOfRank[rank] = replay.merge(left, right);
    });
  }

  /** Applies the merges in order of rank, the leftmost first, until none applies. */
  mergeAll(bytes: Uint8Array): Int32Array {
    const ids = Int32Array.from(bytes, (byte) => byte + FIRST_BYTE_ID);
    const ranks = new Int32Array(ids.length);
    let length = ids.length;
    for (let i = 0; i + 1 < length; i++) ranks[i] = this.#rankOf(ids[i]!, ids[i + 1]!);
    for (;;) {
      let at = -1;
      let best = NO_RANK;
      for (let i = 0; i + 1 < length; i++) {
        if (ranks[i]! < best) {
          best = ranks[i]!;
          at = i;
        }
      }
      if (at < 0) return ids.slice(0, length);
      ids[at] = this.#resultOfRank[best]!;
      ids.copyWithin(at + 1, at + 2, length);
      ranks.copyWithin(at + 1, at + 2, length);
      length -= 1;
      if (at > 0) ranks[at - 1] = this.#rankOf(ids[at - 1]!, ids[at]!);
      if (at + 1 < length) ranks[at] = this.#rankOf(ids[at]!, ids[at + 1]!);
    }
  }

  #rankOf(left: number, right: number): number {
    return this.#rank[this.#slot(left, right)]!;
  }

  #slot(left: number, right: number): number {
    let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) & this.#mask;
    while (
      this.#rank[slot] !== NO_RANK &&
      (this.#left[slot] !== left || this.#right[slot] !== right)
    ) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }
}

/** Whole characters as they are, stray bytes as `<0xE2>`. */
function showBytes(bytes: string): string {
  const text = Buffer.from(bytes, "latin1").toString("utf8");
  if (!text.includes("\uFFFD")) return text;
  return Array.from(bytes, (byte) => {
    const code = byte.charCodeAt(0);
    return code < 128 ? byte : `<0x${code.toString(16).toUpperCase().padStart(2, "0")}>`;
  }).join("");
}

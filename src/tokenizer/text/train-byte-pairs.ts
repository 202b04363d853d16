// Learns byte-pair merges from counted pieces (Sennrich et al., 2016), incrementally: a merge touches only
// the pieces that hold its pair. Deterministic: the most frequent pair wins, then the smaller ids.

import { Buffer } from "node:buffer";
import { Heap } from "./heap.ts";
import { FIRST_BYTE_ID, MergeTable } from "./merges.ts";
import { splitPieces } from "./split-pieces.ts";

/** Pairs below this count are not worth an id. */
const MIN_PAIR_COUNT = 2;
/** Beyond this many different pieces only the most frequent are kept: memory stays bounded. */
const MAX_PIECES = 1_000_000;

/** How often each piece occurs in `texts`. */
export function countPieces(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    splitPieces(text, (start, end) => {
      if (end - start < 2) return;
      const piece = text.slice(start, end);
      counts.set(piece, (counts.get(piece) ?? 0) + 1);
    });
    if (counts.size > 2 * MAX_PIECES) keepMostFrequent(counts);
  }
  return counts;
}

/** Merges until the table holds `size` ids or no pair is left that occurs twice. */
export function trainMerges(counts: ReadonlyMap<string, number>, size: number): MergeTable {
  const table = new MergeTable();
  const words: number[][] = [];
  const wordCounts: number[] = [];
  // Sorted, so that the result does not depend on the order of the texts.
  for (const piece of [...counts.keys()].toSorted(byCodeUnits)) {
    words.push(Array.from(Buffer.from(piece, "utf8"), (byte) => byte + FIRST_BYTE_ID));
    wordCounts.push(counts.get(piece)!);
  }
  const pairs = new PairCounts(words, wordCounts);
  while (table.size < size) {
    const best = pairs.takeBest();
    if (best === undefined || best.count < MIN_PAIR_COUNT) break;
    pairs.merge(best.left, best.right, table.merge(best.left, best.right));
  }
  return table;
}

/** Ids fit in 16 bits, so that a pair is a small integer, the fastest key there is. */
const ID_BITS = 16;
const ID_MASK = 2 ** ID_BITS - 1;

function pairOf(left: number, right: number): number {
  return (left << ID_BITS) | right;
}

interface Candidate {
  readonly pair: number;
  readonly count: number;
}

/** Counts of adjacent pairs, where they may occur, and a heap of them with stale entries left in. */
class PairCounts {
  readonly #words: readonly number[][];
  readonly #wordCounts: readonly number[];
  readonly #counts = new Map<number, number>();
  /** Words that held the pair once; some do no longer. */
  readonly #wordsOfPair = new Map<number, Set<number>>();
  readonly #heap = new Heap<Candidate>(isBetter);
  readonly #touched = new Set<number>();

  constructor(words: readonly number[][], wordCounts: readonly number[]) {
    this.#words = words;
    this.#wordCounts = wordCounts;
    words.forEach((ids, word) => {
      for (let i = 1; i < ids.length; i++) this.#add(pairOf(ids[i - 1]!, ids[i]!), word);
    });
    this.#touched.clear();
    for (const [pair, count] of this.#counts) this.#heap.push({ pair, count });
  }

  takeBest(): { left: number; right: number; count: number } | undefined {
    for (let top = this.#heap.pop(); top !== undefined; top = this.#heap.pop()) {
      // Stale: its count has changed since, and the change was pushed.
      if (this.#counts.get(top.pair) !== top.count) continue;
      return { left: top.pair >>> ID_BITS, right: top.pair & ID_MASK, count: top.count };
    }
    return undefined;
  }

  /** Replaces left, right by `merged` in every word that has them. */
  merge(left: number, right: number, merged: number): void {
    const pair = pairOf(left, right);
    this.#touched.clear();
    for (const word of this.#wordsOfPair.get(pair) ?? []) this.#mergeIn(word, left, right, merged);
    this.#wordsOfPair.delete(pair);
    this.#counts.delete(pair);
    this.#touched.delete(pair);
    for (const changed of this.#touched) {
      const count = this.#counts.get(changed) ?? 0;
      if (count >= MIN_PAIR_COUNT) this.#heap.push({ pair: changed, count });
    }
  }

  /** From left to right, in place; only the pairs beside a merge change. */
  #mergeIn(word: number, left: number, right: number, merged: number): void {
    const ids = this.#words[word]!;
    let length = 0;
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] !== left || ids[i + 1] !== right) {
        ids[length++] = ids[i]!;
        continue;
      }
      if (length > 0) {
        this.#remove(pairOf(ids[length - 1]!, left), word);
        this.#add(pairOf(ids[length - 1]!, merged), word);
      }
      if (i + 2 < ids.length) {
        this.#remove(pairOf(right, ids[i + 2]!), word);
        this.#add(pairOf(merged, ids[i + 2]!), word);
      }
      ids[length++] = merged;
      i += 1;
    }
    ids.length = length;
  }

  #add(pair: number, word: number): void {
    this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + this.#wordCounts[word]!);
    const holders = this.#wordsOfPair.get(pair);
    if (holders === undefined) this.#wordsOfPair.set(pair, new Set([word]));
    else holders.add(word);
    this.#touched.add(pair);
  }

  #remove(pair: number, word: number): void {
    this.#counts.set(pair, (this.#counts.get(pair) ?? 0) - this.#wordCounts[word]!);
    this.#touched.add(pair);
  }
}

function isBetter(a: Candidate, b: Candidate): boolean {
  return a.count > b.count || (a.count === b.count && a.pair >>> 0 < b.pair >>> 0);
}

function keepMostFrequent(counts: Map<string, number>): void {
  const sorted = [...counts].toSorted((a, b) => b[1] - a[1] || byCodeUnits(a[0], b[0]));
  for (const [piece] of sorted.slice(MAX_PIECES)) counts.delete(piece);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

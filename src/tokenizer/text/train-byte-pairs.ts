// Learns byte-pair merges from counted pieces (Sennrich et al., 2016), incrementally: a merge touches only
// the pieces that hold its pair. Deterministic: the most frequent pair wins, then the smaller ids.

import { Buffer } from "node:buffer";
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

/** Ids fit in 20 bits: a pair is one exact number. */
const PAIR_FACTOR = 2 ** 20;

interface Candidate {
  readonly pair: number;
  readonly count: number;
}

/** Counts of adjacent pairs, where they occur, and a heap of them with stale entries left in. */
class PairCounts {
  readonly #words: number[][];
  readonly #wordCounts: readonly number[];
  readonly #counts = new Map<number, number>();
  readonly #wordsOfPair = new Map<number, Set<number>>();
  readonly #heap: Candidate[] = [];

  constructor(words: number[][], wordCounts: readonly number[]) {
    this.#words = words;
    this.#wordCounts = wordCounts;
    for (let word = 0; word < words.length; word++) this.#addWord(word, new Set());
    for (const [pair, count] of this.#counts) this.#push({ pair, count });
  }

  takeBest(): { left: number; right: number; count: number } | undefined {
    for (let top = this.#pop(); top !== undefined; top = this.#pop()) {
      // Stale: its count has changed since, and the change was pushed.
      if (this.#counts.get(top.pair) !== top.count) continue;
      return {
        left: Math.floor(top.pair / PAIR_FACTOR),
        right: top.pair % PAIR_FACTOR,
        count: top.count,
      };
    }
    return undefined;
  }

  /** Replaces left, right by `merged` in every word that has them. */
  merge(left: number, right: number, merged: number): void {
    const pair = left * PAIR_FACTOR + right;
    const touched = new Set<number>();
    for (const word of this.#wordsOfPair.get(pair) ?? []) {
      this.#removeWord(word, touched);
      this.#words[word] = replacePair(this.#words[word]!, left, right, merged);
      this.#addWord(word, touched);
    }
    this.#wordsOfPair.delete(pair);
    this.#counts.delete(pair);
    touched.delete(pair);
    for (const changed of touched) {
      const count = this.#counts.get(changed) ?? 0;
      if (count >= MIN_PAIR_COUNT) this.#push({ pair: changed, count });
    }
  }

  #addWord(word: number, touched: Set<number>): void {
    const ids = this.#words[word]!;
    const weight = this.#wordCounts[word]!;
    for (let i = 1; i < ids.length; i++) {
      const pair = ids[i - 1]! * PAIR_FACTOR + ids[i]!;
      this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + weight);
      const holders = this.#wordsOfPair.get(pair);
      if (holders === undefined) this.#wordsOfPair.set(pair, new Set([word]));
      else holders.add(word);
      touched.add(pair);
    }
  }

  #removeWord(word: number, touched: Set<number>): void {
    const ids = this.#words[word]!;
    const weight = this.#wordCounts[word]!;
    for (let i = 1; i < ids.length; i++) {
      const pair = ids[i - 1]! * PAIR_FACTOR + ids[i]!;
      this.#counts.set(pair, this.#counts.get(pair)! - weight);
      touched.add(pair);
    }
  }

  #push(candidate: Candidate): void {
    const heap = this.#heap;
    let at = heap.push(candidate) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBetter(candidate, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = candidate;
  }

  #pop(): Candidate | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBetter(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBetter(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

function isBetter(a: Candidate, b: Candidate): boolean {
  return a.count > b.count || (a.count === b.count && a.pair < b.pair);
}

function replacePair(
  ids: readonly number[],
  left: number,
  right: number,
  merged: number,
): number[] {
  const replaced: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      replaced.push(merged);
      i += 1;
    } else {
      replaced.push(ids[i]!);
    }
  }
  return replaced;
}

function keepMostFrequent(counts: Map<string, number>): void {
  const sorted = [...counts].toSorted((a, b) => b[1] - a[1] || byCodeUnits(a[0], b[0]));
  for (const [piece] of sorted.slice(MAX_PIECES)) counts.delete(piece);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// SentencePiece's unigram model: the cut with the highest sum of scores (Viterbi), in float32 as there.

import { Buffer } from "node:buffer";
import type { SentencePieceModel } from "./sentencepiece-model.ts";
import { utf8Length } from "./sentencepiece-normalizer.ts";

/** An unknown character costs this much more than the worst piece. */
const UNKNOWN_PENALTY = 10;

export class SentencePieceUnigram {
  readonly #trie = new ByteTrie();
  readonly #scores: Float32Array;
  readonly #userDefined: Uint8Array;
  readonly #unknownScore: number;
  readonly #maxScore: number;

  constructor(model: SentencePieceModel) {
    this.#scores = Float32Array.from(model.pieces, ({ score }) => score);
    this.#userDefined = Uint8Array.from(model.pieces, ({ type }) =>
      type === "user-defined" ? 1 : 0,
    );
    let minScore = Infinity;
    let maxScore = -Infinity;
    model.pieces.forEach(({ piece, score, type }, id) => {
      if (type === "normal" || type === "user-defined")
        this.#trie.add(Buffer.from(piece, "utf8"), id);
      if (type !== "normal") return;
      minScore = Math.min(minScore, score);
      maxScore = Math.max(maxScore, score);
    });
    this.#unknownScore = Math.fround(minScore - UNKNOWN_PENALTY);
    this.#maxScore = maxScore;
  }

  /** Ends of the pieces in a normalised text, with their ids; -1 is unknown. */
  split(normalized: Buffer): { end: number; id: number }[] {
    const size = normalized.length;
    const bestScore = new Float32Array(size + 1);
    const startsAt = new Int32Array(size + 1).fill(-1);
    const bestId = new Int32Array(size + 1).fill(-1);
    const trie = this.#trie;
    for (let start = 0; start < size; ) {
      const scoreHere = bestScore[start]!;
      const charEnd = start + Math.min(utf8Length(normalized[start]!), size - start);
      let hasSingle = false;
      let node = 0;
      for (let at = start; at < size; at++) {
        node = trie.child(node, normalized[at]!);
        if (node < 0) break;
        const id = trie.idOf(node);
        if (id < 0) continue;
        const end = at + 1;
        // A user-defined piece is always worth taking.
        const score =
          this.#userDefined[id] === 1 ? (end - start) * this.#maxScore - 0.1 : this.#scores[id]!;
        const total = Math.fround(score + scoreHere);
        if (startsAt[end] === -1 || total > bestScore[end]!) {
          startsAt[end] = start;
          bestScore[end] = total;
          bestId[end] = id;
        }
        if (end === charEnd) hasSingle = true;
      }
      const unknown = Math.fround(this.#unknownScore + scoreHere);
      if (!hasSingle && (startsAt[charEnd] === -1 || unknown > bestScore[charEnd]!)) {
        startsAt[charEnd] = start;
        bestScore[charEnd] = unknown;
        bestId[charEnd] = -1;
      }
      start = charEnd;
    }
    const path: { end: number; id: number }[] = [];
    for (let end = size; end > 0; end = startsAt[end]!) path.push({ end, id: bestId[end]! });
    return path.reverse();
  }
}

/** Children in an open-addressing hash table of (node, byte). */
class ByteTrie {
  #keys = new Int32Array(4096).fill(-1);
  #children = new Int32Array(4096);
  #numChildren = 0;
  readonly #ids: number[] = [-1];

  add(bytes: Uint8Array, id: number): void {
    let node = 0;
    for (const byte of bytes) {
      let child = this.child(node, byte);
      if (child < 0) {
        child = this.#ids.push(-1) - 1;
        this.#insert(node * 256 + byte, child);
      }
      node = child;
    }
    if (this.#ids[node] === -1) this.#ids[node] = id;
  }

  /** -1 for none. */
  child(node: number, byte: number): number {
    const slot = this.#slot(node * 256 + byte);
    return this.#keys[slot] === -1 ? -1 : this.#children[slot]!;
  }

  /** The id of the entry that ends at `node`; -1 for none. */
  idOf(node: number): number {
    return this.#ids[node]!;
  }

  #slot(key: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let slot = (Math.imul(key, 0x9e3779b1) >>> 7) & mask;
    while (keys[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #insert(key: number, child: number): void {
    if (3 * (this.#numChildren + 1) > this.#keys.length) this.#grow();
    const slot = this.#slot(key);
    this.#keys[slot] = key;
    this.#children[slot] = child;
    this.#numChildren += 1;
  }

  #grow(): void {
    const [keys, children] = [this.#keys, this.#children];
    this.#keys = new Int32Array(2 * keys.length).fill(-1);
    this.#children = new Int32Array(2 * keys.length);
    keys.forEach((key, i) => {
      if (key === -1) return;
      const slot = this.#slot(key);
      this.#keys[slot] = key;
      this.#children[slot] = children[i]!;
    });
  }
}

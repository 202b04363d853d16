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
    const offer = (start: number, end: number, id: number, score: number): void => {
      const total = Math.fround(score + bestScore[start]!);
      if (startsAt[end] !== -1 && total <= bestScore[end]!) return;
      startsAt[end] = start;
      bestScore[end] = total;
      bestId[end] = id;
    };
    for (let start = 0; start < size; ) {
      const charLength = Math.min(utf8Length(normalized[start]!), size - start);
      let hasSingle = false;
      this.#trie.walk(normalized, start, (end, id) => {
        const length = end - start;
        // A user-defined piece is always worth taking.
        offer(
          start,
          end,
          id,
          this.#userDefined[id] === 1 ? length * this.#maxScore - 0.1 : this.#scores[id]!,
        );
        if (length === charLength) hasSingle = true;
      });
      if (!hasSingle) offer(start, start + charLength, -1, this.#unknownScore);
      start += charLength;
    }
    const path: { end: number; id: number }[] = [];
    for (let end = size; end > 0; end = startsAt[end]!) path.push({ end, id: bestId[end]! });
    return path.reverse();
  }
}

/** Children in a hash table of (node, byte). */
class ByteTrie {
  readonly #children = new Map<number, number>();
  readonly #ids: number[] = [-1];

  add(bytes: Uint8Array, id: number): void {
    let node = 0;
    for (const byte of bytes) {
      const key = node * 256 + byte;
      let child = this.#children.get(key);
      if (child === undefined) {
        child = this.#ids.push(-1) - 1;
        this.#children.set(key, child);
      }
      node = child;
    }
    if (this.#ids[node] === -1) this.#ids[node] = id;
  }

  /** Calls `found` for every entry that starts at `start`, the shortest first. */
  walk(bytes: Uint8Array, start: number, found: (end: number, id: number) => void): void {
    let node: number | undefined = 0;
    for (let at = start; at < bytes.length; at++) {
      node = this.#children.get(node * 256 + bytes[at]!);
      if (node === undefined) return;
      const id = this.#ids[node]!;
      if (id >= 0) found(at + 1, id);
    }
  }
}

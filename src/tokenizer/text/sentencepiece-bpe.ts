// SentencePiece's BPE: characters merge pairwise, the merge whose result has the best score first, the
// leftmost among equals, until no neighbours form a piece.

import { Heap } from "./heap.ts";
import type { SentencePieceModel } from "./sentencepiece-model.ts";
import { SPACE_MARK } from "./sentencepiece-normalizer.ts";

const MAX_CACHED_CHUNKS = 100_000;

export class SentencePieceBpe {
  readonly #scores = new Map<string, number>();
  readonly #unused = new Set<string>();
  readonly #verbatim: readonly string[];
  /** Whether no piece reaches over the start of a word: words can then be cut one by one, and remembered. */
  readonly #byWord: boolean;
  readonly #cache = new Map<string, readonly string[]>();

  constructor(model: SentencePieceModel) {
    const mergeable = model.pieces.filter(({ type }) =>
      ["normal", "user-defined", "unused"].includes(type),
    );
    for (const { piece, score, type } of mergeable) {
      this.#scores.set(piece, score);
      if (type === "unused") this.#unused.add(piece);
    }
    this.#verbatim = mergeable
      .filter(({ type }) => type === "user-defined")
      .map(({ piece }) => piece)
      .toSorted((a, b) => b.length - a.length);
    this.#byWord =
      this.#verbatim.length === 0 &&
      !model.treatWhitespaceAsSuffix &&
      mergeable.every(({ piece }) => piece.indexOf(SPACE_MARK, 1) < 0);
  }

  /** The pieces of a normalised text, unknown characters as they are. */
  split(normalized: string): string[] {
    if (!this.#byWord) return this.#merge(normalized);
    const pieces: string[] = [];
    for (let start = 0; start < normalized.length; ) {
      const next = normalized.indexOf(SPACE_MARK, start + 1);
      const end = next < 0 ? normalized.length : next;
      for (const piece of this.#word(normalized.slice(start, end))) pieces.push(piece);
      start = end;
    }
    return pieces;
  }

  #word(word: string): readonly string[] {
    const known = this.#cache.get(word);
    if (known !== undefined) return known;
    const pieces = this.#merge(word);
    if (this.#cache.size >= MAX_CACHED_CHUNKS) this.#cache.clear();
    this.#cache.set(word, pieces);
    return pieces;
  }

  #merge(text: string): string[] {
    const symbols = this.#symbols(text);
    const agenda = new Heap<Proposal>(comesFirst);
    /** How a merged unused piece is taken apart again. */
    const halves = new Map<string, readonly [string, string]>();
    const propose = (left: number, right: number): void => {
      if (left < 0 || right < 0 || symbols[left]!.frozen || symbols[right]!.frozen) return;
      const piece = symbols[left]!.piece + symbols[right]!.piece;
      const score = this.#scores.get(piece);
      if (score === undefined) return;
      agenda.push({ left, right, score, length: piece.length });
      if (this.#unused.has(piece)) halves.set(piece, [symbols[left]!.piece, symbols[right]!.piece]);
    };
    for (let i = 1; i < symbols.length; i++) propose(i - 1, i);
    for (let top = agenda.pop(); top !== undefined; top = agenda.pop()) {
      const left = symbols[top.left]!;
      const right = symbols[top.right]!;
      // One of the two has merged otherwise since.
      if (
        left.piece === "" ||
        right.piece === "" ||
        left.piece.length + right.piece.length !== top.length
      ) {
        continue;
      }
      left.piece += right.piece;
      left.next = right.next;
      if (right.next >= 0) symbols[right.next]!.previous = top.left;
      right.piece = "";
      propose(left.previous, top.left);
      propose(top.left, left.next);
    }
    const pieces: string[] = [];
    const add = (piece: string): void => {
      const parts = halves.get(piece);
      if (parts === undefined || !this.#unused.has(piece)) pieces.push(piece);
      else parts.forEach(add);
    };
    for (const { piece } of symbols) if (piece !== "") add(piece);
    return pieces;
  }

  #symbols(text: string): MergeSymbol[] {
    const symbols: MergeSymbol[] = [];
    for (let at = 0; at < text.length; ) {
      const verbatim = this.#verbatim.find((piece) => text.startsWith(piece, at));
      const piece = verbatim ?? String.fromCodePoint(text.codePointAt(at)!);
      const index = symbols.length;
      at += piece.length;
      symbols.push({
        piece,
        frozen: verbatim !== undefined,
        previous: index - 1,
        next: at < text.length ? index + 1 : -1,
      });
    }
    return symbols;
  }
}

interface MergeSymbol {
  piece: string;
  readonly frozen: boolean;
  previous: number;
  next: number;
}

interface Proposal {
  readonly left: number;
  readonly right: number;
  readonly score: number;
  /** Of the merged piece, to notice that a side has changed. */
  readonly length: number;
}

/** The best score first, then the leftmost. */
function comesFirst(a: Proposal, b: Proposal): boolean {
  return a.score > b.score || (a.score === b.score && a.left < b.left);
}

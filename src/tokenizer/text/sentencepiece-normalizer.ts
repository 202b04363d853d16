// Text to the form that SentencePiece cuts: characters replaced by the model's compiled map (a double-array
// trie, as darts-clone lays it out, over UTF-8), whitespace folded, spaces written as U+2581.

import { Buffer } from "node:buffer";
import { CorruptError } from "../../core/index.ts";
import type { SentencePieceModel } from "./sentencepiece-model.ts";

/** U+2581, the visible space. */
export const SPACE_MARK = "\u2581";
const SPACE_MARK_BYTES = Buffer.from(SPACE_MARK, "utf8");
const REPLACEMENT_BYTES = Buffer.from("\uFFFD", "utf8");
const SPACE = 32;

export class SentencePieceNormalizer {
  readonly #model: SentencePieceModel;
  readonly #trie: Uint32Array;
  readonly #replacements: Uint8Array;
  /** Pieces that are taken as they are, the longest first. */
  readonly #verbatim: readonly Buffer[];
  /** 1 for ASCII bytes that stay as they are whenever another ASCII byte follows. */
  readonly #plain: Uint8Array;

  constructor(model: SentencePieceModel) {
    this.#model = model;
    const { trie, replacements } = splitCharsMap(model.normalizer.charsMap);
    this.#trie = trie;
    this.#replacements = replacements;
    this.#verbatim = model.pieces
      .filter(({ type }) => type === "user-defined")
      .map(({ piece }) => Buffer.from(piece, "utf8"))
      .toSorted((a, b) => b.length - a.length);
    this.#plain = this.#plainBytes();
  }

  /** UTF-8 of the normalised text. */
  normalize(text: string): Buffer {
    const input = Buffer.from(text, "utf8");
    const { addDummyPrefix, removeExtraWhitespaces, escapeWhitespaces } = this.#model.normalizer;
    const { treatWhitespaceAsSuffix } = this.#model;
    const space = escapeWhitespaces ? SPACE_MARK_BYTES : Buffer.from([SPACE]);
    const out = new ByteList(input.length + 16);

    let at = 0;
    while (removeExtraWhitespaces && at < input.length) {
      const { bytes, length } = this.#step(input, at);
      if (!(bytes.length === 1 && bytes[0] === SPACE)) break;
      at += length;
    }
    if (at >= input.length) return Buffer.alloc(0);

    if (addDummyPrefix && !treatWhitespaceAsSuffix) out.push(space);
    let previousIsSpace = removeExtraWhitespaces;
    while (at < input.length) {
      const byte = input[at]!;
      if (this.#plain[byte] === 1 && input[at + 1]! < 128) {
        out.pushByte(byte);
        previousIsSpace = false;
        at += 1;
        continue;
      }
      const { bytes, length } = this.#step(input, at);
      at += length;
      let start = 0;
      while (previousIsSpace && bytes[start] === SPACE) start += 1;
      if (start < bytes.length) {
        for (let i = start; i < bytes.length; i++) {
          if (bytes[i] === SPACE) out.push(space);
          else out.pushByte(bytes[i]!);
        }
        previousIsSpace = bytes[bytes.length - 1] === SPACE;
      }
      if (!removeExtraWhitespaces) previousIsSpace = false;
    }
    if (removeExtraWhitespaces) while (out.endsWith(space)) out.length -= space.length;
    if (addDummyPrefix && treatWhitespaceAsSuffix) out.push(space);
    return out.toBuffer();
  }

  /** Most text is ASCII that nothing replaces: it needs no walk through the trie. */
  #plainBytes(): Uint8Array {
    const plain = new Uint8Array(256);
    const pair = Buffer.alloc(2);
    for (let byte = 33; byte < 127; byte++) {
      if (this.#verbatim.some((piece) => piece[0] === byte)) continue;
      let stays = true;
      for (let next = 0; next < 128 && stays; next++) {
        pair[0] = byte;
        pair[1] = next;
        stays = this.#longestMatch(pair, 0).length === 0;
      }
      plain[byte] = stays ? 1 : 0;
    }
    return plain;
  }

  /** What the longest match at `at` becomes, and how many bytes it covers. */
  #step(input: Buffer, at: number): { bytes: Uint8Array; length: number } {
    for (const piece of this.#verbatim) {
      if (input.subarray(at, at + piece.length).equals(piece)) {
        return { bytes: piece, length: piece.length };
      }
    }
    const { length, offset } = this.#longestMatch(input, at);
    if (length > 0) {
      const end = this.#replacements.indexOf(0, offset);
      return { bytes: this.#replacements.subarray(offset, end), length };
    }
    const charLength = utf8Length(input[at]!);
    const bytes = input.subarray(at, at + charLength);
    return bytes.length < charLength
      ? { bytes: REPLACEMENT_BYTES, length: 1 }
      : { bytes, length: charLength };
  }

  #longestMatch(input: Buffer, at: number): { length: number; offset: number } {
    const trie = this.#trie;
    let length = 0;
    let offset = 0;
    if (trie.length === 0) return { length, offset };
    let node = unitOffset(trie[0]!);
    for (let i = at; i < input.length; i++) {
      const byte = input[i]!;
      node ^= byte;
      const unit = trie[node];
      if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) break;
      node ^= unitOffset(unit);
      if (((unit >>> 8) & 1) === 1) {
        length = i - at + 1;
        offset = (trie[node] ?? 0) & 0x7fffffff;
      }
    }
    return { length, offset };
  }
}

function unitOffset(unit: number): number {
  return (unit >>> 10) << ((unit & 512) >>> 6);
}

/** The map is the trie's length in bytes, the trie, and replacements that end with a zero byte each. */
function splitCharsMap(map: Uint8Array): { trie: Uint32Array; replacements: Uint8Array } {
  if (map.length === 0) return { trie: new Uint32Array(0), replacements: new Uint8Array(0) };
  const view = new DataView(map.buffer, map.byteOffset, map.byteLength);
  const trieBytes = map.length < 4 ? Number.NaN : view.getUint32(0, true);
  if (!(trieBytes % 4 === 0 && 4 + trieBytes < map.length) || map.at(-1) !== 0) {
    throw new CorruptError("SentencePiece model", "its character map is damaged");
  }
  const trie = Uint32Array.from({ length: trieBytes / 4 }, (_, i) =>
    view.getUint32(4 + 4 * i, true),
  );
  return { trie, replacements: map.subarray(4 + trieBytes) };
}

/** Bytes of the character that starts with `byte`; 1 for a byte that starts none. */
export function utf8Length(byte: number): number {
  return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 1;
}

class ByteList {
  length = 0;
  #bytes: Buffer;

  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity);
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) this.pushByte(byte);
  }

  pushByte(byte: number): void {
    if (this.length === this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    }
    this.#bytes[this.length++] = byte;
  }

  endsWith(bytes: Buffer): boolean {
    return (
      this.length >= bytes.length &&
      this.#bytes.subarray(this.length - bytes.length, this.length).equals(bytes)
    );
  }

  toBuffer(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }
}

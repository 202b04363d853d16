// Text vocabularies from SentencePiece `.model` files: the ids that the C++ library gives.

import { Buffer } from "node:buffer";
import * as z from "zod";
import { CorruptError, canonicalJson, sha256Hex } from "../../core/index.ts";
import { SentencePieceBpe } from "./sentencepiece-bpe.ts";
import {
  byteOfPiece,
  readSentencePieceModel,
  type SentencePieceModel,
} from "./sentencepiece-model.ts";
import { SentencePieceNormalizer } from "./sentencepiece-normalizer.ts";
import { SentencePieceUnigram } from "./sentencepiece-unigram.ts";
import type { TextVocabulary } from "./text-vocabulary.ts";

/**
 * @param name What errors call the file.
 * @throws {CorruptError} when the bytes are no usable model.
 */
export function sentencePieceVocabulary(
  bytes: Uint8Array,
  name = "SentencePiece model",
): TextVocabulary {
  return new SentencePieceVocabulary(bytes, readSentencePieceModel(bytes, name));
}

const sentencePieceJsonSchema = z.strictObject({
  kind: z.literal("sentencepiece"),
  /** The model file in base 64. */
  model: z.string(),
});

/** @throws {CorruptError} when the JSON holds no usable model. */
export function sentencePieceVocabularyFromJson(json: unknown): TextVocabulary {
  const parsed = sentencePieceJsonSchema.safeParse(json);
  if (!parsed.success) {
    throw new CorruptError("vocabulary", `no SentencePiece vocabulary: ${parsed.error.message}`);
  }
  return sentencePieceVocabulary(Buffer.from(parsed.data.model, "base64"), "vocabulary");
}

class SentencePieceVocabulary implements TextVocabulary {
  readonly kind = "sentencepiece";
  readonly size: number;
  readonly padId: number;
  readonly hash: string;
  readonly #bytes: Uint8Array;
  readonly #model: SentencePieceModel;
  readonly #normalizer: SentencePieceNormalizer;
  readonly #bpe: SentencePieceBpe | undefined;
  readonly #unigram: SentencePieceUnigram | undefined;
  readonly #idOfPiece = new Map<string, number>();
  readonly #idOfByte = new Int32Array(256).fill(-1);

  constructor(bytes: Uint8Array, model: SentencePieceModel) {
    this.#bytes = bytes;
    this.#model = model;
    this.size = model.pieces.length;
    this.padId = model.padId;
    this.#normalizer = new SentencePieceNormalizer(model);
    if (model.kind === "bpe") this.#bpe = new SentencePieceBpe(model);
    else this.#unigram = new SentencePieceUnigram(model);
    model.pieces.forEach(({ piece, type }, id) => {
      if (type === "byte") this.#idOfByte[byteOfPiece(piece)] = id;
      this.#idOfPiece.set(piece, id);
    });
    this.hash = sha256Hex(canonicalJson(this.toJson()));
  }

  encode(text: string): Int32Array {
    const normalized = this.#normalizer.normalize(text);
    const ids = new IdList(this.#model, this.#idOfByte);
    if (this.#bpe !== undefined) {
      for (const piece of this.#bpe.split(normalized.toString("utf8"))) {
        const id = this.#idOfPiece.get(piece) ?? this.#model.unknownId;
        if (id === this.#model.unknownId) ids.pushUnknown(Buffer.from(piece, "utf8"));
        else ids.push(id);
      }
    } else {
      let start = 0;
      for (const { end, id } of this.#unigram!.split(normalized)) {
        if (id < 0) ids.pushUnknown(normalized.subarray(start, end));
        else ids.push(id);
        start = end;
      }
    }
    return Int32Array.from(ids.ids);
  }

  pieces(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => this.#model.pieces[id]?.piece ?? "");
  }

  toJson(): unknown {
    return { kind: this.kind, model: Buffer.from(this.#bytes).toString("base64") };
  }
}

/** Unknown text becomes bytes where the model has them, else one unknown id for each run. */
class IdList {
  readonly ids: number[] = [];
  readonly #model: SentencePieceModel;
  readonly #idOfByte: Int32Array;

  constructor(model: SentencePieceModel, idOfByte: Int32Array) {
    this.#model = model;
    this.#idOfByte = idOfByte;
  }

  push(id: number): void {
    this.ids.push(id);
  }

  pushUnknown(bytes: Uint8Array): void {
    const { byteFallback, unknownId } = this.#model;
    if (byteFallback) {
      for (const byte of bytes) {
        const id = this.#idOfByte[byte]!;
        this.ids.push(id < 0 ? unknownId : id);
      }
    } else if (this.ids.at(-1) !== unknownId) {
      this.ids.push(unknownId);
    }
  }
}

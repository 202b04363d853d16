// Reads a SentencePiece `.model` file: pieces with scores, and how text is normalised before it is cut.

import { CorruptError, memorySource, messageOf, WireReader } from "../../core/index.ts";

export type PieceType = "normal" | "unknown" | "control" | "user-defined" | "unused" | "byte";

export interface SentencePiece {
  readonly piece: string;
  /** Log-probability (unigram) or minus the merge rank (bpe), as float32. */
  readonly score: number;
  readonly type: PieceType;
}

export interface SentencePieceModel {
  readonly kind: "unigram" | "bpe";
  readonly pieces: readonly SentencePiece[];
  readonly unknownId: number;
  readonly padId: number;
  readonly byteFallback: boolean;
  readonly treatWhitespaceAsSuffix: boolean;
  readonly normalizer: {
    /** Compiled character map; empty for none. */
    readonly charsMap: Uint8Array;
    readonly addDummyPrefix: boolean;
    readonly removeExtraWhitespaces: boolean;
    readonly escapeWhitespaces: boolean;
  };
}

const MAX_PIECES = 1_000_000;
const MAX_PIECE_BYTES = 4096;
const MAX_CHARS_MAP_BYTES = 64 * 1024 * 1024;

const PIECE_TYPES: readonly (PieceType | undefined)[] = [
  undefined,
  "normal",
  "unknown",
  "control",
  "user-defined",
  "unused",
  "byte",
];

/**
 * @param name What errors call the file.
 * @throws {CorruptError} when it is damaged, of a kind other than unigram and bpe, or has no padding piece.
 */
export function readSentencePieceModel(bytes: Uint8Array, name: string): SentencePieceModel {
  try {
    return readModel(bytes, name);
  } catch (error) {
    if (error instanceof CorruptError) throw error;
    throw new CorruptError(name, `no SentencePiece model: ${messageOf(error)}`, { cause: error });
  }
}

function readModel(bytes: Uint8Array, name: string): SentencePieceModel {
  const pieces: SentencePiece[] = [];
  let trainer: TrainerSpec = {
    modelType: 1,
    byteFallback: false,
    suffix: false,
    padPiece: "<pad>",
  };
  let normalizer: SentencePieceModel["normalizer"] = {
    charsMap: new Uint8Array(0),
    addDummyPrefix: true,
    removeExtraWhitespaces: true,
    escapeWhitespaces: true,
  };
  const reader = new WireReader(memorySource(bytes));
  while (reader.next()) {
    if (reader.field === 1) {
      if (pieces.length >= MAX_PIECES)
        throw new CorruptError(name, `more than ${MAX_PIECES} pieces`);
      pieces.push(readPiece(reader.message()));
    } else if (reader.field === 2) trainer = readTrainer(reader.message(), trainer);
    else if (reader.field === 3) normalizer = readNormalizer(reader.message(), normalizer);
    else reader.skip();
  }
  if (trainer.modelType !== 1 && trainer.modelType !== 2) {
    throw new CorruptError(name, "only unigram and bpe models can be read, not word or char");
  }
  const unknownId = pieces.findIndex((piece) => piece.type === "unknown");
  const padId = pieces.findIndex(
    ({ piece, type }) => type === "control" && piece === trainer.padPiece,
  );
  if (unknownId < 0) throw new CorruptError(name, "no unknown piece: not a SentencePiece model");
  if (padId < 0) {
    throw new CorruptError(name, "the model has no padding piece", {
      hint: "train it with --pad_id=0, or train a byte-pair vocabulary with auspex tokens train",
    });
  }
  return {
    kind: trainer.modelType === 1 ? "unigram" : "bpe",
    pieces,
    unknownId,
    padId,
    byteFallback: trainer.byteFallback,
    treatWhitespaceAsSuffix: trainer.suffix,
    normalizer,
  };
}

function readPiece(reader: WireReader): SentencePiece {
  let piece = "";
  let score = 0;
  let type: PieceType = "normal";
  while (reader.next()) {
    if (reader.field === 1) piece = reader.string(MAX_PIECE_BYTES);
    else if (reader.field === 2) score = reader.float();
    else if (reader.field === 3) type = PIECE_TYPES[reader.varint()] ?? "unused";
    else reader.skip();
  }
  return { piece, score, type };
}

interface TrainerSpec {
  readonly modelType: number;
  readonly byteFallback: boolean;
  readonly suffix: boolean;
  readonly padPiece: string;
}

function readTrainer(reader: WireReader, defaults: TrainerSpec): TrainerSpec {
  let { modelType, byteFallback, suffix, padPiece } = defaults;
  while (reader.next()) {
    if (reader.field === 3) modelType = reader.varint();
    else if (reader.field === 24) suffix = reader.varint() !== 0;
    else if (reader.field === 35) byteFallback = reader.varint() !== 0;
    else if (reader.field === 48) padPiece = reader.string(MAX_PIECE_BYTES);
    else reader.skip();
  }
  return { modelType, byteFallback, suffix, padPiece };
}

function readNormalizer(
  reader: WireReader,
  defaults: SentencePieceModel["normalizer"],
): SentencePieceModel["normalizer"] {
  let charsMap = new Uint8Array(0);
  let { addDummyPrefix, removeExtraWhitespaces, escapeWhitespaces } = defaults;
  while (reader.next()) {
    if (reader.field === 2) charsMap = Uint8Array.from(reader.bytes(MAX_CHARS_MAP_BYTES));
    else if (reader.field === 3) addDummyPrefix = reader.varint() !== 0;
    else if (reader.field === 4) removeExtraWhitespaces = reader.varint() !== 0;
    else if (reader.field === 5) escapeWhitespaces = reader.varint() !== 0;
    else reader.skip();
  }
  return { charsMap, addDummyPrefix, removeExtraWhitespaces, escapeWhitespaces };
}

/** The byte that a byte piece `<0x0A>` stands for. */
export function byteOfPiece(piece: string): number {
  return Number.parseInt(piece.slice(3, 5), 16);
}

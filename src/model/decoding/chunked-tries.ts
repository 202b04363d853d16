// Texts are encoded once, in chunks of bounded memory; everything that is decoded from a chunk shares its keys
// and values.

import { InputError } from "../../core/index.ts";
import type { ParameterTensors } from "../../tensor/index.ts";
import type { DecoderVocabulary } from "../../tokenizer/index.ts";
import type { EncodedText } from "../cached-attention.ts";
import { disposeEncoded, type Model } from "../model.ts";
import type { RaggedIds } from "../ragged.ts";
import { DigitTrie } from "./digit-trie.ts";
import { prefixTableOf } from "./prefix-table.ts";
import { textChunks } from "./text-chunks.ts";

/** A trained model with everything that answers need. */
export interface Decodable {
  readonly model: Model;
  readonly parameters: ParameterTensors;
  readonly vocabulary: DecoderVocabulary;
}

export interface DecodingOptions {
  /** Numbers per answer; 1 when absent. */
  readonly numObjectives?: number;
  /** Divides the logits; 1 when absent. */
  readonly temperature?: number;
  /** Text tokens encoded together. */
  readonly maxTokens?: number;
  /** Nodes whose keys and values are kept together; 65,536 when absent. One answer needs one for each token. */
  readonly maxCachedNodes?: number;
}

const DEFAULT_MAX_TOKENS = 16_384;
export const DEFAULT_MAX_CACHED_NODES = 65_536;

/** Texts `first .. first + count` of all, encoded. */
export interface EncodedChunk {
  readonly first: number;
  readonly count: number;
  readonly encoded: EncodedText;
  /** An empty trie over the texts. What it caches goes with it, so several in turn bound the memory. */
  readonly newTrie: () => DigitTrie;
}

/** Encodes chunk by chunk and hands each over; frees the encoding afterwards. */
export async function eachChunk(
  { model, parameters, vocabulary }: Decodable,
  text: RaggedIds,
  {
    temperature,
    maxTokens = DEFAULT_MAX_TOKENS,
    maxCachedNodes = DEFAULT_MAX_CACHED_NODES,
  }: DecodingOptions,
  nodesPerText: number,
  use: (chunk: EncodedChunk) => Promise<void>,
): Promise<void> {
  if (temperature !== undefined && !(temperature > 0)) {
    throw new InputError(`temperature (${temperature}) must be above 0`);
  }
  const maxRows = Math.max(1, Math.floor(maxCachedNodes / nodesPerText));
  const prefixes = prefixTableOf(vocabulary);
  for (const chunk of textChunks(text, { maxTokens, maxRows })) {
    const encoded = model.encode(parameters, chunk.text);
    try {
      const options = temperature === undefined ? {} : { temperature };
      const newTrie = (): DigitTrie => new DigitTrie(model, parameters, encoded, prefixes, options);
      await use({ first: chunk.first, count: chunk.count, encoded, newTrie });
    } finally {
      disposeEncoded(encoded);
    }
  }
}

/** @throws {InputError} when the model does not write so many. */
export function checkObjectives({ config }: Model, numObjectives: number): void {
  if (!(numObjectives >= 1 && numObjectives <= config.maxObjectives)) {
    throw new InputError(
      `${numObjectives} objectives were asked for; this model writes 1 to ${config.maxObjectives}`,
      { hint: "train with a larger model.maxObjectives" },
    );
  }
}

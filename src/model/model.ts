// A model: sizes, layout of its parameters, and the forward passes that training and decoding share. It
// holds no parameters itself; they come in as tensors with every call.
//
// Shape letters: B rows   N text tokens of all rows   M decoder tokens of all rows   D width   V decoder vocabulary

import { invariant, type ParameterLayout } from "../core/index.ts";
import {
  add,
  attention,
  crossEntropy,
  dispose,
  mul,
  type ParameterTensors,
  sub,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tidy,
} from "../tensor/index.ts";
import { type DropoutOptions, type KeyValues, Weights } from "./architecture.ts";
import { cachedAttention, type DecodeStep, type EncodedText } from "./cached-attention.ts";
import { type ModelConfig, type ModelSizes, sizesOf } from "./config.ts";
import { initialValues, layoutOf } from "./declaration.ts";
import { modernArchitecture } from "./modern/architecture.ts";
import {
  expectRagged,
  type LabelledBatch,
  numRows,
  positionsOf,
  type RaggedIds,
} from "./ragged.ts";
import { referenceArchitecture } from "./reference/architecture.ts";

export interface Model {
  readonly config: ModelConfig;
  readonly sizes: ModelSizes;
  readonly layout: ParameterLayout;
  /** Width of one decoder layer's keys. */
  readonly dDecoder: number;

  /** Parameters to start training from, laid out flat. Equal seeds give equal values. */
  initialParameters(seed: number): Float32Array;
  /** Encodes texts once. The caller disposes with `disposeEncoded`. */
  encode(parameters: ParameterTensors, text: RaggedIds): EncodedText;
  /** Logits `[M, V]` of every target of the batch, each seeing the targets before it. */
  logits(parameters: ParameterTensors, batch: LabelledBatch, dropout?: DropoutOptions): Tensor2D;
  /**
   * Loss of every target token, `[M]`. With the reference preset the z-loss of a row is a sum over its
   * tokens while its cross-entropy is a mean, as in regress-lm: a plain mean over tokens gives both.
   */
  tokenLosses(
    parameters: ParameterTensors,
    batch: LabelledBatch,
    dropout?: DropoutOptions,
  ): Tensor1D;
  /** Logits of one further token per query, and its keys and values in each layer. */
  step(parameters: ParameterTensors, encoded: EncodedText, step: DecodeStep): StepResult;
}

export interface StepResult {
  readonly logits_MV: Tensor2D;
  readonly keyValues: readonly KeyValues[];
}

/** Padding, in every decoder vocabulary. */
const PAD_ID = 0;

/** Builds the model that `config` describes. Nothing is allocated yet. */
export function createModel(
  config: ModelConfig,
  vocabularies: { readonly textVocabularySize: number; readonly decoderVocabularySize: number },
): Model {
  const sizes = sizesOf(config, vocabularies);
  const architecture =
    config.preset === "reference"
      ? referenceArchitecture(config, sizes)
      : modernArchitecture(config, sizes);
  const layout = layoutOf(architecture.declarations);
  const numHeads = sizes.numDecoderHeads;

  const encode = (weights: Weights, text: RaggedIds): EncodedText => {
    expectRagged("model: text", text.ids.length, text.offsets);
    const memory_ND = architecture.encode(weights, text);
    const keyValues = architecture.projectMemory(weights, memory_ND);
    return { memory_ND, keyValues, offsets: text.offsets };
  };

  const logits = (weights: Weights, batch: LabelledBatch): Tensor2D => {
    const { text, decoderIds, targetOffsets } = batch;
    expectRagged("model: targets", decoderIds.length, targetOffsets);
    invariant(
      numRows(text.offsets) === numRows(targetOffsets),
      `model: ${numRows(text.offsets)} texts, but ${numRows(targetOffsets)} rows of targets`,
    );
    const encoded = encode(weights, text);
    const own = { numHeads, queryOffsets: targetOffsets, keyOffsets: targetOffsets, causal: true };
    const across = { numHeads, queryOffsets: targetOffsets, keyOffsets: text.offsets };
    return architecture.decode(weights, decoderIds, positionsOf(targetOffsets), {
      self: (_layer, q_MD, k_MD, v_MD) => attention(q_MD, k_MD, v_MD, own),
      cross: (layer, q_MD) => {
        const { k_ND, v_ND } = encoded.keyValues[layer]!;
        return attention(q_MD, k_ND, v_ND, across);
      },
    });
  };

  return {
    config,
    sizes,
    layout,
    dDecoder: sizes.dDecoder,
    initialParameters: (seed) => initialValues(architecture.declarations, layout, seed),

    encode(parameters, text) {
      // tidy walks what it returns value by value, so the offsets stay out of it.
      const tensors = tidy(() => {
        const { memory_ND, keyValues } = encode(new Weights(parameters), text);
        return [memory_ND, ...keyValues.flatMap(({ k_ND, v_ND }) => [k_ND, v_ND])];
      });
      return { memory_ND: tensors[0]!, keyValues: paired(tensors.slice(1)), offsets: text.offsets };
    },

    logits: (parameters, batch, dropout) =>
      tidy(() => logits(new Weights(parameters, dropout), batch)),

    tokenLosses: (parameters, batch, dropout) =>
      tidy(() => {
        const logits_MV = logits(new Weights(parameters, dropout), batch);
        return config.preset === "reference"
          ? summedZLoss(logits_MV, batch, config.zLossCoefficient)
          : crossEntropy(logits_MV, batch.targetIds, { zLoss: config.zLossCoefficient });
      }),

    step(parameters, encoded, step) {
      const tensors = tidy(() => {
        const { decoderAttention, keyValues } = cachedAttention(numHeads, encoded, step);
        const { ids, positions } = step;
        const logits_MV = architecture.decode(
          new Weights(parameters),
          ids,
          positions,
          decoderAttention,
        );
        return [logits_MV, ...keyValues.flatMap(({ k_ND, v_ND }) => [k_ND, v_ND])];
      });
      return { logits_MV: tensors[0]!, keyValues: paired(tensors.slice(1)) };
    },
  };
}

/** Disposes memory, keys and values. */
export function disposeEncoded({ memory_ND, keyValues }: EncodedText): void {
  dispose(memory_ND);
  for (const { k_ND, v_ND } of keyValues) dispose([k_ND, v_ND]);
}

function paired(tensors: readonly Tensor2D[]): KeyValues[] {
  return Array.from({ length: tensors.length / 2 }, (_, layer) => ({
    k_ND: tensors[2 * layer]!,
    v_ND: tensors[2 * layer + 1]!,
  }));
}

/**
 * Cross-entropy plus, per token, z times the number of the row's real tokens: the mean over these then has the
 * sum of z. Padding (separators, missing objectives) has no part in either.
 */
function summedZLoss(logits_MV: Tensor2D, batch: LabelledBatch, coefficient: number): Tensor1D {
  const plain_M = crossEntropy(logits_MV, batch.targetIds);
  if (coefficient === 0) return plain_M;
  const squared_M = sub(crossEntropy(logits_MV, batch.targetIds, { zLoss: 1 }), plain_M);
  const { targetOffsets } = batch;
  const lengths = new Float32Array(batch.targetIds.length);
  for (let row = 0; row < numRows(targetOffsets); row++) {
    const [begin, end] = [targetOffsets[row]!, targetOffsets[row + 1]!];
    const numReal = batch.targetIds.subarray(begin, end).filter((id) => id !== PAD_ID).length;
    lengths.fill(coefficient * numReal, begin, end);
  }
  return add(plain_M, mul(squared_M, tensor1d(lengths)));
}

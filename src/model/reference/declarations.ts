// The tensors of `preset: reference`, under the names of regress-lm's state dict, begun as PyTorch begins
// them. Every layer starts on its own (the reference copies its first decoder layer).

import type { ModelConfig, ModelSizes } from "../config.ts";
import type { TensorDeclaration } from "../declaration.ts";
import { REFERENCE_PREFIX as P } from "./names.ts";

export function referenceDeclarations(
  config: ModelConfig,
  sizes: ModelSizes,
): readonly TensorDeclaration[] {
  const { dModel, textVocabularySize, decoderVocabularySize } = sizes;
  return [
    embeddingTable(`${P}encoder.embedding.weight`, textVocabularySize, dModel),
    ...range(sizes.numEncoderLayers).flatMap((layer) =>
      encoderLayer(`${P}encoder.layers.${layer}.`, config, sizes),
    ),
    ...layerNorm(`${P}encoder.norm`, dModel),
    embeddingTable(`${P}tgt_tok_emb.weight`, decoderVocabularySize, dModel),
    ...range(sizes.numDecoderLayers).flatMap((layer) =>
      decoderLayer(`${P}decoder.layers.${layer}.`, sizes),
    ),
    ...dense(`${P}generator`, decoderVocabularySize, dModel, "head"),
  ];
}

function encoderLayer(
  name: string,
  config: ModelConfig,
  { dModel, dFf, numHeads }: ModelSizes,
): TensorDeclaration[] {
  const headDim = dModel / numHeads;
  const features: TensorDeclaration[] =
    config.encoder.kind === "performer"
      ? [
          {
            name: `${name}projection_matrix`,
            // As the reference has it: as many features as the model is wide.
            shape: [config.encoder.numFeatures ?? dModel, headDim],
            role: "constant",
            initial: { kind: "orthogonal-features" },
          },
        ]
      : [];
  return [
    ...features,
    ...dense(`${name}q_proj`, dModel, dModel),
    ...dense(`${name}k_proj`, dModel, dModel),
    ...dense(`${name}v_proj`, dModel, dModel),
    ...dense(`${name}out_proj`, dModel, dModel),
    ...layerNorm(`${name}norm1`, dModel),
    ...layerNorm(`${name}norm2`, dModel),
    ...dense(`${name}linear1`, dFf, dModel),
    ...dense(`${name}linear2`, dModel, dFf),
  ];
}

function decoderLayer(
  name: string,
  { dDecoder: dModel, dDecoderFf: dFf }: ModelSizes,
): TensorDeclaration[] {
  return [
    ...packedAttention(`${name}self_attn.`, dModel),
    ...packedAttention(`${name}multihead_attn.`, dModel),
    ...dense(`${name}linear1`, dFf, dModel),
    ...dense(`${name}linear2`, dModel, dFf),
    ...layerNorm(`${name}norm1`, dModel),
    ...layerNorm(`${name}norm2`, dModel),
    ...layerNorm(`${name}norm3`, dModel),
  ];
}

function embeddingTable(name: string, size: number, width: number): TensorDeclaration {
  return { name, shape: [size, width], role: "embedding", initial: { kind: "normal", std: 1 } };
}

function layerNorm(name: string, width: number): TensorDeclaration[] {
  return [
    { name: `${name}.weight`, shape: [width], role: "vector", initial: { kind: "ones" } },
    { name: `${name}.bias`, shape: [width], role: "vector", initial: { kind: "zeros" } },
  ];
}

function dense(
  name: string,
  numOut: number,
  numIn: number,
  role: "matrix" | "head" = "matrix",
): TensorDeclaration[] {
  const initial = { kind: "uniform", limit: 1 / Math.sqrt(numIn) } as const;
  return [
    { name: `${name}.weight`, shape: [numOut, numIn], role, initial },
    { name: `${name}.bias`, shape: [numOut], role: "vector", initial },
  ];
}

function packedAttention(name: string, width: number): TensorDeclaration[] {
  const zeros = { kind: "zeros" } as const;
  return [
    {
      name: `${name}in_proj_weight`,
      shape: [3 * width, width],
      role: "matrix",
      // Xavier over the packed matrix, as PyTorch has it.
      initial: { kind: "uniform", limit: Math.sqrt(6 / (4 * width)) },
    },
    { name: `${name}in_proj_bias`, shape: [3 * width], role: "vector", initial: zeros },
    {
      name: `${name}out_proj.weight`,
      shape: [width, width],
      role: "matrix",
      initial: { kind: "uniform", limit: 1 / Math.sqrt(width) },
    },
    { name: `${name}out_proj.bias`, shape: [width], role: "vector", initial: zeros },
  ];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

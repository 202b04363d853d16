// The tensors of `preset: modern`. No biases but the head's; every layer has its own stream of initial
// values. Matrices begin with variance 1 / inputs; those that write into the residual stream are smaller
// by sqrt(2 layers), so that its scale does not grow with depth.

import type { ModelConfig, ModelSizes } from "../config.ts";
import type { TensorDeclaration } from "../declaration.ts";

export function modernDeclarations(
  config: ModelConfig,
  sizes: ModelSizes,
): readonly TensorDeclaration[] {
  const { dModel, dDecoder, textVocabularySize, decoderVocabularySize } = sizes;
  return [
    embeddingTable("encoder.embedding", textVocabularySize, dModel),
    ...range(sizes.numEncoderLayers).flatMap((layer) =>
      encoderLayer(`encoder.layers.${layer}.`, config, sizes),
    ),
    gain("encoder.norm", dModel),
    embeddingTable("decoder.embedding", decoderVocabularySize, dDecoder),
    ...range(sizes.numDecoderLayers).flatMap((layer) =>
      decoderLayer(`decoder.layers.${layer}.`, sizes),
    ),
    gain("decoder.norm", dDecoder),
    {
      name: "head.weight",
      shape: [decoderVocabularySize, dDecoder],
      role: "head",
      // Small: the first predictions are nearly uniform.
      initial: { kind: "normal", std: 0.1 / Math.sqrt(dDecoder) },
    },
    {
      name: "head.bias",
      shape: [decoderVocabularySize],
      role: "vector",
      initial: { kind: "zeros" },
    },
  ];
}

function encoderLayer(
  name: string,
  config: ModelConfig,
  { dModel, dFf, numHeads, numEncoderLayers }: ModelSizes,
): TensorDeclaration[] {
  const headDim = dModel / numHeads;
  const shrink = Math.sqrt(2 * numEncoderLayers);
  const features: TensorDeclaration[] =
    config.encoder.kind === "performer"
      ? [
          {
            name: `${name}attention.features`,
            shape: [config.encoder.numFeatures ?? headDim, headDim],
            role: "constant",
            initial: { kind: "orthogonal-features" },
          },
        ]
      : [];
  return [
    ...features,
    gain(`${name}norm1`, dModel),
    matrix(`${name}attention.query`, dModel, dModel),
    matrix(`${name}attention.key`, dModel, dModel),
    matrix(`${name}attention.value`, dModel, dModel),
    gain(`${name}attention.queryNorm`, headDim),
    gain(`${name}attention.keyNorm`, headDim),
    matrix(`${name}attention.out`, dModel, dModel, shrink),
    gain(`${name}norm2`, dModel),
    matrix(`${name}up`, dFf, dModel),
    matrix(`${name}down`, dModel, dFf, shrink),
  ];
}

function decoderLayer(
  name: string,
  { dModel, dDecoder, dDecoderFf, numDecoderHeads, numDecoderLayers }: ModelSizes,
): TensorDeclaration[] {
  const headDim = dDecoder / numDecoderHeads;
  const shrink = Math.sqrt(3 * numDecoderLayers);
  return [
    gain(`${name}norm1`, dDecoder),
    matrix(`${name}self.query`, dDecoder, dDecoder),
    matrix(`${name}self.key`, dDecoder, dDecoder),
    matrix(`${name}self.value`, dDecoder, dDecoder),
    gain(`${name}self.queryNorm`, headDim),
    gain(`${name}self.keyNorm`, headDim),
    matrix(`${name}self.out`, dDecoder, dDecoder, shrink),
    gain(`${name}norm2`, dDecoder),
    matrix(`${name}cross.query`, dDecoder, dDecoder),
    matrix(`${name}cross.key`, dDecoder, dModel),
    matrix(`${name}cross.value`, dDecoder, dModel),
    gain(`${name}cross.queryNorm`, headDim),
    gain(`${name}cross.keyNorm`, headDim),
    matrix(`${name}cross.out`, dDecoder, dDecoder, shrink),
    gain(`${name}norm3`, dDecoder),
    matrix(`${name}up`, dDecoderFf, dDecoder),
    matrix(`${name}down`, dDecoder, dDecoderFf, shrink),
  ];
}

/** Variance 1 / width; the model multiplies by sqrt(width), so the stream begins with unit variance. */
function embeddingTable(name: string, size: number, width: number): TensorDeclaration {
  const initial = { kind: "normal", std: 1 / Math.sqrt(width) } as const;
  return { name, shape: [size, width], role: "embedding", initial };
}

function gain(name: string, width: number): TensorDeclaration {
  return { name, shape: [width], role: "vector", initial: { kind: "ones" } };
}

function matrix(name: string, numOut: number, numIn: number, shrink = 1): TensorDeclaration {
  const initial = { kind: "normal", std: 1 / Math.sqrt(numIn) / shrink } as const;
  return { name, shape: [numOut, numIn], role: "matrix", initial };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

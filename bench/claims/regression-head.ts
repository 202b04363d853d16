// The rival of the decoder: the same encoder, the mean of its outputs over the tokens of a text, one linear layer, and
// the squared error. Not a part of the model folder: it exists only to be compared with.
//
// Shape letters: B rows   N text tokens of all rows   D width

import { layOutParameters, type ParameterLayout } from "../../src/core/index.ts";
import type { TextBatch } from "../../src/data/index.ts";
import { createModel, type ModelConfigInput, modelConfigSchema } from "../../src/model/index.ts";
import {
  copyToFlat,
  disposeParameters,
  linear,
  matMul,
  type ParameterTensors,
  parametersFromFlat,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
  tidy,
  valueAndGradients,
} from "../../src/tensor/index.ts";
import type { Leaf } from "./optimise.ts";

export interface RegressionModel {
  /** Encoder and head; nothing of a decoder. */
  readonly layout: ParameterLayout;
  initialParameters(seed: number): Float32Array;
  /** Sum of the rows' squared errors, and its gradient. */
  leaf(parameters: ParameterTensors, text: TextBatch, targets: readonly number[]): Promise<Leaf>;
  /** One number for each text. */
  predict(parameters: Float32Array, text: TextBatch): Promise<number[]>;
  /** Frees the tensors that no training changes. */
  dispose(): void;
}

/** The encoder of `config` with a linear head on the mean of its outputs. */
export function regressionModel(
  config: ModelConfigInput,
  textVocabularySize: number,
): RegressionModel {
  // A decoder must be there for the encoder to run; the smallest one costs next to nothing and is never trained.
  const model = createModel(
    modelConfigSchema.parse({ ...config, numDecoderLayers: 1, dDecoder: 4, numDecoderHeads: 1 }),
    { textVocabularySize, decoderVocabularySize: 2 },
  );
  const encoderSpecs = model.layout.specs.filter(({ name }) => name.startsWith("encoder."));
  const { dModel } = model.sizes;
  const layout = layOutParameters([
    ...encoderSpecs,
    { name: "regression.weight", shape: [1, dModel], decay: true, role: "head" },
    { name: "regression.bias", shape: [1], decay: false, role: "vector" },
  ]);
  const others = parametersFromFlat(model.layout, model.initialParameters(0));

  const outputs = (parameters: ParameterTensors, text: TextBatch): Tensor2D => {
    const { memory_ND } = model.encode(new Map([...others, ...parameters]), text);
    const pooled_BD: Tensor2D = matMul(poolingMatrix(text.offsets), memory_ND);
    return linear(
      pooled_BD,
      parameters.get("regression.weight") as Tensor2D,
      parameters.get("regression.bias") as Tensor1D,
    );
  };

  return {
    layout,

    initialParameters(seed) {
      const all = model.initialParameters(seed);
      const flat = new Float32Array(layout.size);
      for (const { offset, size, name } of encoderSpecs) {
        const place = layout.specs.find((spec) => spec.name === name)!;
        flat.set(all.subarray(offset, offset + size), place.offset);
      }
      // The head starts at zero: the first answer is the mean of what it learns.
      return flat;
    },

    async leaf(parameters, text, targets) {
      const { value, gradients } = valueAndGradients((inner) => {
        const wanted_B1 = tensor2d(Float32Array.from(targets), [targets.length, 1]);
        return sum(square(sub(outputs(inner, text), wanted_B1))) as Scalar;
      }, parameters);
      const gradient = new Float32Array(layout.size);
      await copyToFlat(layout, gradients, gradient);
      disposeParameters(gradients);
      value.dispose();
      return { gradient, weightSum: targets.length };
    },

    async predict(parameters, text) {
      const tensors = parametersFromFlat(layout, parameters);
      const out_B1 = tidy(() => outputs(tensors, text));
      const values = Array.from(await out_B1.data<"float32">());
      out_B1.dispose();
      disposeParameters(tensors);
      return values;
    },

    dispose: () => disposeParameters(others),
  };
}

/** `[B, N]`: one over the length of its text where token n belongs to row b. */
function poolingMatrix(offsets: Int32Array): Tensor2D {
  const [B, N] = [offsets.length - 1, offsets.at(-1)!];
  const values = new Float32Array(B * N);
  for (let row = 0; row < B; row++) {
    const [begin, end] = [offsets[row]!, offsets[row + 1]!];
    values.fill(1 / (end - begin), row * N + begin, row * N + end);
  }
  return tensor2d(values, [B, N]);
}

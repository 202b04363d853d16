// What a parity file says: its architecture, the reference's parameters, and the padded inputs made ragged.

import type { SafetensorsFile, StoredTensor } from "../checkpoint/index.ts";
import { CorruptError, messageOf } from "../core/index.ts";
import {
  createModel,
  type LabelledBatch,
  type Model,
  type ModelConfigInput,
  modelConfigSchema,
} from "../model/index.ts";

export interface ParityFile {
  readonly model: Model;
  readonly architecture: string;
  readonly parameters: Float32Array;
  readonly batch: LabelledBatch;
  /** Where real tokens are in the padded inputs and targets. */
  readonly numTextTokens: PaddedRows;
  readonly numTargetTokens: PaddedRows;
  /** Our parameter name to the file's, without `param/` and `grad/`. */
  readonly fileName: (name: string) => string;
}

export interface PaddedRows {
  readonly paddedLength: number;
  readonly lengths: readonly number[];
}

/**
 * Reads sizes, parameters and inputs. Nothing is taken from labels that the tensors do not confirm.
 *
 * @throws {CorruptError} when something is missing, or the sizes do not fit together.
 */
export function readParityFile(stored: SafetensorsFile, file: string): ParityFile {
  const fail = (reason: string): never => {
    throw new CorruptError(file, reason);
  };
  const config = fileConfig(stored, file);
  const prefixed = stored.tensors.has(`param/${PREFIX}encoder.embedding.weight`);
  const fileName = (name: string): string => (prefixed ? name : name.slice(PREFIX.length));
  const shapeOf = (name: string): readonly number[] =>
    floats(stored, `param/${fileName(PREFIX + name)}`, file).shape;

  const features = stored.tensors.get(
    `param/${fileName(`${PREFIX}encoder.layers.0.projection_matrix`)}`,
  );
  const [textVocabularySize, dModel] = shapeOf("encoder.embedding.weight") as [number, number];
  const [decoderVocabularySize] = shapeOf("generator.weight") as [number, number];
  const countLayers = (part: string): number => {
    let count = 0;
    while (stored.tensors.has(`param/${fileName(`${PREFIX}${part}.layers.${count}.norm1.weight`)}`))
      count += 1;
    return count;
  };
  const input: ModelConfigInput = {
    preset: "reference",
    dModel,
    numEncoderLayers: countLayers("encoder"),
    numDecoderLayers: countLayers("decoder"),
    numHeads: config.nhead ?? 8,
    dFf: shapeOf("encoder.layers.0.linear1.weight")[0]!,
    dDecoderFf: shapeOf("decoder.layers.0.linear1.weight")[0]!,
    zLossCoefficient: config.z_loss_coef ?? 0,
    encoder:
      features === undefined
        ? { kind: "transformer" }
        : {
            kind: "performer",
            kernel: config.extra?.kernel_name ?? "relu",
            numFeatures: features.shape[0]!,
          },
  };
  const checked = modelConfigSchema.safeParse(input);
  if (!checked.success) {
    return fail(`its sizes break a rule: ${checked.error.issues[0]!.message}`);
  }
  const model = createModel(checked.data, { textVocabularySize, decoderVocabularySize });
  const parameters = new Float32Array(model.layout.size);
  for (const spec of model.layout.specs) {
    const { data, shape } = floats(stored, `param/${fileName(spec.name)}`, file);
    if (shape.join() !== spec.shape.join()) {
      fail(`param/${fileName(spec.name)} is [${shape.join()}], expected [${spec.shape.join()}]`);
    }
    parameters.set(data, spec.offset);
  }
  const kind = features === undefined ? "vanilla" : `performer`;
  const { numHeads, numEncoderLayers, numDecoderLayers } = checked.data;
  return {
    model,
    architecture: `${kind}, d ${dModel}, ${numEncoderLayers}+${numDecoderLayers} layers, ${numHeads} heads`,
    parameters,
    fileName,
    ...readBatch(stored, file),
  };
}

const PREFIX = "encoder_decoder.";

/** What of `__metadata__.config` counts. */
interface FileConfig {
  readonly nhead?: number;
  readonly z_loss_coef?: number | null;
  readonly extra?: { readonly kernel_name?: "relu" | "softmax" };
}

function fileConfig(stored: SafetensorsFile, file: string): FileConfig {
  const text = stored.metadata["config"];
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as FileConfig;
  } catch (cause) {
    throw new CorruptError(file, `__metadata__.config is not JSON: ${messageOf(cause)}`, { cause });
  }
}

/** Pads are id 0: on the right of inputs, and of targets. */
function readBatch(
  stored: SafetensorsFile,
  file: string,
): Pick<ParityFile, "batch" | "numTextTokens" | "numTargetTokens"> {
  const input = integers(stored, "in/encoder_input", file);
  const decoderInput = integers(stored, "in/decoder_input", file);
  const target = integers(stored, "in/decoder_target", file);
  const numTextTokens = realLengths(input);
  const numTargetTokens = realLengths(target);
  return {
    numTextTokens,
    numTargetTokens,
    batch: {
      text: { ids: atReal(input.data, numTextTokens), offsets: offsetsOf(numTextTokens.lengths) },
      decoderIds: atReal(decoderInput.data, numTargetTokens),
      targetIds: atReal(target.data, numTargetTokens),
      targetOffsets: offsetsOf(numTargetTokens.lengths),
      weights: new Float32Array(numTextTokens.lengths.length).fill(1),
    },
  };
}

function realLengths({ data, shape }: IntegerTensor): PaddedRows {
  const [numRows, paddedLength] = shape as [number, number];
  const lengths = Array.from({ length: numRows }, (_, row) => {
    let length = paddedLength;
    while (length > 0 && data[row * paddedLength + length - 1] === 0) length -= 1;
    return length;
  });
  return { paddedLength, lengths };
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, row) => {
    offsets[row + 1] = offsets[row]! + length;
  });
  return offsets;
}

function atReal(padded: Int32Array, { paddedLength, lengths }: PaddedRows): Int32Array {
  return Int32Array.from(
    lengths.flatMap((length, row) => [
      ...padded.subarray(row * paddedLength, row * paddedLength + length),
    ]),
  );
}

type FloatTensor = Extract<StoredTensor, { dtype: "F32" | "BF16" }>;
type IntegerTensor = Extract<StoredTensor, { dtype: "I32" }>;

/** @throws {CorruptError} when there is no such float tensor. */
export function floats(stored: SafetensorsFile, name: string, file: string): FloatTensor {
  const tensor = stored.tensors.get(name);
  if (tensor?.dtype !== "F32" && tensor?.dtype !== "BF16") {
    throw new CorruptError(file, `no float tensor ${name}`);
  }
  return tensor;
}

function integers(stored: SafetensorsFile, name: string, file: string): IntegerTensor {
  const tensor = stored.tensors.get(name);
  if (tensor?.dtype === "I64") {
    return { dtype: "I32", shape: tensor.shape, data: Int32Array.from(tensor.data, Number) };
  }
  if (tensor?.dtype !== "I32") throw new CorruptError(file, `no integer tensor ${name}`);
  return tensor;
}

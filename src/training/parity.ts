// Compares `preset: reference` with stored outputs of regress-lm: a file holds its parameters, inputs and
// outputs, and the gradient of the mean loss. Nothing is tuned here; the file says its architecture.
//
// Shape letters: B rows   L padded input length   T padded target length   D width   V decoder vocabulary

import { readSafetensors, type SafetensorsFile, type StoredTensor } from "../checkpoint/index.ts";
import { CorruptError, messageOf } from "../core/index.ts";
import {
  createModel,
  disposeEncoded,
  type LabelledBatch,
  type Model,
  type ModelConfigInput,
  modelConfigSchema,
} from "../model/index.ts";
import {
  copyToFlat,
  disposeParameters,
  parametersFromFlat,
  valueAndGradients,
  weightedSum,
} from "../tensor/index.ts";
import { exampleLogProbs, exampleLosses, meanTokenWeights } from "./losses.ts";

/** Largest allowed |a - b| as a share of |b|, Euclidean norms over one tensor... */
export const PARITY_RELATIVE_TOLERANCE = 1e-4;
/** ... plus this much. */
export const PARITY_ABSOLUTE_TOLERANCE = 1e-6;

export interface ParityEntry {
  /** The tensor compared. */
  readonly name: string;
  /** |a - b| / |b|, Euclidean norms. */
  readonly relativeDifference: number;
  readonly ok: boolean;
}

export interface ParityReport {
  readonly ok: boolean;
  /** What the file is: `vanilla, d 64, 2+2 layers, 8 heads`. */
  readonly architecture: string;
  /** One entry each for memory, logits, loss and log_prob; for gradients the worst tensor. */
  readonly memory: ParityEntry;
  readonly logits: ParityEntry;
  readonly loss: ParityEntry;
  readonly logProb: ParityEntry;
  readonly gradients: ParityEntry & { readonly numTensors: number };
}

/**
 * Runs the comparison on the current engine.
 *
 * @param bytes A safetensors file with `param/`, `in/`, `out/` and `grad/` tensors.
 * @throws {CorruptError} when the file lacks something, or its architecture is not known here.
 */
export async function runParity(bytes: Uint8Array, file = "parity file"): Promise<ParityReport> {
  const stored = readSafetensors(bytes, file);
  const described = describe(stored, file);
  const { model, parameters, batch, numTextTokens } = described;
  const tensors = parametersFromFlat(model.layout, parameters);
  try {
    const encoded = model.encode(tensors, batch.text);
    const memory = await encoded.memory_ND.data<"float32">();
    disposeEncoded(encoded);
    const logits_MV = model.logits(tensors, batch);
    const logits = await logits_MV.data<"float32">();
    logits_MV.dispose();
    const loss = await exampleLosses(model, tensors, batch);
    const logProb = await exampleLogProbs(model, tensors, batch);
    const gradient = await meanLossGradient(model, tensors, batch);

    const out = (name: string): Float32Array => floats(stored, `out/${name}`, file).data;
    const D = model.sizes.dModel;
    const V = model.sizes.decoderVocabularySize;
    const memoryEntry = compare("memory", memory, atRealRows(out("memory"), numTextTokens, D));
    const logitsEntry = compare(
      "logits",
      logits,
      atRealRows(out("logits"), described.numTargetTokens, V),
    );
    const lossEntry = compare("loss_per_example", loss, out("loss_per_example"));
    const logProbEntry = compare("log_prob", logProb, out("log_prob"));
    const gradients = compareGradients(stored, described, gradient);
    const entries = [memoryEntry, logitsEntry, lossEntry, logProbEntry, gradients];
    return {
      ok: entries.every((entry) => entry.ok),
      architecture: described.architecture,
      memory: memoryEntry,
      logits: logitsEntry,
      loss: lossEntry,
      logProb: logProbEntry,
      gradients,
    };
  } finally {
    disposeParameters(tensors);
  }
}

interface Described {
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

interface PaddedRows {
  readonly paddedLength: number;
  readonly lengths: readonly number[];
}

function describe(stored: SafetensorsFile, file: string): Described {
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
): Pick<Described, "batch" | "numTextTokens" | "numTargetTokens"> {
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

function atRealRows(
  padded: Float32Array,
  { paddedLength, lengths }: PaddedRows,
  width: number,
): Float32Array {
  const numReal = lengths.reduce((sum, length) => sum + length, 0);
  const out = new Float32Array(numReal * width);
  let at = 0;
  lengths.forEach((length, row) => {
    const begin = row * paddedLength * width;
    out.set(padded.subarray(begin, begin + length * width), at);
    at += length * width;
  });
  return out;
}

async function meanLossGradient(
  model: Model,
  tensors: ReturnType<typeof parametersFromFlat>,
  batch: LabelledBatch,
): Promise<Float32Array> {
  const weights = meanTokenWeights(batch);
  for (let i = 0; i < weights.length; i++) weights[i]! /= batch.weights.length;
  const { value, gradients } = valueAndGradients(
    (inner) => weightedSum(model.tokenLosses(inner, batch), weights),
    tensors,
  );
  const flat = new Float32Array(model.layout.size);
  await copyToFlat(model.layout, gradients, flat);
  disposeParameters(gradients);
  value.dispose();
  return flat;
}

function compareGradients(
  stored: SafetensorsFile,
  { model, fileName }: Described,
  gradient: Float32Array,
): ParityReport["gradients"] {
  const entries: ParityEntry[] = [];
  for (const { name, offset, size } of model.layout.specs) {
    // Buffers of the reference (random features) have no gradient.
    const expected = stored.tensors.get(`grad/${fileName(name)}`);
    if (expected?.dtype !== "F32") continue;
    entries.push(compare(fileName(name), gradient.subarray(offset, offset + size), expected.data));
  }
  const failed = entries.filter((entry) => !entry.ok);
  const worst = (failed.length > 0 ? failed : entries).reduce(
    (worstYet, entry) =>
      entry.relativeDifference > worstYet.relativeDifference ? entry : worstYet,
    { name: "none", relativeDifference: 0, ok: true },
  );
  return { ...worst, numTensors: entries.length };
}

/** |a - b| against 1e-4 |b| + 1e-6. A NaN anywhere fails. */
function compare(name: string, actual: Float32Array, expected: Float32Array): ParityEntry {
  if (actual.length !== expected.length) {
    return { name, relativeDifference: Number.POSITIVE_INFINITY, ok: false };
  }
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < actual.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  difference = Math.sqrt(difference);
  norm = Math.sqrt(norm);
  return {
    name,
    relativeDifference: norm > 0 ? difference / norm : difference,
    ok: difference <= PARITY_RELATIVE_TOLERANCE * norm + PARITY_ABSOLUTE_TOLERANCE,
  };
}

type FloatTensor = Extract<StoredTensor, { dtype: "F32" | "BF16" }>;
type IntegerTensor = Extract<StoredTensor, { dtype: "I32" }>;

function floats(stored: SafetensorsFile, name: string, file: string): FloatTensor {
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

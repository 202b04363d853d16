// Compares `preset: reference` with stored outputs of regress-lm: a file holds its parameters, inputs and
// outputs, and the gradient of the mean loss. Nothing is tuned here; the file says its architecture.
//
// Shape letters: B rows   L padded input length   T padded target length   D width   V decoder vocabulary

import { readSafetensors, type SafetensorsFile } from "../checkpoint/index.ts";
import { disposeEncoded, type LabelledBatch, type Model } from "../model/index.ts";
import {
  copyToFlat,
  disposeParameters,
  parametersFromFlat,
  valueAndGradients,
  weightedSum,
} from "../tensor/index.ts";
import { exampleLogProbs, exampleLosses, meanTokenWeights } from "./losses.ts";
import { floats, type PaddedRows, type ParityFile, readParityFile } from "./parity-file.ts";

/** Largest allowed |a - b| as a share of |b|, Euclidean norms over one tensor... */
const PARITY_RELATIVE_TOLERANCE = 1e-4;
/** ... plus this much. */
const PARITY_ABSOLUTE_TOLERANCE = 1e-6;

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
  const described = readParityFile(stored, file);
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
  { model, fileName }: ParityFile,
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

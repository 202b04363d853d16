// Between a trained model in memory and a bundle on disk: model <-> manifest, tensors and vocabularies.
// Everything a bundle claims is checked when it is read: versions, hashes, names and shapes.

import { z } from "zod";
import {
  type Bundle,
  type BundleContent,
  readBundle,
  readSafetensors,
  type TensorToStore,
  writeBundle,
  writeSafetensors,
} from "../checkpoint/index.ts";
import { CorruptError, InputError, messageOf } from "../core/index.ts";
import { createModel, type Model, type ModelConfig, modelConfigSchema } from "../model/index.ts";
import {
  DecoderVocabulary,
  type NumberTokenizerConfig,
  numberTokenizerConfigSchema,
  numberTokenizerFromConfig,
  type TextVocabulary,
  textVocabularyFromJson,
} from "../tokenizer/index.ts";
import { type Refinement, refinementFromTensors, refinementSchema } from "./refinement.ts";

const BUNDLE_KIND = "auspex-bundle";
const MODEL_FILE = "model.safetensors";
const VOCABULARY_FILE = "text-vocabulary.json";
const REFINEMENT_FILE = "refinement.safetensors";

/** What is known of a task that the model was trained on. */
const taskSchema = z.object({
  numObjectives: z.int().positive(),
  numExamples: z.int().nonnegative(),
});

const manifestSchema = z.object({
  auspexVersion: z.string(),
  model: modelConfigSchema,
  numberTokenizer: numberTokenizerConfigSchema,
  textVocabulary: z.object({ kind: z.string(), hash: z.string(), size: z.int() }),
  tasks: z.record(z.string(), taskSchema),
  /** Serialiser versions of the kinds trained on, by kind. */
  serialisers: z.record(z.string(), z.string()).default({}),
  metrics: z.record(z.string(), z.unknown()).default({}),
  /** How it came about: run name, seed, steps, data hash, adaptations. Not read by programs. */
  provenance: z.record(z.string(), z.unknown()).default({}),
  /** What adaptation or calibration does to the model's answers. */
  refinement: refinementSchema.optional(),
});

export type TaskSummary = Readonly<z.infer<typeof taskSchema>>;

/** A trained model with its vocabularies: what a bundle holds. */
export interface TrainedModel {
  readonly model: Model;
  /** Laid out as `model.layout` says. */
  readonly parameters: Float32Array;
  readonly textVocabulary: TextVocabulary;
  readonly decoderVocabulary: DecoderVocabulary;
  readonly numberTokenizer: NumberTokenizerConfig;
  readonly tasks: Readonly<Record<string, TaskSummary>>;
  readonly serialisers: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly refinement: Refinement | undefined;
}

export interface NewTrainedModel {
  readonly modelConfig: ModelConfig;
  readonly numberTokenizer: NumberTokenizerConfig;
  readonly textVocabulary: TextVocabulary;
  /** Absent: initial values of `seed`. */
  readonly parameters?: Float32Array;
  readonly seed?: number;
  readonly tasks?: Readonly<Record<string, TaskSummary>>;
  readonly serialisers?: Readonly<Record<string, string>>;
  readonly provenance?: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, unknown>>;
}

/** Puts a model together from its configuration, as `pretrain` and `RegressLM.fromScratch` do. */
export function trainedModel(parts: NewTrainedModel): TrainedModel {
  const decoderVocabulary = new DecoderVocabulary(numberTokenizerFromConfig(parts.numberTokenizer));
  const { labelWeights } = parts.modelConfig;
  if (labelWeights !== undefined && labelWeights.length !== decoderVocabulary.tokensPerObject) {
    throw new InputError(
      `model.labelWeights has ${labelWeights.length} values; a number of ${decoderVocabulary.tokenizer.name} has ${decoderVocabulary.tokensPerObject} tokens`,
    );
  }
  const model = createModel(parts.modelConfig, {
    textVocabularySize: parts.textVocabulary.size,
    decoderVocabularySize: decoderVocabulary.size,
  });
  return {
    model,
    parameters: parts.parameters ?? model.initialParameters(parts.seed ?? 0),
    textVocabulary: parts.textVocabulary,
    decoderVocabulary,
    numberTokenizer: parts.numberTokenizer,
    tasks: parts.tasks ?? {},
    serialisers: parts.serialisers ?? {},
    metrics: parts.metrics ?? {},
    provenance: parts.provenance ?? {},
    refinement: undefined,
  };
}

/** How weights are stored: as they are, or rounded to half the bytes. */
export type StoredWeights = "f32" | "bf16";

/** The manifest and files of a bundle, for `writeBundle`. */
function bundleContent(
  trained: TrainedModel,
  auspexVersion: string,
  weights: StoredWeights,
): BundleContent {
  const { model, parameters, textVocabulary, refinement } = trained;
  const tensors: TensorToStore[] = model.layout.specs.map(({ name, shape, offset, size }) => ({
    name,
    shape,
    data: parameters.subarray(offset, offset + size),
    dtype: weights === "bf16" ? ("BF16" as const) : ("F32" as const),
  }));
  const files: Record<string, Uint8Array> = {
    [MODEL_FILE]: writeSafetensors(tensors, { format: "auspex" }),
    [VOCABULARY_FILE]: Buffer.from(`${JSON.stringify(textVocabulary.toJson())}\n`),
  };
  if (refinement !== undefined && refinement.tensors.length > 0) {
    files[REFINEMENT_FILE] = writeSafetensors(refinement.tensors);
  }
  return {
    manifest: {
      kind: BUNDLE_KIND,
      auspexVersion,
      model: model.config,
      numberTokenizer: trained.numberTokenizer,
      textVocabulary: {
        kind: textVocabulary.kind,
        hash: textVocabulary.hash,
        size: textVocabulary.size,
      },
      tasks: trained.tasks,
      serialisers: trained.serialisers,
      metrics: trained.metrics,
      provenance: trained.provenance,
      ...(refinement === undefined ? {} : { refinement: refinement.config }),
    },
    files,
  };
}

/**
 * Writes a trained model as a bundle directory.
 *
 * @param weights `bf16` halves the file and rounds every weight to 8 bits of mantissa.
 * @returns the bundle's digest.
 */
export function saveModel(
  directory: string,
  trained: TrainedModel,
  auspexVersion = "unknown",
  weights: StoredWeights = "f32",
): string {
  return writeBundle(directory, bundleContent(trained, auspexVersion, weights));
}

/**
 * Reads and checks a bundle directory.
 *
 * @throws {CorruptError} with the reason, when anything is missing, damaged or of another version.
 */
export function openModel(directory: string): TrainedModel {
  return loadModel(readBundle(directory, BUNDLE_KIND), directory);
}

/**
 * The model in a bundle whose bytes are verified already.
 *
 * @throws {CorruptError} when manifest, vocabulary and tensors do not fit together.
 */
function loadModel({ manifest, files }: Bundle, name = "bundle"): TrainedModel {
  const checked = manifestSchema.safeParse(manifest);
  if (!checked.success) {
    const issue = checked.error.issues[0]!;
    throw new CorruptError(`${name}/manifest.json`, `${issue.path.join(".")}: ${issue.message}`);
  }
  const fields = checked.data;
  const textVocabulary = readVocabulary(part(files, VOCABULARY_FILE, name), name);
  if (textVocabulary.hash !== fields.textVocabulary.hash) {
    throw new CorruptError(
      `${name}/${VOCABULARY_FILE}`,
      `its hash is ${textVocabulary.hash.slice(0, 12)}, the model was trained with ${fields.textVocabulary.hash.slice(0, 12)}`,
    );
  }
  const empty = trainedModel({
    modelConfig: fields.model,
    numberTokenizer: fields.numberTokenizer,
    textVocabulary,
    parameters: new Float32Array(0),
    tasks: fields.tasks,
    serialisers: fields.serialisers,
    provenance: fields.provenance,
    metrics: fields.metrics,
  });
  const parameters = readParameters(empty.model, part(files, MODEL_FILE, name), name);
  if (fields.refinement === undefined) return { ...empty, parameters };
  const bytes = files[REFINEMENT_FILE];
  const tensors =
    bytes === undefined ? undefined : readSafetensors(bytes, `${name}/${REFINEMENT_FILE}`);
  return { ...empty, parameters, refinement: refinementFromTensors(fields.refinement, tensors) };
}

function part(files: Readonly<Record<string, Uint8Array>>, file: string, name: string): Uint8Array {
  const bytes = files[file];
  if (bytes === undefined) throw new CorruptError(name, `the bundle holds no ${file}`);
  return bytes;
}

function readVocabulary(bytes: Uint8Array, name: string): TextVocabulary {
  try {
    return textVocabularyFromJson(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch (cause) {
    throw new CorruptError(`${name}/${VOCABULARY_FILE}`, messageOf(cause), { cause });
  }
}

function readParameters({ layout }: Model, bytes: Uint8Array, name: string): Float32Array {
  const file = `${name}/${MODEL_FILE}`;
  const { tensors } = readSafetensors(bytes, file);
  const flat = new Float32Array(layout.size);
  for (const spec of layout.specs) {
    const tensor = tensors.get(spec.name);
    if (tensor === undefined) throw new CorruptError(file, `no tensor ${spec.name}`);
    if (tensor.dtype !== "F32" && tensor.dtype !== "BF16") {
      throw new CorruptError(file, `tensor ${spec.name} is ${tensor.dtype}, not a float`);
    }
    if (tensor.shape.join() !== spec.shape.join()) {
      throw new CorruptError(
        file,
        `tensor ${spec.name} is [${tensor.shape.join(", ")}], the configuration says [${spec.shape.join(", ")}]`,
      );
    }
    flat.set(tensor.data, spec.offset);
  }
  if (tensors.size !== layout.specs.length) {
    const known = new Set(layout.specs.map((spec) => spec.name));
    const extra = [...tensors.keys()].find((key) => !known.has(key));
    throw new CorruptError(file, `unknown tensor ${extra}`);
  }
  return flat;
}

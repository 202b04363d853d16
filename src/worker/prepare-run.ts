// The real compute of a worker: engine, data, vocabularies and model of a run, built from the specification
// that the coordinator sends. The compute thread imports this module.

import { basename, join } from "node:path";
import { DataError, hash32, hashLayout, invariant } from "../core/index.ts";
import { type Example, makeTrainBatch, microshardRange, type TrainBatch } from "../data/index.ts";
import { createModel, type Model } from "../model/index.ts";
import {
  disposeParameters,
  openEngine,
  type ParameterTensors,
  parametersFromFlat,
} from "../tensor/index.ts";
import {
  DecoderVocabulary,
  numberTokenizerFromConfig,
  type TextVocabulary,
  textVocabularyFromJson,
} from "../tokenizer/index.ts";
import {
  computeLeaf,
  exampleLosses,
  type RunData,
  type RunSpec,
  readRunData,
  runSpecSchema,
} from "../training/index.ts";
import type { LeafResult, LocalOptions, RunCompute } from "./compute.ts";

/**
 * Builds the run. Data files are read from this machine: by the names of the specification, or by their base
 * names under `local.dataRoot`.
 */
export async function prepareRun(runConfig: unknown, local: LocalOptions): Promise<RunCompute> {
  const spec = runSpecSchema.parse(runConfig);
  const engine = await openEngine({
    ...spec.engine,
    ...(local.engine !== undefined && { engine: local.engine }),
    ...(local.threads !== undefined && { threads: local.threads }),
    ...(local.precision !== undefined && { precision: local.precision }),
  });
  const data = await readRunData({ ...spec, data: relocated(spec.data, local.dataRoot) });
  const textVocabulary = textVocabularyFromJson(spec.textVocabulary);
  const decoderVocabulary = new DecoderVocabulary(numberTokenizerFromConfig(spec.numberTokenizer));
  const model = createModel(spec.model, {
    textVocabularySize: textVocabulary.size,
    decoderVocabularySize: decoderVocabulary.size,
  });
  return new ModelCompute(spec, data, model, withCache(textVocabulary), decoderVocabulary, {
    layoutHash: hashLayout(model.layout),
    numericClass: engine.numericClass,
  });
}

class ModelCompute implements RunCompute {
  readonly parameterCount: number;
  readonly layoutHash: string;
  readonly datasetHash: string;
  readonly numericClass: string;
  readonly #spec: RunSpec;
  readonly #data: RunData;
  readonly #model: Model;
  readonly #textVocabulary: TextVocabulary;
  readonly #decoderVocabulary: DecoderVocabulary;
  #tensors: { readonly of: Float32Array; revision: number; map: ParameterTensors } | undefined;

  constructor(
    spec: RunSpec,
    data: RunData,
    model: Model,
    textVocabulary: TextVocabulary,
    decoderVocabulary: DecoderVocabulary,
    identity: { readonly layoutHash: string; readonly numericClass: string },
  ) {
    this.#spec = spec;
    this.#data = data;
    this.#model = model;
    this.#textVocabulary = textVocabulary;
    this.#decoderVocabulary = decoderVocabulary;
    this.parameterCount = model.layout.size;
    this.layoutHash = identity.layoutHash;
    this.numericClass = identity.numericClass;
    this.datasetHash = data.datasetHash;
  }

  async gradient(
    parameters: Float32Array,
    revision: number,
    step: number,
    microshard: number,
    out: Float32Array,
  ): Promise<LeafResult> {
    const { first, count } = microshardRange(step, microshard, this.#spec.batch);
    if (count === 0) {
      out.fill(0);
      return emptyLeaf();
    }
    const examples = Array.from({ length: count }, (_, i) => this.#sample(first + i));
    const leaf = await computeLeaf(
      this.#model,
      this.#tensorsOf(parameters, revision),
      this.#batch(examples),
      // 31 bits: engines take the seed as a signed integer.
      { out, dropoutSeed: hash32(0, "dropout", this.#spec.seed, step, microshard) >>> 1 },
    );
    return {
      numExamples: count,
      numTokens: leaf.numTokens,
      lossSum: leaf.lossSum,
      weightSum: leaf.weightSum,
      tasks: taskStats(examples, leaf.weightedLosses),
    };
  }

  async evaluate(
    parameters: Float32Array,
    revision: number,
    microshard: number,
  ): Promise<LeafResult> {
    const { validation } = this.#data;
    const { first, count } = microshardRange(1, microshard, {
      ...this.#spec.batch,
      globalBatchSize: validation.length,
    });
    if (count === 0) return emptyLeaf();
    const examples = validation.slice(first, first + count);
    const batch = this.#batch(examples);
    const losses = await exampleLosses(this.#model, this.#tensorsOf(parameters, revision), batch);
    return {
      numExamples: count,
      numTokens: batch.text.ids.length + batch.targetIds.length,
      lossSum: losses.reduce((sum, loss) => sum + loss, 0),
      weightSum: count,
      tasks: taskStats(examples, losses),
    };
  }

  #sample(n: number): Example {
    const { taskIndex, exampleIndex } = this.#data.mixture.at(n);
    const example = this.#data.groups[taskIndex]?.examples[exampleIndex];
    invariant(example !== undefined, `sample ${n} is example ${exampleIndex} of task ${taskIndex}`);
    return example;
  }

  #batch(examples: readonly Example[]): TrainBatch {
    const { maxInputTokens, maxObjectives } = this.#spec.model;
    return makeTrainBatch(examples, this.#textVocabulary, this.#decoderVocabulary, {
      maxInputTokens,
      maxObjectives,
    });
  }

  /** Tensors are made once a revision: all microshards of a step share them. */
  #tensorsOf(parameters: Float32Array, revision: number): ParameterTensors {
    const known = this.#tensors;
    if (known?.of === parameters && known.revision === revision) return known.map;
    if (known !== undefined) disposeParameters(known.map);
    const map = parametersFromFlat(this.#model.layout, parameters);
    this.#tensors = { of: parameters, revision, map };
    return map;
  }
}

function emptyLeaf(): LeafResult {
  return { numExamples: 0, numTokens: 0, lossSum: 0, weightSum: 0, tasks: [] };
}

/** Sums of the examples' losses by task, each example with weight 1. */
function taskStats(examples: readonly Example[], losses: ArrayLike<number>): LeafResult["tasks"] {
  const sums = new Map<string, { lossSum: number; weightSum: number }>();
  examples.forEach(({ task }, i) => {
    const sum = sums.get(task) ?? { lossSum: 0, weightSum: 0 };
    sums.set(task, { lossSum: sum.lossSum + losses[i]!, weightSum: sum.weightSum + 1 });
  });
  return [...sums].map(([task, sum]) => ({ task, ...sum }));
}

/** Each text is encoded once: samples come back every epoch. */
function withCache(vocabulary: TextVocabulary): TextVocabulary {
  const known = new Map<string, Int32Array>();
  return {
    kind: vocabulary.kind,
    size: vocabulary.size,
    padId: vocabulary.padId,
    hash: vocabulary.hash,
    pieces: (ids) => vocabulary.pieces(ids),
    toJson: () => vocabulary.toJson(),
    encode(text) {
      let ids = known.get(text);
      if (ids === undefined) {
        ids = vocabulary.encode(text);
        known.set(text, ids);
      }
      return ids;
    },
  };
}

function relocated(data: RunSpec["data"], dataRoot: string | undefined): RunSpec["data"] {
  if (dataRoot === undefined) return data;
  const names = data.map(({ file }) => basename(file));
  const double = names.find((name, i) => names.indexOf(name) !== i);
  if (double !== undefined) {
    throw new DataError(dataRoot, undefined, `the run has several files named ${double}`);
  }
  return data.map((source) => ({ ...source, file: join(dataRoot, basename(source.file)) }));
}

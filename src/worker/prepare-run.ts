// The real compute of a worker: engine, data, vocabularies and model of a run, built from the specification
// that the coordinator sends. The compute thread imports this module.

import { basename, join } from "node:path";
import { DataError, hash32, hashLayout, invariant } from "../core/index.ts";
import {
  dealEvenly,
  type Example,
  makeTrainBatch,
  microshardRange,
  type TrainBatch,
} from "../data/index.ts";
import { createModel, type Model, redrawFeatures, redrawsAfter } from "../model/index.ts";
import { type Allocate, createOptimizer, optimizerClass } from "../optim/index.ts";
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
  type FetchPart,
  type RunData,
  type RunRows,
  type RunSpec,
  readRunData,
  runSpecSchema,
} from "../training/index.ts";
import type {
  GradientControl,
  LeafResult,
  LocalOptions,
  OptimizerReplica,
  RunCompute,
} from "./compute.ts";
import { type LocalSteps, trainReplica } from "./local-round.ts";

/**
 * Builds the run. Data files are read from this machine: by the names of the specification, or by their base
 * names under `local.dataRoot`; streamed sources come through `fetch`.
 */
export async function prepareRun(
  runConfig: unknown,
  local: LocalOptions,
  fetch?: FetchPart,
): Promise<RunCompute> {
  const spec = runSpecSchema.parse(runConfig);
  const engine = await openEngine({
    ...spec.engine,
    ...(local.engine !== undefined && { engine: local.engine }),
    ...(local.threads !== undefined && { threads: local.threads }),
    ...(local.precision !== undefined && { precision: local.precision }),
  });
  const data = await readRunData({ ...spec, data: relocated(spec.data, local.dataRoot) }, fetch);
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
  #dealt:
    | { readonly step: number; readonly microshards: readonly (readonly number[])[] }
    | undefined;
  #tensors: { readonly of: number; readonly map: ParameterTensors } | undefined;

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
    parametersId: number,
    step: number,
    microshard: number,
    out: Float32Array,
    control?: GradientControl,
  ): Promise<LeafResult> {
    if (this.#spec.local !== undefined && control !== undefined) {
      return this.#replica(this.#spec.local, parameters, step, control, out);
    }
    const rows = await this.#data.rows();
    const examples = await rows.samples(this.#samplesOf(rows, step)[microshard]!);
    const tensors = this.#tensorsOf(parameters, parametersId);
    return this.#leaf(examples, tensors, [step, microshard], out);
  }

  openReplica(allocate: Allocate): OptimizerReplica | undefined {
    const { replica, seed } = this.#spec;
    if (replica === undefined) return undefined;
    const model = this.#model;
    return {
      optimizerClass: optimizerClass(replica.optimizer),
      optimizer: createOptimizer(replica.optimizer, model.layout, allocate),
      finishStep: (parameters, revision) => {
        if (!redrawsAfter(model, revision, replica.numSteps)) return;
        redrawFeatures(model, parameters, seed, revision);
      },
    };
  }

  prefetch(step: number, microshards: readonly number[]): void {
    const { data, local } = this.#spec;
    // Rows that lie here are read when they are needed; which blocks a replica gets next nobody knows yet.
    if (local !== undefined || !data.some(({ access }) => access === "streamed")) return;
    this.#data
      .rows()
      .then((rows) => {
        const dealt = this.#samplesOf(rows, step);
        return rows.samples(microshards.flatMap((microshard) => dealt[microshard]!));
      })
      // What failed is asked for again when it is needed, and fails there.
      .catch(() => {});
  }

  /** One replica's round. */
  #replica(
    config: LocalSteps,
    parameters: Float32Array,
    round: number,
    control: GradientControl,
    out: Float32Array,
  ): Promise<LeafResult> {
    const { block } = control;
    invariant(block !== undefined, "a lease of a round names blocks");
    const { globalBatchSize, numMicroshards } = this.#spec.batch;
    const count = globalBatchSize / numMicroshards;
    const { layout } = this.#model;
    const gradient = async (
      local: Float32Array,
      index: number,
      into: Float32Array,
    ): Promise<LeafResult> => {
      const numbers = Array.from({ length: count }, (_, i) => index * count + i);
      const examples = await (await this.#data.rows()).samples(numbers);
      const tensors = parametersFromFlat(layout, local);
      try {
        return await this.#leaf(examples, tensors, [index, 0], into);
      } finally {
        disposeParameters(tensors);
      }
    };
    return trainReplica(parameters, { layout, config, round, block, control, gradient }, out);
  }

  async #leaf(
    examples: readonly Example[],
    tensors: ParameterTensors,
    seedPath: readonly [number, number],
    out: Float32Array,
  ): Promise<LeafResult> {
    if (examples.length === 0) {
      out.fill(0);
      return emptyLeaf();
    }
    const leaf = await computeLeaf(this.#model, tensors, this.#batch(examples), {
      out,
      // 31 bits: engines take the seed as a signed integer.
      dropoutSeed: hash32(0, "dropout", this.#spec.seed, ...seedPath) >>> 1,
    });
    return {
      numExamples: examples.length,
      numTokens: leaf.numTokens,
      lossSum: leaf.lossSum,
      weightSum: leaf.weightSum,
      tasks: taskStats(examples, leaf.weightedLosses),
    };
  }

  async evaluate(
    parameters: Float32Array,
    parametersId: number,
    microshard: number,
  ): Promise<LeafResult> {
    const validation = await (await this.#data.rows()).validation();
    const { first, count } = microshardRange(1, microshard, {
      ...this.#spec.batch,
      globalBatchSize: validation.length,
    });
    if (count === 0) return emptyLeaf();
    const examples = validation.slice(first, first + count);
    const batch = this.#batch(examples);
    const losses = await exampleLosses(
      this.#model,
      this.#tensorsOf(parameters, parametersId),
      batch,
    );
    return {
      numExamples: count,
      numTokens: batch.text.ids.length + batch.targetIds.length,
      lossSum: losses.reduce((sum, loss) => sum + loss, 0),
      weightSum: count,
      tasks: taskStats(examples, losses),
    };
  }

  /** Numbers of the step's samples by microshard: long and short texts in each. */
  #samplesOf(rows: RunRows, step: number): readonly (readonly number[])[] {
    if (this.#dealt?.step === step) return this.#dealt.microshards;
    const { globalBatchSize, numMicroshards } = this.#spec.batch;
    const first = (step - 1) * globalBatchSize;
    // What is cut off costs nothing; a token has about four characters.
    const longest = 4 * this.#spec.model.maxInputTokens;
    const costs = rows
      .sampleChars(first, globalBatchSize)
      .map((numChars) => Math.min(longest, numChars));
    const microshards = dealEvenly(costs, numMicroshards).map((items) =>
      items.map((item) => first + item),
    );
    this.#dealt = { step, microshards };
    return microshards;
  }

  #batch(examples: readonly Example[]): TrainBatch {
    const { maxInputTokens, maxObjectives } = this.#spec.model;
    return makeTrainBatch(examples, this.#textVocabulary, this.#decoderVocabulary, {
      maxInputTokens,
      maxObjectives,
    });
  }

  /** Tensors are made once: all microshards of a step share them. */
  #tensorsOf(parameters: Float32Array, parametersId: number): ParameterTensors {
    const known = this.#tensors;
    if (known?.of === parametersId) return known.map;
    if (known !== undefined) disposeParameters(known.map);
    const map = parametersFromFlat(this.#model.layout, parameters);
    this.#tensors = { of: parametersId, map };
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

/** Ids that are kept: twice as many in all, of the texts that came last. */
const CACHED_IDS = 8 << 20;

/** Texts are not encoded again while they are remembered: samples come back every epoch. */
function withCache(vocabulary: TextVocabulary): TextVocabulary {
  let recent = new Map<string, Int32Array>();
  let older = recent;
  let numIds = 0;
  return {
    kind: vocabulary.kind,
    size: vocabulary.size,
    padId: vocabulary.padId,
    hash: vocabulary.hash,
    pieces: (ids) => vocabulary.pieces(ids),
    toJson: () => vocabulary.toJson(),
    encode(text) {
      const known = recent.get(text);
      if (known !== undefined) return known;
      const ids = older.get(text) ?? vocabulary.encode(text);
      numIds += ids.length;
      if (numIds > CACHED_IDS) {
        older = recent;
        recent = new Map();
        numIds = ids.length;
      }
      recent.set(text, ids);
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

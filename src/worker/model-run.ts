// The real computation of a run: gradients and validation losses of a model on its data. The compute thread
// imports this module; tests put a toy in its place.

import { type Example, makeTrainBatch, microshardRange } from "../data/index.ts";
import { ConfigError, hash32, hashLayout } from "../core/index.ts";
import { createModel } from "../model/index.ts";
import {
  disposeParameters,
  openEngine,
  type ParameterTensors,
  parametersFromFlat,
} from "../tensor/index.ts";
import {
  DecoderVocabulary,
  numberTokenizerFromConfig,
  textVocabularyFromJson,
} from "../tokenizer/index.ts";
import { computeLeaf, exampleLosses, readRunData, runSpecSchema } from "../training/index.ts";
import type { LeafResult, RunCompute } from "./compute.ts";

/** Validation rows per forward pass. */
const EVALUATION_BATCH = 32;

/** Builds data, vocabularies and model from a run's specification, and opens the engine it asks for. */
export async function prepareRun(runConfig: unknown): Promise<RunCompute> {
  const parsed = runSpecSchema.safeParse(runConfig);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ConfigError(issue.path.join("."), `${issue.message} (in the coordinator's run)`);
  }
  const spec = parsed.data;
  const { engine, threads, precision } = spec.engine;
  const { numericClass } = await openEngine({
    engine,
    precision,
    ...(threads === undefined ? {} : { threads }),
  });
  const data = await readRunData(spec);
  const textVocabulary = textVocabularyFromJson(spec.textVocabulary);
  const decoderVocabulary = new DecoderVocabulary(numberTokenizerFromConfig(spec.numberTokenizer));
  const model = createModel(spec.model, {
    textVocabularySize: textVocabulary.size,
    decoderVocabularySize: decoderVocabulary.size,
  });
  const tensors = new TensorsOfRevision((flat) => parametersFromFlat(model.layout, flat));
  const batchOf = (examples: readonly Example[]) =>
    makeTrainBatch(examples, textVocabulary, decoderVocabulary, spec.model);

  return {
    parameterCount: model.layout.size,
    layoutHash: hashLayout(model.layout),
    datasetHash: data.datasetHash,
    numericClass,
    async gradient(parameters, revision, step, microshard, out) {
      const { first, count } = microshardRange(step, microshard, spec.batch);
      const examples = Array.from({ length: count }, (_, i) => {
        const { taskIndex, exampleIndex } = data.mixture.at(first + i);
        return data.groups[taskIndex]!.examples[exampleIndex]!;
      });
      const batch = batchOf(examples);
      const leaf = await computeLeaf(model, tensors.at(parameters, revision), batch, {
        out,
        dropoutSeed: hash32(spec.seed, "dropout", step, microshard),
      });
      return {
        ...leafStats(examples, leaf.weightedLosses, batch.weights),
        lossSum: leaf.lossSum,
        numTokens: leaf.numTokens,
      };
    },
    async evaluate(parameters, revision, microshard) {
      const total = data.validation.length;
      const { numMicroshards } = spec.batch;
      const part = data.validation.slice(
        Math.floor((microshard * total) / numMicroshards),
        Math.floor(((microshard + 1) * total) / numMicroshards),
      );
      const losses: number[] = [];
      let numTokens = 0;
      for (let at = 0; at < part.length; at += EVALUATION_BATCH) {
        const batch = batchOf(part.slice(at, at + EVALUATION_BATCH));
        losses.push(...(await exampleLosses(model, tensors.at(parameters, revision), batch)));
        numTokens += batch.text.ids.length + batch.targetIds.length;
      }
      return { ...leafStats(part, losses, new Float32Array(part.length).fill(1)), numTokens };
    },
  };
}

/** Sums by task, in the order of the examples, so that they have the same bits everywhere. */
function leafStats(
  examples: readonly Example[],
  weightedLosses: ArrayLike<number>,
  weights: Float32Array,
): Omit<LeafResult, "numTokens"> {
  const tasks = new Map<string, { task: string; lossSum: number; weightSum: number }>();
  examples.forEach(({ task }, row) => {
    const sums = tasks.get(task) ?? { task, lossSum: 0, weightSum: 0 };
    sums.lossSum += weightedLosses[row]!;
    sums.weightSum += weights[row]!;
    tasks.set(task, sums);
  });
  const all = [...tasks.values()];
  return {
    numExamples: examples.length,
    lossSum: all.reduce((sum, { lossSum }) => sum + lossSum, 0),
    weightSum: all.reduce((sum, { weightSum }) => sum + weightSum, 0),
    tasks: all,
  };
}

/** Keeps the tensors of one revision of the parameters for all microshards computed from it. */
class TensorsOfRevision {
  readonly #make: (flat: Float32Array) => ParameterTensors;
  #revision: number | undefined;
  #tensors: ParameterTensors | undefined;

  constructor(make: (flat: Float32Array) => ParameterTensors) {
    this.#make = make;
  }

  at(flat: Float32Array, revision: number): ParameterTensors {
    if (this.#tensors !== undefined && this.#revision === revision) return this.#tensors;
    if (this.#tensors !== undefined) disposeParameters(this.#tensors);
    this.#tensors = this.#make(flat);
    this.#revision = revision;
    return this.#tensors;
  }
}

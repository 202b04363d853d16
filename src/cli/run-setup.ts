// From a run configuration to what coordinator and workers need: rows, vocabulary, model, specification.

import { readFileSync } from "node:fs";
import type { RunConfig } from "../config/index.ts";
import { InputError, messageOf } from "../core/index.ts";
import { taskSizes } from "../data/index.ts";
import type { EngineConfig } from "../tensor/config.ts";
import {
  type TextVocabulary,
  textVocabularyFromJson,
  trainBytePairVocabulary,
} from "../tokenizer/index.ts";
import {
  type RunData,
  type RunSpec,
  readRunData,
  type TrainedModel,
  trainedModel,
} from "../training/index.ts";

export interface RunSetup {
  readonly spec: RunSpec;
  readonly data: RunData;
  /** The model with its initial parameters. */
  readonly untrained: TrainedModel;
  /** Rows by task; with the mixture and the seed it says which example every sample is. */
  readonly taskSizes: Readonly<Record<string, number>>;
}

/** Reads the data, trains or reads the vocabulary, and makes the untrained model. */
export async function setUpRun(config: RunConfig, engine: EngineConfig): Promise<RunSetup> {
  const { training } = config;
  const dataSpec = {
    seed: config.seed,
    data: config.data,
    holdOut: config.holdOut,
    mixture: training.mixture,
    evalExamples: training.evalExamples,
  };
  const data = await readRunData(dataSpec);
  const textVocabulary = vocabularyOf(config, data);
  const untrained = trainedModel({
    modelConfig: config.model,
    numberTokenizer: config.numberTokenizer,
    textVocabulary,
    seed: config.seed,
    tasks: Object.fromEntries(
      data.groups.map(({ task, examples }) => [
        task,
        {
          numObjectives: Math.max(...examples.map(({ y }) => y.length)),
          numExamples: examples.length,
        },
      ]),
    ),
  });
  const spec: RunSpec = {
    ...dataSpec,
    name: config.name,
    engine,
    textVocabulary: textVocabulary.toJson(),
    numberTokenizer: config.numberTokenizer,
    model: config.model,
    batch: {
      globalBatchSize: training.globalBatchSize,
      numMicroshards: training.numMicroshards,
    },
  };
  return { spec, data, untrained, taskSizes: taskSizes(data.groups) };
}

function vocabularyOf({ vocabulary }: RunConfig, data: RunData): TextVocabulary {
  if (vocabulary.kind === "train") {
    const texts = data.groups.flatMap(({ examples }) => examples.map(({ x }) => x));
    return trainBytePairVocabulary(texts, { size: vocabulary.size });
  }
  try {
    return textVocabularyFromJson(JSON.parse(readFileSync(vocabulary.file, "utf8")));
  } catch (error) {
    throw new InputError(`vocabulary.file ${vocabulary.file}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

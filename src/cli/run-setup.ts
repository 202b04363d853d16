// From a run configuration to what coordinator and workers need: rows, vocabulary, model, specification.

import { isDeepStrictEqual } from "node:util";
import type { RunConfig } from "../config/index.ts";
import { ConfigError } from "../core/index.ts";
import { TargetCheck, type TargetReport } from "../data/index.ts";
import type { EngineConfig } from "../tensor/config.ts";
import {
  DecoderVocabulary,
  defaultTextVocabulary,
  loadTextVocabulary,
  numberTokenizerFromConfig,
  type TextVocabulary,
  trainBytePairVocabulary,
} from "../tokenizer/index.ts";
import {
  type CutReport,
  cutOf,
  openModel,
  type RunData,
  type RunRows,
  type RunSpec,
  readRunData,
  type TrainedModel,
  trainedModel,
} from "../training/index.ts";
import { openKinds, pinnedSerialisers } from "./kinds.ts";
import { workerBatch } from "./rounds.ts";

export interface RunSetup {
  readonly spec: RunSpec;
  readonly data: RunData;
  readonly numValidation: number;
  /** The model with its initial parameters. */
  readonly untrained: TrainedModel;
  /** Rows by task; with the mixture and the seed it says which example every sample is. */
  readonly taskSizes: Readonly<Record<string, number>>;
  /** What the model will not read of the training texts; estimated on some of them where there are many. */
  readonly cut: CutReport;
  /** The numbers of the rows looked at: all of JSON lines, some of prepared datasets. */
  readonly targets: TargetReport;
}

/** Texts whose lengths are looked at, unless long ones are refused: then all. */
const MAX_MEASURED_TEXTS = 2000;

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
  const targets = new TargetCheck(
    new DecoderVocabulary(numberTokenizerFromConfig(config.numberTokenizer)),
    { maxObjectives: Infinity },
  );
  const data = await readRunData(dataSpec, undefined, (row, name) => targets.look(row, name));
  const rows = await data.rows();
  checkObjectives(rows, config);
  const textVocabulary = await readVocabulary(config, rows);
  const initial = trainedModel({
    modelConfig: config.model,
    numberTokenizer: config.numberTokenizer,
    textVocabulary,
    seed: config.seed,
    serialisers: pinnedSerialisers(await openKinds(config.plugins), config.kinds),
    tasks: Object.fromEntries(
      rows.tasks.map(({ task, numObjectives, numRows }) => [
        task,
        { numObjectives, numExamples: numRows },
      ]),
    ),
  });
  const untrained =
    config.startFrom === undefined ? initial : startedFrom(config.startFrom, initial);
  const spec: RunSpec = {
    ...dataSpec,
    data: config.data.map((source, i) => {
      const sha256 = data.preparedHashes[i];
      return sha256 === undefined ? source : { ...source, sha256 };
    }),
    name: config.name,
    engine,
    textVocabulary: textVocabulary.toJson(),
    numberTokenizer: config.numberTokenizer,
    model: config.model,
    ...workerBatch(config),
  };
  const refuseLongTexts = training.longTexts === "refuse";
  const measured = await rows.texts(refuseLongTexts ? {} : { maxTexts: MAX_MEASURED_TEXTS });
  return {
    spec,
    data,
    numValidation: rows.numValidation,
    untrained,
    taskSizes: Object.fromEntries(rows.tasks.map(({ task, numRows }) => [task, numRows])),
    cut: cutOf(untrained, measured, { refuseLongTexts }),
    targets: targets.report,
  };
}

/**
 * The model with the parameters of a bundle, and which run they are of.
 *
 * @throws {ConfigError} field startFrom, when texts or numbers would not mean the same to it, or a size differs.
 */
function startedFrom(path: string, initial: TrainedModel): TrainedModel {
  const bundle = openModel(path);
  const fail = (reason: string): never => {
    throw new ConfigError("startFrom", `${path} ${reason}`);
  };
  if (!isDeepStrictEqual(bundle.textVocabulary.toJson(), initial.textVocabulary.toJson())) {
    fail("has another vocabulary; name its text-vocabulary.json as the vocabulary's file");
  }
  if (!isDeepStrictEqual(bundle.numberTokenizer, initial.numberTokenizer)) {
    fail("writes numbers differently; numberTokenizer must be the same");
  }
  const shapesOf = ({ model }: TrainedModel): unknown =>
    model.layout.specs.map(({ name, shape }) => ({ name, shape }));
  if (!isDeepStrictEqual(shapesOf(bundle), shapesOf(initial))) {
    fail("has other parameters; the sizes under model must be the same");
  }
  const { run, parametersDigest } = bundle.provenance;
  return {
    ...initial,
    parameters: bundle.parameters,
    provenance: { startedFrom: { run, parametersDigest } },
  };
}

/** Before any worker starts: each of them would fail on the first such row. */
function checkObjectives({ tasks }: RunRows, { model: { maxObjectives } }: RunConfig): void {
  const tooMany = tasks.find(({ numObjectives }) => numObjectives > maxObjectives);
  if (tooMany === undefined) return;
  throw new ConfigError(
    "model.maxObjectives",
    `task ${tooMany.task} has rows of ${tooMany.numObjectives} objectives; maxObjectives is ${maxObjectives}`,
  );
}

/** @throws {DataError} or {CorruptError} naming the file, when it is no vocabulary. */
async function readVocabulary({ vocabulary }: RunConfig, rows: RunRows): Promise<TextVocabulary> {
  if (vocabulary.kind === "file") return loadTextVocabulary(vocabulary.file);
  if (vocabulary.kind === "default") return defaultTextVocabulary();
  const texts = await rows.texts({ maxChars: vocabulary.sampleChars });
  return trainBytePairVocabulary(texts, { size: vocabulary.size });
}

// From a plan to a trained model and to answers. A trained model is kept in a folder under the key of its plan, so that
// claims share models and a run that was stopped goes on where it was.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { datasetHash, type Example, makeTextBatch, makeTrainBatch } from "../../src/data/index.ts";
import { modelConfigSchema } from "../../src/model/index.ts";
import {
  numberTokenizerConfigSchema,
  type TextVocabulary,
  trainBytePairVocabulary,
} from "../../src/tokenizer/index.ts";
import {
  computeLeaf,
  Predictor,
  type TrainedModel,
  trainedModel,
} from "../../src/training/index.ts";
import { type Answered, medianOf } from "./measures.ts";
import { optimise } from "./optimise.ts";
import { type ModelPlan, planKey } from "./plan.ts";
import { regressionModel } from "./regression-head.ts";
import { type ClaimRows, rowsOfSomeTasks } from "./rows.ts";
import { fitTargetScale, type TargetScale } from "./target-scale.ts";

const VOCABULARY_SIZE = 2048;
const PREDICT_ROWS = 64;
const NUM_SAMPLES = 128;

export interface Workshop {
  readonly rows: ClaimRows;
  readonly vocabulary: TextVocabulary;
  readonly dataHash: string;
  readonly keepDirectory: string;
}

export function openWorkshop(rows: ClaimRows, keepDirectory: string): Workshop {
  const texts = rows.train.filter((_, i) => i % 10 === 0).map(({ x }) => x);
  mkdirSync(keepDirectory, { recursive: true });
  return {
    rows,
    vocabulary: trainBytePairVocabulary(texts, { size: VOCABULARY_SIZE }),
    dataHash: datasetHash(rows.train),
    keepDirectory,
  };
}

/** Answers of one model to rows of the tasks that it was trained on. */
export interface AnsweringModel {
  readonly numParameters: number;
  /** Frees its tensors on the engine. */
  dispose(): void;
  answers(rows: readonly Example[]): Promise<Answered[]>;
  /** Medians of samples: these need no search, which some number tokenizers make hard. Decoders only. */
  sampledAnswers?(rows: readonly Example[]): Promise<Answered[]>;
}

export async function answeringModel(workshop: Workshop, plan: ModelPlan): Promise<AnsweringModel> {
  return plan.head === "regression"
    ? await trainedRegression(workshop, plan)
    : await answeringDecoder(workshop, plan);
}

/** The decoder of a plan whose scale is `as-is`, to be asked for whole distributions or adapted. */
export async function trainedDecoder(workshop: Workshop, plan: ModelPlan): Promise<TrainedModel> {
  const untrained = untrainedDecoder(workshop, plan);
  const rows = rowsOfSomeTasks(workshop.rows.train, plan.numTasks, plan.seed);
  const scale = fitTargetScale(plan.targetScale, rows);
  const parameters = await keptParameters(workshop, plan, () =>
    decoderSteps(untrained, rows.map(scaled(scale)), plan),
  );
  return { ...untrained, parameters };
}

/** Further steps of the same optimizer on other rows. */
export async function fineTunedDecoder(
  trained: TrainedModel,
  rows: readonly Example[],
  settings: Pick<ModelPlan, "numSteps" | "batchSize" | "learningRate" | "seed">,
): Promise<TrainedModel> {
  return { ...trained, parameters: await decoderSteps(trained, rows, settings) };
}

export function untrainedDecoder({ vocabulary }: Workshop, plan: ModelPlan): TrainedModel {
  return trainedModel({
    modelConfig: modelConfigSchema.parse(plan.model),
    numberTokenizer: numberTokenizerConfigSchema.parse(plan.numberTokenizer),
    textVocabulary: vocabulary,
    seed: plan.seed,
  });
}

/** Medians of the exact distributions, in the unit of y. */
export async function medianAnswers(
  trained: TrainedModel,
  rows: readonly Example[],
  scale: TargetScale = fitTargetScale("as-is", []),
): Promise<Answered[]> {
  const predictor = new Predictor(trained);
  try {
    const distributions = await predictor.distributions(rows.map(({ x }) => x));
    return rows.map(({ task, y }, row) => ({
      task,
      truth: y[0]!,
      predicted: scale.toValue(task, distributions[row]![0]!.median),
    }));
  } finally {
    predictor.dispose();
  }
}

async function answeringDecoder(workshop: Workshop, plan: ModelPlan): Promise<AnsweringModel> {
  const trained = await trainedDecoder(workshop, plan);
  const scale = fitTargetScale(plan.targetScale, workshop.rows.train);
  return {
    numParameters: trained.model.layout.size,
    // Each answer uploads the parameters and frees them.
    dispose() {},
    answers: (rows) => medianAnswers(trained, rows, scale),
    async sampledAnswers(rows) {
      const predictor = new Predictor(trained);
      try {
        const texts = rows.map(({ x }) => x);
        const draws = await predictor.samples(texts, { numSamples: NUM_SAMPLES, seed: plan.seed });
        return rows.map(({ task, y }, row) => ({
          task,
          truth: y[0]!,
          predicted: scale.toValue(task, medianOf(draws[row]!.map(([value]) => value!))),
        }));
      } finally {
        predictor.dispose();
      }
    },
  };
}

async function decoderSteps(
  { model, parameters, textVocabulary, decoderVocabulary }: TrainedModel,
  rows: readonly Example[],
  settings: Pick<ModelPlan, "numSteps" | "batchSize" | "learningRate" | "seed">,
): Promise<Float32Array> {
  return await optimise(model.layout, parameters, rows, settings, (tensors, batch) =>
    computeLeaf(
      model,
      tensors,
      makeTrainBatch(batch, textVocabulary, decoderVocabulary, model.config),
    ),
  );
}

async function trainedRegression(workshop: Workshop, plan: ModelPlan): Promise<AnsweringModel> {
  const { rows, vocabulary } = workshop;
  const model = regressionModel(plan.model, vocabulary.size);
  const scale = fitTargetScale(plan.targetScale, rows.train);
  const maxInputTokens = plan.model.maxInputTokens ?? 512;
  const textOf = (some: readonly Example[]): ReturnType<typeof makeTextBatch> =>
    makeTextBatch(
      some.map(({ x }) => x),
      vocabulary,
      maxInputTokens,
    );
  const initial = model.initialParameters(plan.seed);
  const parameters = await keptParameters(workshop, plan, () =>
    optimise(model.layout, initial, rows.train, plan, (tensors, batch) =>
      model.leaf(
        tensors,
        textOf(batch),
        batch.map(({ task, y }) => scale.toTarget(task, y[0]!)),
      ),
    ),
  );
  return {
    numParameters: model.layout.size,
    dispose: () => model.dispose(),
    async answers(some) {
      const out: Answered[] = [];
      for (let first = 0; first < some.length; first += PREDICT_ROWS) {
        const part = some.slice(first, first + PREDICT_ROWS);
        const values = await model.predict(parameters, textOf(part));
        part.forEach(({ task, y }, i) => {
          out.push({ task, truth: y[0]!, predicted: scale.toValue(task, values[i]!) });
        });
      }
      return out;
    },
  };
}

function scaled(scale: TargetScale): (row: Example) => Example {
  return (row) => ({ ...row, y: [scale.toTarget(row.task, row.y[0]!)] });
}

async function keptParameters(
  { keepDirectory, dataHash }: Workshop,
  plan: ModelPlan,
  train: () => Promise<Float32Array>,
): Promise<Float32Array> {
  const path = join(keepDirectory, `${planKey(plan, dataHash)}.f32`);
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    return new Float32Array(Uint8Array.from(bytes).buffer);
  }
  const parameters = await train();
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(
    unfinished,
    Buffer.from(parameters.buffer, parameters.byteOffset, parameters.byteLength),
  );
  renameSync(unfinished, path);
  return parameters;
}

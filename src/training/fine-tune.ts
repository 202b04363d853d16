// Gradient adaptation on few rows: an optimizer with warm-up and cosine, early stopping on validation rows. The
// model as it was ("epoch 0") is a candidate too, so that validation never gets worse; the best is restored.

import { InputError, Random } from "../core/index.ts";
import { makeTrainBatch } from "../data/index.ts";
import type { LabelledBatch, Model } from "../model/index.ts";
import {
  createOptimizer,
  ExponentialAverage,
  gradientScale,
  learningRateFactor,
  type OptimizerConfig,
  optimizerConfigSchema,
} from "../optim/index.ts";
import {
  copyToFlat,
  disposeParameters,
  type ParameterTensors,
  parametersFromFlat,
  valueAndGradients,
  weightedSum,
} from "../tensor/index.ts";
import type { DecoderVocabulary, TextVocabulary } from "../tokenizer/index.ts";
import { exampleLosses, meanTokenWeights } from "./losses.ts";
import type { Trainable } from "./trainable.ts";

/** A row to learn from; weights scale its loss. */
export interface Shot {
  readonly x: string;
  readonly y: readonly number[];
  readonly weight?: number;
}

export interface FineTuneOptions {
  readonly learningRate: number;
  readonly maxEpochs: number;
  /** Rows per update. */
  readonly batchSize: number;
  /** Rows whose activations are in memory together; their gradients are added. The whole batch when absent. */
  readonly microBatchSize?: number | undefined;
  /** AdamW when absent. */
  readonly optimizer?: OptimizerConfig["kind"] | undefined;
  /** Judges and keeps the moving average of the values with this decay instead of the values. */
  readonly emaDecay?: number | undefined;
  /** Epochs without a better validation loss before it stops. */
  readonly patience: number;
  readonly weightDecay?: number;
  readonly seed: number;
  /** Rows mixed into every batch to keep what was learned before; `replayShare` of the batch. */
  readonly replay?: readonly Shot[];
  readonly replayShare?: number;
  readonly onEpoch?: (state: EpochState) => void;
}

export interface EpochState {
  /** 0 is the model as it was. */
  readonly epoch: number;
  readonly validationLoss: number;
  readonly bestLoss: number;
  readonly isBest: boolean;
}

export interface FineTuneResult {
  /** Values of the trainable parameters, the best seen. */
  readonly trained: Float32Array;
  readonly bestEpoch: number;
  readonly bestLoss: number;
  readonly epochs: readonly EpochState[];
}

/** What fine-tuning needs of a model. */
export interface Tunable {
  readonly model: Model;
  readonly parameters: Float32Array;
  readonly textVocabulary: TextVocabulary;
  readonly decoderVocabulary: DecoderVocabulary;
}

const CLIP_NORM = 1;
const EVALUATION_ROWS = 128;

/**
 * @param validation Rows for early stopping. Empty: all epochs run and the last is kept.
 * @returns the best values of the trainable parameters; nothing given is changed.
 */
export async function fineTune(
  tunable: Tunable,
  trainable: Trainable,
  shots: readonly Shot[],
  validation: readonly Shot[],
  options: FineTuneOptions,
): Promise<FineTuneResult> {
  const { seed, batchSize, maxEpochs, patience, replayShare = 0 } = options;
  if (!(replayShare >= 0 && replayShare < 1)) {
    throw new InputError(`replayShare (${replayShare}) must be at least 0 and below 1`, {
      hint: "It is the share of each batch that replayed rows are; the others are the rows to learn.",
    });
  }
  const batchesPerEpoch = Math.ceil(shots.length / batchSize);
  const numSteps = maxEpochs * batchesPerEpoch;
  const optimizer = createOptimizer(optimizerConfig(options), trainable.layout);
  const current = Float32Array.from(trainable.initial);
  const average =
    options.emaDecay === undefined
      ? undefined
      : new ExponentialAverage(current, options.emaDecay, trainable.layout);
  const kept = average?.values ?? current;
  const gradient = new Float32Array(current.length);
  const frozen = parametersFromFlat(tunable.model.layout, tunable.parameters);
  const epochs: EpochState[] = [];
  let best = { trained: Float32Array.from(current), epoch: 0, loss: Number.POSITIVE_INFINITY };
  try {
    const judge = async (epoch: number): Promise<void> => {
      const loss =
        validation.length === 0
          ? -epoch
          : await validationLoss(tunable, trainable.merge(kept), validation);
      const isBest = loss < best.loss;
      if (isBest) best = { trained: Float32Array.from(kept), epoch, loss };
      const state = { epoch, validationLoss: loss, bestLoss: best.loss, isBest };
      epochs.push(state);
      options.onEpoch?.(state);
    };
    await judge(0);
    let step = 0;
    for (let epoch = 1; epoch <= maxEpochs && epoch - best.epoch <= patience; epoch++) {
      const order = new Random("fine-tune", seed, epoch).shuffled(shots);
      for (let at = 0; at < order.length; at += batchSize) {
        step += 1;
        const rows = withReplay(order.slice(at, at + batchSize), options, step);
        const weightSum = await gradientOf(tunable, trainable, { current, frozen }, rows, {
          microBatchSize: options.microBatchSize,
          out: gradient,
        });
        const { scale } = gradientScale(gradient, weightSum, CLIP_NORM);
        if (scale === 0) continue;
        const schedule = {
          kind: "cosine",
          warmupSteps: Math.min(10, Math.ceil(numSteps / 10)),
          finalFraction: 0.05,
        } as const;
        optimizer.apply(current, gradient, {
          learningRateFactor: learningRateFactor(schedule, step, numSteps),
          gradientScale: scale,
          step,
        });
        average?.update(current, step);
      }
      await judge(epoch);
    }
  } finally {
    disposeParameters(frozen);
  }
  return { trained: best.trained, bestEpoch: best.epoch, bestLoss: best.loss, epochs };
}

function optimizerConfig(options: FineTuneOptions): OptimizerConfig {
  const { optimizer: kind = "adamw", learningRate, weightDecay = 0.01 } = options;
  const adaptive = { learningRate, weightDecay };
  return optimizerConfigSchema.parse(
    kind === "adafactor" ? { kind, ...adaptive } : { kind, ...adaptive, beta1: 0.9, beta2: 0.98 },
  );
}

/** Writes the gradient sum of the rows' weighted losses, some rows at a time; returns their weight. */
async function gradientOf(
  tunable: Tunable,
  trainable: Trainable,
  parameters: { current: Float32Array; frozen: ParameterTensors },
  rows: readonly Shot[],
  { microBatchSize = rows.length, out }: { microBatchSize: number | undefined; out: Float32Array },
): Promise<number> {
  let weightSum = 0;
  const part = microBatchSize < rows.length ? new Float32Array(out.length) : out;
  if (part !== out) out.fill(0);
  for (let at = 0; at < rows.length; at += microBatchSize) {
    const batch = batchOf(tunable, rows.slice(at, at + microBatchSize));
    weightSum += await leafInto(tunable.model, trainable, parameters, batch, part);
    if (part === out) continue;
    for (let i = 0; i < out.length; i++) out[i]! += part[i]!;
  }
  return weightSum;
}

/** Mean loss per row, in batches. */
async function validationLoss(
  tunable: Tunable,
  parameters: Float32Array,
  rows: readonly Shot[],
): Promise<number> {
  const tensors = parametersFromFlat(tunable.model.layout, parameters);
  try {
    let sum = 0;
    for (let at = 0; at < rows.length; at += EVALUATION_ROWS) {
      const batch = batchOf(tunable, rows.slice(at, at + EVALUATION_ROWS));
      for (const loss of await exampleLosses(tunable.model, tensors, batch)) sum += loss;
    }
    return sum / rows.length;
  } finally {
    disposeParameters(tensors);
  }
}

function batchOf(
  { model, textVocabulary, decoderVocabulary }: Tunable,
  rows: readonly Shot[],
): LabelledBatch {
  return makeTrainBatch(
    rows.map(({ x, y }) => ({ task: "adapt", x, y })),
    textVocabulary,
    decoderVocabulary,
    { ...model.config, weights: rows.map(({ weight = 1 }) => weight) },
  );
}

/** Writes the gradient sum of one batch; returns the batch's weight. */
async function leafInto(
  model: Model,
  trainable: Trainable,
  { current, frozen }: { current: Float32Array; frozen: ParameterTensors },
  batch: LabelledBatch,
  gradient: Float32Array,
): Promise<number> {
  const weights = meanTokenWeights(batch, model.config.labelWeights);
  const tensors = parametersFromFlat(trainable.layout, current);
  const { value, gradients } = valueAndGradients(
    (inner) => weightedSum(model.tokenLosses(trainable.assemble(inner, frozen), batch), weights),
    tensors,
  );
  await copyToFlat(trainable.layout, gradients, gradient);
  disposeParameters(gradients);
  disposeParameters(tensors);
  value.dispose();
  return batch.weights.reduce((sum, weight) => sum + weight, 0);
}

function withReplay(
  rows: readonly Shot[],
  { replay = [], replayShare = 0, seed }: FineTuneOptions,
  step: number,
): readonly Shot[] {
  if (replay.length === 0 || replayShare <= 0) return rows;
  const count = Math.max(1, Math.round((rows.length * replayShare) / (1 - replayShare)));
  const random = new Random("replay", seed, step);
  return [...rows, ...Array.from({ length: count }, () => replay[random.int(replay.length)]!)];
}

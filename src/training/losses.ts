// Losses of whole examples, and one leaf of the gradient tree: the sum of an example set's weighted
// gradients. The division by the total weight happens once, at the root.

import type { DropoutOptions, LabelledBatch, Model } from "../model/index.ts";
import type { ParameterTensors } from "../tensor/index.ts";
import {
  copyToFlat,
  crossEntropy,
  disposeParameters,
  keep,
  type Tensor,
  tidy,
  valueAndGradients,
  weightedSum,
} from "../tensor/index.ts";

/** Padding, in every decoder vocabulary. */
const PAD_ID = 0;

/**
 * Weight of every target token so that the weighted sum of token losses is the sum over examples of
 * weight * mean loss. With `labelWeights` (one per position of an object) the mean is a weighted one.
 */
export function meanTokenWeights(
  batch: LabelledBatch,
  labelWeights?: readonly number[],
): Float32Array {
  const { targetOffsets, weights } = batch;
  const out = new Float32Array(batch.targetIds.length);
  for (let row = 0; row < weights.length; row++) {
    const [begin, end] = [targetOffsets[row]!, targetOffsets[row + 1]!];
    let total = 0;
    for (let at = begin; at < end; at++) {
      // A separator says nothing about the number, so it carries no loss.
      const isSeparator = batch.targetIds[at] === PAD_ID;
      const labelWeight = labelWeights?.[(at - begin) % labelWeights.length] ?? 1;
      out[at] = isSeparator ? 0 : labelWeight;
      total += out[at]!;
    }
    for (let at = begin; at < end; at++) out[at] = (out[at]! * weights[row]!) / total;
  }
  return out;
}

/** Mean loss over the real target tokens of each example, unweighted: `[B]`. */
export async function exampleLosses(
  model: Model,
  parameters: ParameterTensors,
  batch: LabelledBatch,
): Promise<Float32Array> {
  const losses_M = model.tokenLosses(parameters, batch);
  const values = await losses_M.data<"float32">();
  losses_M.dispose();
  return perRow(batch, (sum, length) => sum / length, values);
}

/**
 * log p of each example's tokens under the plain softmax, as the reference computes it: not renormalised
 * over the tokens that may stand there.
 */
export async function exampleLogProbs(
  model: Model,
  parameters: ParameterTensors,
  batch: LabelledBatch,
): Promise<Float32Array> {
  const losses_M = tidy(() => crossEntropy(model.logits(parameters, batch), batch.targetIds));
  const values = await losses_M.data<"float32">();
  losses_M.dispose();
  return perRow(batch, (sum) => -sum, values);
}

function perRow(
  { targetIds, targetOffsets }: LabelledBatch,
  finish: (sum: number, length: number) => number,
  values: Float32Array,
): Float32Array {
  const out = new Float32Array(targetOffsets.length - 1);
  for (let row = 0; row < out.length; row++) {
    const [begin, end] = [targetOffsets[row]!, targetOffsets[row + 1]!];
    let sum = 0;
    let length = 0;
    for (let at = begin; at < end; at++) {
      if (targetIds[at] === PAD_ID) continue;
      sum += values[at]!;
      length += 1;
    }
    out[row] = finish(sum, length);
  }
  return out;
}

function perRowWeighted(
  { targetOffsets }: LabelledBatch,
  tokenWeights: Float32Array,
  losses: Float32Array,
): Float64Array {
  return Float64Array.from({ length: targetOffsets.length - 1 }, (_, row) => {
    let sum = 0;
    for (let at = targetOffsets[row]!; at < targetOffsets[row + 1]!; at++) {
      sum += tokenWeights[at]! * losses[at]!;
    }
    return sum;
  });
}

/** What one microshard contributes to a step. */
export interface LeafResult {
  /** Sum over examples of weight * d loss / d parameters, laid out flat. */
  readonly gradient: Float32Array;
  /** Sum over examples of weight * loss. */
  readonly lossSum: number;
  /** weight * loss of each example, `[B]`. */
  readonly weightedLosses: Float64Array;
  readonly weightSum: number;
  /** Text and target tokens. */
  readonly numTokens: number;
}

export interface LeafOptions {
  /** Seed of this leaf's dropout masks; used only when the model's dropoutRate is above 0. */
  readonly dropoutSeed?: number;
  /** Where to put the gradient, `[layout.size]`; a new array when absent. */
  readonly out?: Float32Array;
}

/**
 * Gradient and loss of one microshard. Equal inputs give equal bits on one engine.
 *
 * @param parameters Of the model's layout; left as they are.
 */
export async function computeLeaf(
  model: Model,
  parameters: ParameterTensors,
  batch: LabelledBatch,
  options: LeafOptions = {},
): Promise<LeafResult> {
  const weights = meanTokenWeights(batch, model.config.labelWeights);
  const rate = model.config.dropoutRate;
  const dropout: DropoutOptions | undefined =
    rate > 0 && options.dropoutSeed !== undefined ? { rate, seed: options.dropoutSeed } : undefined;
  let losses_M: Tensor | undefined;
  const { value, gradients } = valueAndGradients((inner) => {
    const losses = model.tokenLosses(inner, batch, dropout);
    losses_M = keep(losses.clone());
    return weightedSum(losses, weights);
  }, parameters);
  const gradient = options.out ?? new Float32Array(model.layout.size);
  await copyToFlat(model.layout, gradients, gradient);
  const lossSum = (await value.data<"float32">())[0]!;
  const weightedLosses = perRowWeighted(batch, weights, await losses_M!.data<"float32">());
  losses_M!.dispose();
  disposeParameters(gradients);
  value.dispose();
  return {
    gradient,
    lossSum,
    weightedLosses,
    weightSum: batch.weights.reduce((sum, weight) => sum + weight, 0),
    numTokens: batch.text.ids.length + batch.targetIds.length,
  };
}

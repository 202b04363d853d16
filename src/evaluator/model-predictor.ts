// A trained model as the evaluator's Predictor.

import { sha256Hex } from "../core/index.ts";
import type { Distribution } from "../model/index.ts";
import type { TextVocabulary } from "../tokenizer/index.ts";
import type { Predictor as ModelPredictor, TrainedModel } from "../training/index.ts";
import type { PredictedNumber, Predictor } from "./predictor.ts";

export interface ModelPredictorOptions {
  /** Names model and weights, for example the hash of the bundle's manifest. */
  readonly id: string;
  /** Names of the numbers that the model writes, in order. Default: `y0`, `y1`, ... */
  readonly objectives?: readonly string[];
}

type Source = Pick<ModelPredictor, "distributions" | "numObjectives" | "trained">;

/** Adapts a loaded model. The caller keeps and disposes it. */
export function modelPredictor(source: Source, options: ModelPredictorOptions): Predictor {
  const { trained, numObjectives } = source;
  const objectives = options.objectives ?? Array.from({ length: numObjectives }, (_, i) => `y${i}`);
  const { maxInputTokens } = trained.model.config;
  return {
    id: options.id,
    objectives,
    predict: async (texts) => {
      const rows = await source.distributions(texts, { numObjectives: objectives.length });
      return rows.map((row) => row.map(predictedNumber));
    },
    countTokens: tokenCounter(trained.textVocabulary, maxInputTokens),
  };
}

/** Counts a text's tokens, and those that a model would cut off. */
export function tokenCounter(
  vocabulary: Pick<TextVocabulary, "encode">,
  maxInputTokens: number,
): NonNullable<Predictor["countTokens"]> {
  return (text) => {
    const tokens = vocabulary.encode(text).length;
    return { tokens, truncated: Math.max(0, tokens - maxInputTokens) };
  };
}

/** Names a model's weights: SHA-256 in hexadecimal. */
export function digestOf({ parameters }: Pick<TrainedModel, "parameters">): string {
  const { buffer, byteOffset, byteLength } = parameters;
  return sha256Hex(new Uint8Array(buffer, byteOffset, byteLength));
}

/**
 * A distribution with a table for its quantiles: a sketch asks for hundreds of them, and the exact search of
 * `Distribution.quantile` costs a hundred times as much as looking up a point on its cumulated masses.
 */
export function predictedNumber(distribution: Distribution): PredictedNumber {
  const { mean, median, std, intervals } = distribution;
  const steps = intervals.toSorted((a, b) => a.lo - b.lo || a.hi - b.hi);
  const areApart = steps.every(({ lo }, i) => i === 0 || lo >= steps[i - 1]!.hi);
  if (!areApart) return distribution;
  const total = steps.reduce((sum, { mass }) => sum + mass, 0);
  const upTo: number[] = [];
  let sum = 0;
  for (const { mass } of steps) upTo.push((sum += mass / total));
  return {
    mean,
    median,
    std,
    quantile: (p) => {
      if (p === 0.5) return median;
      const at = Math.min(firstReaching(upTo, p), steps.length - 1);
      const { lo, hi, mass } = steps[at]!;
      const before = upTo[at - 1] ?? 0;
      const share = mass <= 0 ? 1 : Math.min(1, Math.max(0, ((p - before) * total) / mass));
      return between(lo, hi, share);
    },
  };
}

/** Wide intervals are spread over the logarithm, as in Distribution. */
function between(lo: number, hi: number, share: number): number {
  if (lo > 0 && hi > 4 * lo) return lo * (hi / lo) ** share;
  if (hi < 0 && lo < 4 * hi) return lo * (hi / lo) ** share;
  return lo + share * (hi - lo);
}

function firstReaching(rising: readonly number[], p: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! >= p) high = middle;
    else low = middle + 1;
  }
  return low;
}

// What one small model of these experiments is, as data: a plan names everything that its training depends on, so
// that equal plans are the same model and claims can share it.

import { canonicalJson, sha256Hex } from "../../src/core/index.ts";
import type { ModelConfigInput } from "../../src/model/index.ts";
import type { NumberTokenizerInput } from "../../src/tokenizer/index.ts";
import type { TargetScaleKind } from "./target-scale.ts";

export interface ModelPlan {
  readonly seed: number;
  /** `decoder` writes the number; `regression` is a linear layer on the mean of the encoder's outputs. */
  readonly head: "decoder" | "regression";
  /** What the model learns in place of y. */
  readonly targetScale: TargetScaleKind;
  readonly model: ModelConfigInput;
  readonly numberTokenizer: NumberTokenizerInput;
  /** Trained on so many of the tasks, drawn by the seed; absent: on all. */
  readonly numTasks?: number;
  readonly learningRate: number;
  readonly numSteps: number;
  readonly batchSize: number;
}

export const SEEDS: readonly number[] = [1, 2, 3];

/** The model that every claim changes in one thing. */
export const BASE_PLAN: Omit<ModelPlan, "seed"> = {
  head: "decoder",
  targetScale: "as-is",
  model: {
    dModel: 64,
    numEncoderLayers: 2,
    numDecoderLayers: 1,
    numHeads: 4,
    maxInputTokens: 512,
  },
  numberTokenizer: { kind: "ieee" },
  learningRate: 2e-3,
  numSteps: 400,
  batchSize: 48,
};

export function basePlan(seed: number, change: Partial<Omit<ModelPlan, "seed">> = {}): ModelPlan {
  return { ...BASE_PLAN, ...change, seed };
}

/** Names a model: equal plans on equal data have equal keys. */
export function planKey(plan: ModelPlan, dataHash: string): string {
  return sha256Hex(canonicalJson({ plan, dataHash })).slice(0, 24);
}

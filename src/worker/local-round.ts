// One replica's part of a DiLoCo round: steps of its own on a block of samples, from the round's parameters and a
// fresh optimizer state; its result is the way that it went. A pure function, so that a replica can be
// computed by anybody, any number of times.

import type { ParameterLayout } from "../core/index.ts";
import {
  createOptimizer,
  gradientScale,
  learningRateFactor,
  type OptimizerConfig,
  type ScheduleConfig,
} from "../optim/index.ts";
import type { GradientControl, LeafResult } from "./compute.ts";

export interface LocalSteps {
  readonly localSteps: number;
  readonly optimizer: OptimizerConfig;
  readonly schedule: ScheduleConfig;
  readonly clipNorm: number;
  /** Steps of a replica in the whole run. */
  readonly totalSteps: number;
}

export interface LocalRound {
  readonly layout: ParameterLayout;
  readonly config: LocalSteps;
  /** Counts from 1. */
  readonly round: number;
  readonly block: number;
  readonly control: GradientControl;
  /** Gradient of the summed loss of one step's examples; `index` counts the steps of all blocks. */
  readonly gradient: (
    parameters: Float32Array,
    index: number,
    out: Float32Array,
  ) => Promise<LeafResult>;
}

/**
 * Trains a replica.
 *
 * @param out Receives the way from its end to the round's parameters, times the weight of its examples.
 */
export async function trainReplica(
  parameters: Float32Array,
  { layout, config, round, block, control, gradient }: LocalRound,
  out: Float32Array,
): Promise<LeafResult> {
  const { localSteps, clipNorm, schedule, totalSteps } = config;
  const local = Float32Array.from(parameters);
  const optimizer = createOptimizer(config.optimizer, layout);
  const results: LeafResult[] = [];
  for (let h = 0; h < localSteps && !control.isRevoked(); h++) {
    const leaf = await gradient(local, block * localSteps + h, out);
    results.push(leaf);
    const { scale } = gradientScale(out, leaf.weightSum, clipNorm);
    const step = (round - 1) * localSteps + h + 1;
    if (scale > 0) {
      const factor = learningRateFactor(schedule, step, totalSteps);
      optimizer.apply(local, out, {
        learningRateFactor: factor,
        gradientScale: scale,
        step: h + 1,
      });
    }
    control.partDone();
  }
  const total = sumOf(results);
  for (let i = 0; i < out.length; i++) out[i] = total.weightSum * (parameters[i]! - local[i]!);
  return total;
}

function sumOf(results: readonly LeafResult[]): LeafResult {
  const sum = (value: (result: LeafResult) => number): number =>
    results.reduce((total, result) => total + value(result), 0);
  const tasks = new Map<string, { task: string; lossSum: number; weightSum: number }>();
  for (const { task, lossSum, weightSum } of results.flatMap((result) => result.tasks)) {
    const before = tasks.get(task) ?? { lossSum: 0, weightSum: 0 };
    tasks.set(task, {
      task,
      lossSum: before.lossSum + lossSum,
      weightSum: before.weightSum + weightSum,
    });
  }
  return {
    numExamples: sum((result) => result.numExamples),
    numTokens: sum((result) => result.numTokens),
    lossSum: sum((result) => result.lossSum),
    weightSum: sum((result) => result.weightSum),
    tasks: [...tasks.values()],
  };
}

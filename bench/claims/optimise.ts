// Some steps of AdamW, for any loss over a flat array of parameters: decoder and regression head are trained alike.

import type { ParameterLayout } from "../../src/core/index.ts";
import { type Example, groupByTask, Mixture, taskSizes } from "../../src/data/index.ts";
import { createOptimizer, gradientScale, learningRateFactor } from "../../src/optim/index.ts";
import {
  disposeParameters,
  type ParameterTensors,
  parametersFromFlat,
} from "../../src/tensor/index.ts";

export interface Optimisation {
  readonly numSteps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** Sum of the rows' gradients, and how many rows (or how much weight) it is the sum of. */
export interface Leaf {
  readonly gradient: Float32Array;
  readonly weightSum: number;
}

/** Tasks of few rows get more than their share: the shares go with the rows to the power of 1 / 2.5. */
const MIXTURE_TEMPERATURE = 2.5;
const CLIP_NORM = 1;

/** The parameters after some steps; `initial` stays as it is. */
export async function optimise(
  layout: ParameterLayout,
  initial: Float32Array,
  rows: readonly Example[],
  { numSteps, batchSize, learningRate, seed }: Optimisation,
  leafOf: (parameters: ParameterTensors, batch: readonly Example[]) => Promise<Leaf>,
): Promise<Float32Array> {
  const parameters = Float32Array.from(initial);
  const groups = groupByTask(rows);
  const mixture = new Mixture(taskSizes(groups), { seed, temperature: MIXTURE_TEMPERATURE });
  const optimizer = createOptimizer(
    { kind: "adamw", learningRate, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01 },
    layout,
  );
  const schedule = {
    kind: "cosine",
    warmupSteps: Math.ceil(numSteps / 8),
    finalFraction: 0.05,
  } as const;
  for (let step = 1; step <= numSteps; step++) {
    const batch = Array.from({ length: batchSize }, (_, i) => {
      const { taskIndex, exampleIndex } = mixture.at((step - 1) * batchSize + i);
      return groups[taskIndex]!.examples[exampleIndex]!;
    });
    const tensors = parametersFromFlat(layout, parameters);
    const { gradient, weightSum } = await leafOf(tensors, batch);
    disposeParameters(tensors);
    optimizer.apply(parameters, gradient, {
      step,
      gradientScale: gradientScale(gradient, weightSum, CLIP_NORM).scale,
      learningRateFactor: learningRateFactor(schedule, step, numSteps),
    });
  }
  return parameters;
}

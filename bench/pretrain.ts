// A short pretraining in this process, for benchmarks that need a model which has learned something.

import {
  type Example,
  groupByTask,
  Mixture,
  makeTrainBatch,
  taskSizes,
} from "../src/data/index.ts";
import { createOptimizer, gradientScale, learningRateFactor } from "../src/optim/index.ts";
import { disposeParameters, parametersFromFlat } from "../src/tensor/index.ts";
import { computeLeaf, type TrainedModel } from "../src/training/index.ts";

export interface PretrainOptions {
  readonly numSteps: number;
  readonly batchSize: number;
  readonly learningRate: number;
}

/** The model after some steps of AdamW on a mixture of the examples' tasks. */
export async function pretrainedOn(
  examples: readonly Example[],
  untrained: TrainedModel,
  { numSteps, batchSize, learningRate }: PretrainOptions,
): Promise<TrainedModel> {
  const { model, textVocabulary, decoderVocabulary } = untrained;
  const parameters = Float32Array.from(untrained.parameters);
  const groups = groupByTask(examples);
  const mixture = new Mixture(taskSizes(groups), { seed: 1, temperature: 2.5 });
  const optimizer = createOptimizer(
    { kind: "adamw", learningRate, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01 },
    model.layout,
  );
  const warmupSteps = Math.ceil(numSteps / 8);
  const schedule = { kind: "cosine", warmupSteps, finalFraction: 0.05 } as const;
  for (let step = 1; step <= numSteps; step++) {
    const rows = Array.from({ length: batchSize }, (_, i) => {
      const { taskIndex, exampleIndex } = mixture.at((step - 1) * batchSize + i);
      return groups[taskIndex]!.examples[exampleIndex]!;
    });
    const batch = makeTrainBatch(rows, textVocabulary, decoderVocabulary, model.config);
    const tensors = parametersFromFlat(model.layout, parameters);
    const { gradient, weightSum } = await computeLeaf(model, tensors, batch);
    disposeParameters(tensors);
    optimizer.apply(parameters, gradient, {
      step,
      gradientScale: gradientScale(gradient, weightSum, 1).scale,
      learningRateFactor: learningRateFactor(schedule, step, numSteps),
    });
  }
  return { ...untrained, parameters };
}

// DiLoCo as a coordinator and its workers see it: a round is a step of the coordinator, a replica a microshard.

import type { RunConfig } from "../config/index.ts";
import type { TrainingOptions } from "../coordinator/index.ts";
import type { RunSpec } from "../training/index.ts";

/** The coordinator's options: of rounds where the configuration says so. */
export function coordinatorTraining({ training }: RunConfig): TrainingOptions {
  const { sync } = training;
  if (sync.kind === "every-step") return training;
  const { replicas, localSteps, outerLearningRate, outerMomentum, quorum, graceMs } = sync;
  const inRounds = (steps: number): number => Math.max(1, Math.round(steps / localSteps));
  return {
    ...training,
    numSteps: training.numSteps / localSteps,
    globalBatchSize: training.globalBatchSize * localSteps,
    numMicroshards: replicas,
    optimizer: { kind: "nesterov", learningRate: outerLearningRate, momentum: outerMomentum },
    schedule: { kind: "constant", warmupSteps: 0 },
    clipNorm: Number.POSITIVE_INFINITY,
    evalEverySteps: inRounds(training.evalEverySteps),
    checkpointEverySteps: inRounds(training.checkpointEverySteps),
    reduction: "star",
    rounds: { quorum: Math.ceil(quorum * replicas), graceMs },
  };
}

/** What workers must know of it. */
export function workerBatch({ training }: RunConfig): Pick<RunSpec, "batch" | "local" | "replica"> {
  const { sync, globalBatchSize, numMicroshards } = training;
  const { optimizer, schedule, clipNorm, numSteps, optimizerState } = training;
  if (sync.kind === "every-step") {
    return {
      batch: { globalBatchSize, numMicroshards },
      ...(optimizerState === "replicated" && { replica: { optimizer, numSteps } }),
    };
  }
  const { localSteps, replicas } = sync;
  return {
    batch: { globalBatchSize, numMicroshards: replicas },
    local: { localSteps, optimizer, schedule, clipNorm, totalSteps: numSteps },
  };
}

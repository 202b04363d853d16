// The options of a whole toy run, without anything of the test runner: processes that tests start use it too.

import type { RunStore } from "../../src/checkpoint/index.ts";
import type { CoordinatorOptions, RunProgress } from "../../src/coordinator/index.ts";
import { type Clock, silentLogger, systemClock } from "../../src/core/index.ts";
import type { OptimizerConfig } from "../../src/optim/index.ts";
import type { Transport } from "../../src/transport/index.ts";
import {
  TOY_TASKS,
  type ToyConfig,
  toyDatasetHash,
  toyLayout,
  toyParameters,
  toyRedraw,
} from "./toy-compute.ts";

const TOY: ToyConfig = {
  seed: 1,
  parameterCount: 1000,
  globalBatchSize: 32,
  numMicroshards: 8,
};

const ADAMW: OptimizerConfig = {
  kind: "adamw",
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.01,
};

export interface ToyRunOptions {
  readonly transport: Transport;
  readonly address: string;
  readonly store: RunStore;
  readonly toy?: Partial<ToyConfig>;
  readonly numSteps?: number;
  readonly resume?: boolean;
  readonly clock?: Clock;
  readonly training?: Partial<CoordinatorOptions["training"]>;
  readonly policy?: CoordinatorOptions["policy"];
  readonly readPart?: CoordinatorOptions["readPart"];
  readonly onProgress?: (progress: RunProgress) => void;
}

export function toyRun(options: ToyRunOptions): CoordinatorOptions {
  const toy = { ...TOY, ...options.toy };
  const { optimizer = ADAMW } = options.training ?? {};
  const isReplicated = options.training?.optimizerState === "replicated";
  return {
    ...(toy.redraws === true && { finishStep: toyRedraw }),
    store: options.store,
    resume: options.resume ?? false,
    runConfig: { ...toy, ...(isReplicated && { replica: optimizer }) },
    training: {
      numSteps: options.numSteps ?? 6,
      globalBatchSize: toy.globalBatchSize,
      numMicroshards: toy.numMicroshards,
      optimizer,
      schedule: { kind: "cosine", warmupSteps: 2, finalFraction: 0.1 },
      clipNorm: 1,
      evalEverySteps: 3,
      checkpointEverySteps: 2,
      ...options.training,
    },
    layout: toyLayout(toy.parameterCount),
    initialParameters: () => toyParameters(toy),
    datasetHash: toyDatasetHash(toy.dataset),
    sampling: { seed: toy.seed, taskSizes: TOY_TASKS },
    transport: options.transport,
    listenAddress: options.address,
    clock: options.clock ?? systemClock,
    logger: silentLogger,
    ...(options.policy && { policy: options.policy }),
    ...(options.readPart && { readPart: options.readPart }),
    ...(options.onProgress && { onProgress: options.onProgress }),
  };
}

// The options of a whole toy run, without anything of the test runner: processes that tests start use it too.

import type { RunStore } from "../../src/checkpoint/index.ts";
import type { CoordinatorOptions, RunProgress } from "../../src/coordinator/index.ts";
import { type Clock, silentLogger, systemClock } from "../../src/core/index.ts";
import type { Transport } from "../../src/transport/index.ts";
import { type ToyConfig, toyDatasetHash, toyLayout, toyParameters } from "./toy-compute.ts";

const TOY: ToyConfig = {
  seed: 1,
  parameterCount: 1000,
  globalBatchSize: 32,
  numMicroshards: 8,
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
  readonly onProgress?: (progress: RunProgress) => void;
}

export function toyRun(options: ToyRunOptions): CoordinatorOptions {
  const toy = { ...TOY, ...options.toy };
  return {
    store: options.store,
    resume: options.resume ?? false,
    runConfig: toy,
    training: {
      numSteps: options.numSteps ?? 6,
      globalBatchSize: toy.globalBatchSize,
      numMicroshards: toy.numMicroshards,
      optimizer: {
        kind: "adamw",
        learningRate: 0.01,
        beta1: 0.9,
        beta2: 0.95,
        epsilon: 1e-8,
        weightDecay: 0.01,
      },
      schedule: { kind: "cosine", warmupSteps: 2, finalFraction: 0.1 },
      clipNorm: 1,
      evalEverySteps: 3,
      checkpointEverySteps: 2,
      ...options.training,
    },
    layout: toyLayout(toy.parameterCount),
    initialParameters: () => toyParameters(toy),
    datasetHash: toyDatasetHash(toy.dataset),
    sampling: { seed: toy.seed, taskSizes: { a: 20, b: 7 } },
    transport: options.transport,
    listenAddress: options.address,
    clock: options.clock ?? systemClock,
    logger: silentLogger,
    ...(options.policy && { policy: options.policy }),
    ...(options.onProgress && { onProgress: options.onProgress }),
  };
}

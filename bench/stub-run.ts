// Runs whose computing is stubbed out: what is left is what the benchmarks of the exchange measure.

import { join } from "node:path";
import { openRunStore } from "../src/checkpoint/index.ts";
import type { CoordinatorOptions } from "../src/coordinator/index.ts";
import {
  hashLayout,
  layOutParameters,
  type ParameterLayout,
  sha256Hex,
  silentLogger,
  systemClock,
} from "../src/core/index.ts";
import { optimizerConfigSchema } from "../src/optim/config.ts";
import { zeroMqTransport } from "../src/transport/index.ts";
import type { RunCompute } from "../src/worker/index.ts";

export interface StubConfig {
  readonly parameterCount: number;
  /** Write the whole gradient, as a backward pass would. */
  readonly writes: boolean;
}

export function layoutOf(size: number): ParameterLayout {
  return layOutParameters([{ name: "w", shape: [size], decay: true, role: "matrix" }]);
}

/** @param gradient Fills the array of a microshard. */
export function stubCompute(
  layout: ParameterLayout,
  gradient: (out: Float32Array) => void | Promise<void>,
): RunCompute {
  const stats = { numExamples: 1, numTokens: 100, lossSum: 1, weightSum: 1, tasks: [] };
  return {
    parameterCount: layout.size,
    layoutHash: hashLayout(layout),
    datasetHash: sha256Hex("stub"),
    numericClass: "stub",
    async gradient(_parameters, _parametersId, _step, _microshard, out) {
      await gradient(out);
      return stats;
    },
    async evaluate() {
      return stats;
    },
  };
}

/** Loaded by compute threads: gives constant gradients at once. */
export async function prepareRun(config: unknown): Promise<RunCompute> {
  const { parameterCount, writes } = config as StubConfig;
  return stubCompute(layoutOf(parameterCount), (out) => {
    if (writes) out.fill(1);
    else out[0] = 1;
  });
}

/** A run over ipc below `directory` with AdamW, nothing evaluated or audited, and one checkpoint at the end. */
export function stubRun(
  directory: string,
  layout: ParameterLayout,
  numSteps: number,
  numMicroshards: number,
) {
  return {
    store: openRunStore(join(directory, "run")),
    resume: false,
    runConfig: { parameterCount: layout.size, writes: false } satisfies StubConfig,
    training: {
      numSteps,
      globalBatchSize: numMicroshards,
      numMicroshards,
      optimizer: optimizerConfigSchema.parse({
        kind: "adamw",
        learningRate: 1e-3,
        weightDecay: 0,
      }),
      schedule: { kind: "constant", warmupSteps: 0 },
      clipNorm: 1,
      evalEverySteps: 0,
      checkpointEverySteps: numSteps,
    },
    layout,
    initialParameters: () => new Float32Array(layout.size),
    datasetHash: sha256Hex("stub"),
    transport: zeroMqTransport({ clock: systemClock }),
    listenAddress: `ipc://${join(directory, "s")}`,
    policy: { auditEverySteps: 0 },
    clock: systemClock,
    logger: silentLogger,
  } as const satisfies CoordinatorOptions;
}

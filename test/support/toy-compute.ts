// A tiny model whose gradient is cheap, depends on every input, and changes in its last bits with the order of
// addition: least squares with inputs made from the sample's number. Stands in for a real one in tests of the
// distribution.

import {
  hashLayout,
  layOutParameters,
  type ParameterLayout,
  Random,
  sha256Hex,
} from "../../src/core/index.ts";
import { Mixture, microshardRange } from "../../src/data/index.ts";
import { createOptimizer, type OptimizerConfig, optimizerClass } from "../../src/optim/index.ts";
import type { FetchPart } from "../../src/training/index.ts";
import type { LeafResult, LocalOptions, RunCompute } from "../../src/worker/index.ts";

export interface ToyConfig {
  readonly seed: number;
  readonly parameterCount: number;
  readonly globalBatchSize: number;
  readonly numMicroshards: number;
  readonly numericClass?: string;
  readonly dataset?: string;
  /** The gradient of this step has a NaN. */
  readonly nanAtStep?: number;
  /** Every microshard needs a part of the data from the coordinator. */
  readonly streamed?: boolean;
  /** DiLoCo: steps of plain descent that a replica takes on its block. */
  readonly localSteps?: number;
  /** {@link toyRedraw} changes parameters after a step. */
  readonly redraws?: boolean;
  /** Every worker applies this optimizer. */
  readonly replica?: OptimizerConfig;
  /** Repeats each microshard, to take time without changing its result. */
  readonly repeat?: number;
}

const NUM_FEATURES = 8;

/** Changes some parameters after a step, as a coordinator's `finishStep` may. */
export function toyRedraw(parameters: Float32Array, step: number): void {
  if (step % 2 === 0) parameters[3] = new Random("toy redraw", step).normal();
}

/** Rows by task, for the mixture. */
export const TOY_TASKS = { a: 20, b: 7 };

export function toyLayout(parameterCount: number): ParameterLayout {
  return layOutParameters([{ name: "w", shape: [parameterCount], decay: true, role: "matrix" }]);
}

export function toyDatasetHash(dataset = "toy"): string {
  return sha256Hex(dataset);
}

export function toyParameters({ seed, parameterCount }: ToyConfig): Float32Array {
  const random = new Random("toy parameters", seed);
  return Float32Array.from({ length: parameterCount }, () => random.normal());
}

/** A block of the toy's data: {@link prepareRun} expects just these bytes. */
export function toyBlock(block: number): Uint8Array {
  return Uint8Array.from({ length: 150 + (block % 100) }, (_, i) => (block + 7 * i) % 256);
}

export async function prepareRun(
  runConfig: unknown,
  _local: LocalOptions = {},
  fetch?: FetchPart,
): Promise<RunCompute> {
  const config = runConfig as ToyConfig;
  const { seed, parameterCount } = config;
  const mixture = new Mixture(TOY_TASKS, { seed });
  const blocks = new ToyBlocks((source, part) => fetch!(source, part));
  const taskOf = (n: number): string => mixture.tasks[mixture.at(n).taskIndex]!;
  const tensorsOf = copyOnce();
  return {
    parameterCount,
    layoutHash: hashLayout(toyLayout(parameterCount)),
    datasetHash: toyDatasetHash(config.dataset),
    numericClass: config.numericClass ?? "toy",
    async gradient(lent, parametersId, step, microshard, out, control) {
      const parameters = tensorsOf(lent, parametersId);
      if (control?.block !== undefined) {
        return trainToyReplica(config, parameters, control.block, taskOf, out);
      }
      if (config.streamed === true) await blocks.expect(100 * step + microshard);
      const range = microshardRange(step, microshard, config);
      let result = addExamples(seed, parameters, range, out, taskOf);
      for (let again = 1; again < (config.repeat ?? 1); again++) {
        result = addExamples(seed, parameters, range, out, taskOf);
      }
      if (step === config.nanAtStep && microshard === 0) out[0] = Number.NaN;
      return result;
    },
    async evaluate(lent, parametersId, microshard) {
      const parameters = tensorsOf(lent, parametersId);
      const first = 1_000_000_000 + 2 * microshard;
      const ignored = new Float32Array(parameterCount);
      return addExamples(seed, parameters, { first, count: 2 }, ignored, () => "a");
    },
    openReplica: (allocate) =>
      config.replica && {
        optimizerClass: optimizerClass(config.replica),
        optimizer: createOptimizer(config.replica, toyLayout(parameterCount), allocate),
        finishStep: config.redraws === true ? toyRedraw : undefined,
      },
    prefetch(step, microshards) {
      if (config.streamed !== true) return;
      for (const microshard of microshards) {
        blocks.fetchAhead(100 * step + microshard).catch(() => {});
      }
    },
  };
}

/** Copies parameters when it has not seen them before, as engines do that compute from memory of their own. */
function copyOnce(): (parameters: Float32Array, parametersId: number) => Float32Array {
  let known: { readonly of: number; readonly copy: Float32Array } | undefined;
  return (parameters, parametersId) => {
    if (known?.of !== parametersId) known = { of: parametersId, copy: parameters.slice() };
    return known.copy;
  };
}

/** Fetches blocks, each once until it is used. */
class ToyBlocks {
  readonly #fetch: FetchPart;
  readonly #ahead = new Map<number, Promise<Uint8Array>>();

  constructor(fetch: FetchPart) {
    this.#fetch = fetch;
  }

  fetchAhead(block: number): Promise<Uint8Array> {
    const known = this.#ahead.get(block) ?? this.#fetch(0, { kind: "block", block });
    this.#ahead.set(block, known);
    return known;
  }

  async expect(block: number): Promise<void> {
    const bytes = await this.fetchAhead(block);
    this.#ahead.delete(block);
    if (!Buffer.from(bytes).equals(toyBlock(block))) throw new Error(`block ${block} is another`);
  }
}

/** The way that a replica goes in a round, times its examples. */
function trainToyReplica(
  config: ToyConfig,
  parameters: Float32Array,
  block: number,
  taskOf: (n: number) => string,
  out: Float32Array,
): LeafResult {
  const { seed, globalBatchSize, numMicroshards, localSteps = 1 } = config;
  const count = globalBatchSize / numMicroshards / localSteps;
  const local = parameters.slice();
  const sum = { numExamples: 0, numTokens: 0, lossSum: 0, weightSum: 0 };
  for (let h = 0; h < localSteps; h++) {
    const first = (block * localSteps + h) * count;
    const leaf = addExamples(seed, local, { first, count }, out, taskOf);
    for (let i = 0; i < local.length; i++) local[i]! -= (0.02 / count) * out[i]!;
    sum.numExamples += leaf.numExamples;
    sum.numTokens += leaf.numTokens;
    sum.lossSum += leaf.lossSum;
    sum.weightSum += leaf.weightSum;
  }
  for (let i = 0; i < out.length; i++) out[i] = sum.weightSum * (parameters[i]! - local[i]!);
  return { ...sum, tasks: [{ task: "toy/0", lossSum: sum.lossSum, weightSum: sum.weightSum }] };
}

function addExamples(
  seed: number,
  parameters: Float32Array,
  { first, count }: { first: number; count: number },
  out: Float32Array,
  taskOf: (n: number) => string,
): LeafResult {
  out.fill(0);
  let lossSum = 0;
  const tasks = new Map<string, { lossSum: number; weightSum: number }>();
  for (let n = first; n < first + count; n++) {
    const random = new Random("toy example", seed, n);
    const features = Array.from({ length: NUM_FEATURES }, () => ({
      index: random.int(parameters.length),
      value: random.normal(),
    }));
    const prediction = features.reduce(
      (sum, { index, value }) => sum + parameters[index]! * value,
      0,
    );
    const error = prediction - random.normal();
    lossSum += error * error;
    const task = tasks.get(taskOf(n)) ?? { lossSum: 0, weightSum: 0 };
    tasks.set(taskOf(n), {
      lossSum: task.lossSum + error * error,
      weightSum: task.weightSum + 1,
    });
    for (const { index, value } of features) out[index] = out[index]! + 2 * error * value;
  }
  return {
    numExamples: count,
    numTokens: 10 * count,
    lossSum,
    weightSum: count,
    tasks: [...tasks].map(([task, sums]) => ({ task, ...sums })),
  };
}

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
import { microshardRange } from "../../src/data/index.ts";
import type { LeafResult, RunCompute } from "../../src/worker/index.ts";

export interface ToyConfig {
  readonly seed: number;
  readonly parameterCount: number;
  readonly globalBatchSize: number;
  readonly numMicroshards: number;
  readonly numericClass?: string;
  readonly dataset?: string;
  /** The gradient of this step has a NaN. */
  readonly nanAtStep?: number;
  /** Repeats each microshard, to take time without changing its result. */
  readonly repeat?: number;
}

const NUM_FEATURES = 8;

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

export async function prepareRun(runConfig: unknown): Promise<RunCompute> {
  const config = runConfig as ToyConfig;
  const { seed, parameterCount } = config;
  return {
    parameterCount,
    layoutHash: hashLayout(toyLayout(parameterCount)),
    datasetHash: toyDatasetHash(config.dataset),
    numericClass: config.numericClass ?? "toy",
    async gradient(parameters, _revision, step, microshard, out) {
      const range = microshardRange(step, microshard, config);
      let result = addExamples(seed, parameters, range, out);
      for (let again = 1; again < (config.repeat ?? 1); again++) {
        result = addExamples(seed, parameters, range, out);
      }
      if (step === config.nanAtStep && microshard === 0) out[0] = Number.NaN;
      return result;
    },
    async evaluate(parameters, _revision, microshard) {
      const first = 1_000_000_000 + 2 * microshard;
      const ignored = new Float32Array(parameterCount);
      return addExamples(seed, parameters, { first, count: 2 }, ignored);
    },
  };
}

function addExamples(
  seed: number,
  parameters: Float32Array,
  { first, count }: { first: number; count: number },
  out: Float32Array,
): LeafResult {
  out.fill(0);
  let lossSum = 0;
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
    for (const { index, value } of features) out[index] = out[index]! + 2 * error * value;
  }
  const task = { task: `toy/${first % 2}`, lossSum, weightSum: count };
  return { numExamples: count, numTokens: 10 * count, lossSum, weightSum: count, tasks: [task] };
}

// AdamW (Loshchilov and Hutter, 2019: Decoupled Weight Decay Regularization) over flat arrays.

import type { ParameterLayout } from "../core/index.ts";
import { adamwStep } from "../tensor/flat/index.ts";
import type { AdamwSettings } from "./config.ts";
import { type Allocate, type Optimizer, type OptimizerUpdate, plainMemory } from "./optimizer.ts";

export class AdamW implements Optimizer {
  readonly state: { readonly adamwM: Float32Array; readonly adamwV: Float32Array };
  readonly #config: AdamwSettings;
  readonly #decayRanges: Int32Array;

  constructor(config: AdamwSettings, layout: ParameterLayout, allocate: Allocate = plainMemory) {
    this.#config = config;
    this.#decayRanges = decayRanges(layout);
    this.state = {
      adamwM: allocate(layout.size),
      adamwV: allocate(layout.size),
    };
  }

  apply(parameters: Float32Array, gradient: Float32Array, update: OptimizerUpdate): void {
    this.applyRange(parameters, gradient, update, 0, parameters.length);
  }

  applyRange(
    parameters: Float32Array,
    gradient: Float32Array,
    update: OptimizerUpdate,
    begin: number,
    end: number,
  ): void {
    const { learningRate, beta1, beta2, epsilon, weightDecay } = this.#config;
    const { adamwM, adamwV } = this.state;
    const [p, g, m, v] = [parameters, gradient, adamwM, adamwV].map((array) =>
      array.subarray(begin, end),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    adamwStep(p, g, m, v, {
      learningRate: learningRate * update.learningRateFactor,
      beta1,
      beta2,
      epsilon,
      weightDecay,
      decayRanges: rangesWithin(this.#decayRanges, begin, end),
      step: update.step,
      gradScale: update.gradientScale,
    });
  }
}

/** The parts of ascending ranges in `begin .. end - 1`, counted from `begin`. */
function rangesWithin(ranges: Int32Array, begin: number, end: number): Int32Array {
  const within: number[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    const from = Math.max(ranges[i]!, begin);
    const to = Math.min(ranges[i + 1]!, end);
    if (from < to) within.push(from - begin, to - begin);
  }
  return Int32Array.from(within);
}

/** `[begin, end)` pairs, ascending, neighbours joined, of the values that weight decay applies to. */
function decayRanges(layout: ParameterLayout): Int32Array {
  const ranges: number[] = [];
  for (const { offset, size, decay } of layout.specs) {
    if (!decay || size === 0) continue;
    if (ranges.at(-1) === offset) ranges[ranges.length - 1] = offset + size;
    else ranges.push(offset, offset + size);
  }
  return Int32Array.from(ranges);
}

// AdamW (Loshchilov and Hutter, 2019: Decoupled Weight Decay Regularization) over flat arrays.

import type { ParameterLayout } from "../core/index.ts";
import { adamwStep } from "../tensor/flat/index.ts";
import type { AdamwSettings } from "./config.ts";
import type { Optimizer } from "./optimizer.ts";

export class AdamW implements Optimizer {
  readonly state: { readonly adamwM: Float32Array; readonly adamwV: Float32Array };
  readonly #config: AdamwSettings;
  readonly #decayRanges: Int32Array;

  constructor(config: AdamwSettings, layout: ParameterLayout) {
    this.#config = config;
    this.#decayRanges = decayRanges(layout);
    this.state = {
      adamwM: new Float32Array(layout.size),
      adamwV: new Float32Array(layout.size),
    };
  }

  apply(
    parameters: Float32Array,
    gradient: Float32Array,
    update: {
      readonly learningRateFactor: number;
      readonly gradientScale: number;
      readonly step: number;
    },
  ): void {
    const { learningRate, beta1, beta2, epsilon, weightDecay } = this.#config;
    adamwStep(parameters, gradient, this.state.adamwM, this.state.adamwV, {
      learningRate: learningRate * update.learningRateFactor,
      beta1,
      beta2,
      epsilon,
      weightDecay,
      decayRanges: this.#decayRanges,
      step: update.step,
      gradScale: update.gradientScale,
    });
  }
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

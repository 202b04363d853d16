import type { ParameterLayout } from "../core/index.ts";

/**
 * The exponential moving average of parameters: smoother than the last step, and usually better. Early
 * steps count less of the past: the decay grows as (1 + n) / (10 + n) up to its limit. Constants (random
 * features) are not averaged: they stay those of the last step.
 */
export class ExponentialAverage {
  /** The average; live, so that it can be stored and restored. */
  readonly values: Float32Array;
  readonly #decay: number;
  readonly #layout: ParameterLayout;

  /** @param start Parameters before the first step; copied. */
  constructor(start: Float32Array, decay: number, layout: ParameterLayout) {
    this.values = Float32Array.from(start);
    this.#decay = decay;
    this.#layout = layout;
  }

  /** Takes in the parameters after `step`, which counts applied updates from 1. */
  update(parameters: Float32Array, step: number): void {
    const decay = Math.min(this.#decay, (1 + step) / (10 + step));
    for (let i = 0; i < this.values.length; i++) {
      this.values[i]! += (1 - decay) * (parameters[i]! - this.values[i]!);
    }
    for (const { role, offset, size } of this.#layout.specs) {
      if (role !== "constant") continue;
      this.values.set(parameters.subarray(offset, offset + size), offset);
    }
  }
}

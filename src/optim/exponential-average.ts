/**
 * The exponential moving average of parameters: smoother than the last step, and usually better. Early
 * steps count less of the past: the decay grows as (1 + n) / (10 + n) up to its limit.
 */
export class ExponentialAverage {
  /** The average; live, so that it can be stored and restored. */
  readonly values: Float32Array;
  readonly #decay: number;

  /** @param start Parameters before the first step; copied. */
  constructor(start: Float32Array, decay: number) {
    this.values = Float32Array.from(start);
    this.#decay = decay;
  }

  /** Takes in the parameters after `step`, which counts from 1. */
  update(parameters: Float32Array, step: number): void {
    const decay = Math.min(this.#decay, (1 + step) / (10 + step));
    for (let i = 0; i < this.values.length; i++) {
      this.values[i]! += (1 - decay) * (parameters[i]! - this.values[i]!);
    }
  }
}

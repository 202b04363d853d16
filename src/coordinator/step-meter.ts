// How fast a run goes and when it will be done, from the times of its newest steps.

import type { Clock } from "../core/index.ts";

/** Weight of the newest step. */
const EWMA_WEIGHT = 0.1;

export class StepMeter {
  readonly #clock: Clock;
  readonly #numSteps: number;
  #lastMs = 0;
  #averageStepMs: number | undefined;
  #averageTokens = 0;

  constructor(clock: Clock, numSteps: number) {
    this.#clock = clock;
    this.#numSteps = numSteps;
  }

  start(): void {
    this.#lastMs = this.#clock.nowMs();
  }

  /** Time since the step before includes validation and checkpoints, so that the estimate does. */
  onStep(
    step: number,
    numTokens: number,
  ): { readonly stepMs: number; readonly tokensPerSecond: number; readonly etaMs: number } {
    const nowMs = this.#clock.nowMs();
    const stepMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    const average = this.#averageStepMs ?? stepMs;
    const tokens = this.#averageStepMs === undefined ? numTokens : this.#averageTokens;
    this.#averageStepMs = average + EWMA_WEIGHT * (stepMs - average);
    this.#averageTokens = tokens + EWMA_WEIGHT * (numTokens - tokens);
    return {
      stepMs,
      tokensPerSecond: (1000 * this.#averageTokens) / Math.max(1e-3, this.#averageStepMs),
      etaMs: (this.#numSteps - step) * this.#averageStepMs,
    };
  }
}

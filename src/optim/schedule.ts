// Learning-rate schedules: pure functions of the step.

import { invariant } from "../core/index.ts";
import type { ScheduleConfig } from "./config.ts";

/**
 * The factor on the peak learning rate at `step`.
 *
 * @param step 1 .. numSteps. Warm-up ends, and the factor is 1, at step `warmupSteps`; the last step has the final one.
 */
export function learningRateFactor(config: ScheduleConfig, step: number, numSteps: number): number {
  invariant(step >= 1 && step <= numSteps, `step ${step} is not in 1..${numSteps}`);
  const { warmupSteps } = config;
  if (step < warmupSteps) return step / warmupSteps;

  const progress = numSteps === warmupSteps ? 0 : (step - warmupSteps) / (numSteps - warmupSteps);
  switch (config.kind) {
    case "constant":
      return 1;
    case "linear":
      return 1 - (1 - config.finalFraction) * progress;
    case "cosine":
      return (
        config.finalFraction + (1 - config.finalFraction) * 0.5 * (1 + Math.cos(Math.PI * progress))
      );
    case "inverse-sqrt":
      return Math.sqrt(Math.max(1, warmupSteps) / step);
    default:
      return config satisfies never;
  }
}

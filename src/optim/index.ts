export { type GradientScale, gradientScale } from "./clip.ts";
export * from "./config.ts";
export { createOptimizer } from "./create-optimizer.ts";
export { ExponentialAverage } from "./exponential-average.ts";
export type { Optimizer } from "./optimizer.ts";
export { learningRateFactor } from "./schedule.ts";

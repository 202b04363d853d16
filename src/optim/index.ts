export { type GradientScale, gradientScale, scaleFromSquares } from "./clip.ts";
export * from "./config.ts";
export { createOptimizer, optimizerClass } from "./create-optimizer.ts";
export { ExponentialAverage } from "./exponential-average.ts";
export { type Allocate, type Optimizer, type OptimizerUpdate, stateArrays } from "./optimizer.ts";
export { learningRateFactor } from "./schedule.ts";

export { type GradientScale, gradientScale } from "./clip.ts";
export * from "./config.ts";
export { createOptimizer, type Optimizer } from "./optimizer.ts";
export { learningRateFactor } from "./schedule.ts";

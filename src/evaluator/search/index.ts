export { gpuKernelSpace } from "./gpu-kernels.ts";
export { expectedImprovementSearch, type PredictedCosts, predictedOrder } from "./model-based.ts";
export { NB201_DATASETS, type Nb201Dataset, nb201Space } from "./nb201.ts";
export { type Label, ridgePredictions } from "./ridge.ts";
export { runSearch, type SearchSummary, summarise, type Trajectory } from "./run.ts";
export { costOf, goalpostsOf, type SearchSpace } from "./space.ts";
export {
  freeGuessOrder,
  localSearch,
  randomSearch,
  regularisedEvolution,
  type Strategy,
} from "./strategy.ts";

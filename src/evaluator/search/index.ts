export { gpuKernelSpace } from "./gpu-kernels.ts";
export { expectedImprovementSearch, predictedOrder, type PredictedCosts } from "./model-based.ts";
export { NB201_DATASETS, nb201Space, type Nb201Dataset } from "./nb201.ts";
export { ridgePredictions, type Label } from "./ridge.ts";
export { runSearch, summarise, type SearchSummary, type Trajectory } from "./run.ts";
export { costOf, goalpostsOf, type SearchSpace } from "./space.ts";
export {
  freeGuessOrder,
  localSearch,
  randomSearch,
  regularisedEvolution,
  type Strategy,
} from "./strategy.ts";

export { gccSpace, type MeasureFlags } from "./gcc-flags.ts";
export { gpuKernelSpace } from "./gpu-kernels.ts";
export { expectedImprovementSearch, type PredictedCosts, predictedOrder } from "./model-based.ts";
export { CHEAP_PRICE, NB201_DATASETS, type Nb201Dataset, nb201Space } from "./nb201.ts";
export { forestPredictions } from "./random-forest.ts";
export { type Label, ridgePredictions } from "./ridge.ts";
export {
  type Reached,
  runSearch,
  type SearchSummary,
  type Spread,
  summarise,
  type Trajectory,
} from "./run.ts";
export { screened } from "./screened.ts";
export { costOf, type Goalposts, goalpostsAmong, goalpostsOf, type SearchSpace } from "./space.ts";
export {
  freeGuessOrder,
  localSearch,
  randomSearch,
  regularisedEvolution,
  type Strategy,
} from "./strategy.ts";
export { type TransferOptions, transferSearch } from "./transfer-search.ts";

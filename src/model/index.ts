// Front door: model configuration, forward passes, loss, decoding.

export type { DropoutOptions } from "./architecture.ts";
export type { EncodedText } from "./cached-attention.ts";
export {
  type ModelConfig,
  type ModelConfigInput,
  type ModelSizes,
  modelConfigSchema,
} from "./config.ts";
export { type Decodable, type DecodingOptions } from "./decoding/chunked-tries.ts";
export { type Bounds, Distribution, type NumberInterval } from "./decoding/distribution.ts";
export {
  type ConditionalDistribution,
  type DistributionOptions,
  distributions,
} from "./decoding/distributions.ts";
export { constrainedLogProbs, rowLogProbs } from "./decoding/log-probability.ts";
export {
  beam,
  expectationOverGrid,
  greedy,
  type SampleOptions,
  samples,
  type WeightedAnswer,
} from "./decoding/predict.ts";
export { createModel, disposeEncoded, type Model } from "./model.ts";
export { type LabelledBatch, type RaggedIds } from "./ragged.ts";
export { redrawFeatures, redrawsAfter } from "./redraw.ts";

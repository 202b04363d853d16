export { attention, type AttentionOptions } from "./attention.ts";
export { crossEntropy } from "./cross-entropy.ts";
export { dropout } from "./dropout.ts";
export { embedding } from "./embedding.ts";
export { type Activation, linear } from "./linear.ts";
export { layerNorm, rmsNorm } from "./norm.ts";
export { rotary, type RotaryOptions } from "./rotary.ts";
export { stopGradient } from "./stop-gradient.ts";
export { weightedSum } from "./weighted-sum.ts";

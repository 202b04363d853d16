// Front door: losses to gradients, adaptation, prediction, evaluation, bundles.

export {
  computeLeaf,
  exampleLogProbs,
  exampleLosses,
  type LeafOptions,
  type LeafResult,
} from "./losses.ts";
export {
  PARITY_ABSOLUTE_TOLERANCE,
  PARITY_RELATIVE_TOLERANCE,
  type ParityEntry,
  type ParityReport,
  runParity,
} from "./parity.ts";

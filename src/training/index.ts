// Front door: losses to gradients, adaptation, prediction, evaluation, bundles.

export {
  adapt,
  type AdaptCandidate,
  type AdaptMethod,
  type AdaptOptions,
  type AdaptResult,
} from "./adapt.ts";
export {
  BUNDLE_KIND,
  bundleContent,
  loadModel,
  type NewTrainedModel,
  openModel,
  saveModel,
  type TaskSummary,
  type TrainedModel,
  trainedModel,
} from "./bundle.ts";
export {
  calibrate,
  calibrationReport,
  type CalibrationReport,
  type CalibrationResult,
} from "./calibrate.ts";
export { evaluate, type EvaluatedRow, type Evaluation, type TaskEvaluation } from "./evaluate.ts";
export { type EpochState, fineTune, type FineTuneOptions, validationLoss } from "./fine-tune.ts";
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
export {
  LINE_QUANTILES,
  type PredictionLine,
  predictionLine,
  predictLines,
} from "./prediction-lines.ts";
export { type CutReport, Predictor, type PredictOptions, QUICK_SEARCH } from "./predictor.ts";
export { readRunData, type RunData, type RunSpec, runSpecSchema } from "./run-spec.ts";
export {
  AnswerDistribution,
  type FineTuneRequest,
  type FromScratchOptions,
  type LabelledText,
  RegressLM,
  type SampleRequest,
} from "./regress-lm.ts";

// Front door: losses to gradients, adaptation, prediction, evaluation, bundles.

export {
  type AdaptCandidate,
  type AdaptMethod,
  type AdaptOptions,
  type AdaptResult,
  adapt,
} from "./adapt.ts";
export {
  type NewTrainedModel,
  openModel,
  saveModel,
  type TaskSummary,
  type TrainedModel,
  trainedModel,
} from "./bundle.ts";
export {
  type CalibrationReport,
  type CalibrationResult,
  calibrate,
  calibrationReport,
} from "./calibrate.ts";
export { type EvaluatedRow, type Evaluation, evaluate, type TaskEvaluation } from "./evaluate.ts";
export { type EpochState, type FineTuneOptions } from "./fine-tune.ts";
export {
  computeLeaf,
  exampleLosses,
  type LeafOptions,
  type LeafResult,
} from "./losses.ts";
export {
  type ParityEntry,
  type ParityReport,
  runParity,
} from "./parity.ts";
export {
  type PredictionLine,
  predictLines,
} from "./prediction-lines.ts";
export { type CutReport, type PredictOptions, Predictor } from "./predictor.ts";
export {
  type FineTuneRequest,
  type FromScratchOptions,
  type LabelledText,
  RegressLM,
  type SampleRequest,
} from "./regress-lm.ts";
export { type RunData, type RunSpec, readRunData, runSpecSchema } from "./run-spec.ts";

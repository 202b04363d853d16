// Front door: losses to gradients, adaptation, prediction, evaluation, bundles.

export {
  type AdaptCandidate,
  type AdaptMethod,
  type AdaptOptions,
  type AdaptResult,
  adapt,
} from "./adapt.ts";

export { type AdaptRequest } from "./adapt-request.ts";
export type {
  BeamRequest,
  GreedyRequest,
  GridRequest,
  LogProbRequest,
  SampleRequest,
} from "./ask-request.ts";
export {
  type NewTrainedModel,
  openModel,
  type StoredWeights,
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
export { targetCheckOf } from "./check-rows.ts";
export {
  type EvaluatedRow,
  type Evaluation,
  evaluate,
  isMeasured,
  type TaskEvaluation,
} from "./evaluate.ts";
export { type EpochState, type FineTuneOptions } from "./fine-tune.ts";
export type { FineTuneRequest, LabelledText } from "./fine-tune-request.ts";
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
export { type PredictOptions, Predictor } from "./predictor.ts";
export { type FromScratchOptions, RegressLM } from "./regress-lm.ts";
export { type FetchPart, type RunData, type RunRows, readRunData } from "./run-data.ts";
export { type RunSpec, runSpecSchema } from "./run-spec.ts";
export { type CutReport, cutOf, describeCut, type LimitOptions } from "./text-limit.ts";
export { binTable, growTree, predictTree } from "./trees.ts";

// The public API: train, adapt and predict; score candidates in a search loop; write plugins for new kinds.

export { AuspexError, EXIT, type ExitCode } from "./core/index.ts";
export { type Example, type ReadOptions, readExamples, type Split } from "./data/index.ts";
export {
  type CandidateScore,
  modelPredictor,
  openSurrogate,
  type PredictedNumber,
  type ScoreOptions,
  type ScoreReport,
  type Service,
  type ServiceOptions,
  type Surrogate,
  type SurrogateOptions,
  startService,
} from "./evaluator/index.ts";
export { coverage, kendall, meanRelativeError, rmse, spearman } from "./metrics/index.ts";
export { type ConditionalDistribution, Distribution, type NumberInterval } from "./model/index.ts";
export {
  type AnyKindPlugin,
  builtInKinds,
  type Candidate,
  CandidateError,
  type ConfigurationOptions,
  codeKind,
  defineKind,
  jsonKind,
  KindHost,
  type KindPlugin,
  loadGrammars,
  loadPlugins,
  onnxKind,
  PLUGIN_API_VERSION,
  testKind,
  yamlKind,
} from "./plugins/index.ts";
export {
  currentEngine,
  type EngineInfo,
  type EngineName,
  type EngineOptions,
  openEngine,
} from "./tensor/index.ts";
export {
  type AdaptOptions,
  type AdaptRequest,
  type AdaptResult,
  adapt,
  type BeamRequest,
  type Evaluation,
  evaluate,
  type FineTuneRequest,
  type FromScratchOptions,
  type GreedyRequest,
  type GridRequest,
  type LabelledText,
  type LogProbRequest,
  openModel,
  type PredictOptions,
  Predictor,
  RegressLM,
  type SampleRequest,
  saveModel,
  type TrainedModel,
} from "./training/index.ts";

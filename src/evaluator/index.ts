// Front door: the surrogate, studies, and the HTTP service.

export * from "./batcher.ts";
export type { CandidateProblem } from "./candidate.ts";
export * from "./model-predictor.ts";
export { ModelThread, type ThreadPredictor } from "./model-thread/model-thread.ts";
export type * from "./predictor.ts";
export type { Direction } from "./ranking.ts";
export { type Line, type LineAnswer, type LineOptions, scoreLines } from "./score-lines.ts";
export * from "./search/index.ts";
export * from "./service/index.ts";
export { PredictiveSketch } from "./sketch.ts";
export * from "./study/index.ts";
export * from "./surrogate.ts";

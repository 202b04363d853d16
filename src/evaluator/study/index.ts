export type { Decision, Verdict } from "./decide.ts";
export type { StudyPrediction, StudyScore } from "./judge.ts";
export { openStudy, resumeStudy } from "./open.ts";
export type { Outcome } from "./outcome.ts";

export type { StudyStore } from "./registry.ts";
export type { StudyReport } from "./report.ts";
export type { Policy, StudySpec, StudySpecInput } from "./spec.ts";
export {
  type ScreenedOutcome,
  Study,
  type StudyLog,
  type StudyResult,
  type TellResult,
} from "./study.ts";
export type { Trust, TrustReason, TrustState } from "./trust.ts";
export type { TunedPredictor, TuneRequest, Tuner } from "./tuner.ts";

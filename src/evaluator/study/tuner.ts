// What a study needs of whoever adapts models: away from the thread that answers, and kept for a restart.

import type { Predictor } from "../predictor.ts";
import type { FineTuning } from "./spec.ts";

export interface TuneRequest {
  readonly study: string;
  /** Numbers the attempts of a study, from 1. */
  readonly version: number;
  readonly method: Exclude<FineTuning["kind"], "none">;
  readonly seed: number;
  /** Canonical texts and true values, in the order of the model's first objectives. */
  readonly rows: readonly { readonly text: string; readonly values: readonly number[] }[];
  /** Aborts when the study closes. */
  readonly signal: AbortSignal;
}

/** A tuned model, loaded. */
export interface TunedPredictor extends Predictor {
  dispose(): void;
}

export interface Tuner {
  /** Adapts a copy of the bundle's model; resolves when it is stored. Rejects with the reason. */
  tune(request: TuneRequest): Promise<void>;
  /** Loads a stored model. Rejects where it is not there or damaged. */
  open(study: string, version: number): Promise<TunedPredictor>;
  /** Forgets a stored model that was not accepted, or no longer answers. */
  discard(study: string, version: number): void;
}

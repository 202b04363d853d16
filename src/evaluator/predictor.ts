// What the evaluator needs from a model: texts in, one predictive distribution per objective out.
// `modelPredictor` answers in the caller's thread, `ModelThread` in one of its own; tests use a small fake.

/** The predictive distribution of one number. */
export interface PredictedNumber {
  readonly mean: number;
  readonly median: number;
  /** Standard deviation, in the unit of the objective. */
  readonly std: number;
  /** The value below which a share `p` (0 .. 1) of the probability lies; non-decreasing in `p`. */
  quantile(p: number): number;
}

/** A loaded model. Calls are never made concurrently by the evaluator. */
export interface Predictor {
  /** Names model and weights: equal ids give equal answers. Part of every cache key. */
  readonly id: string;
  /** Objectives in the order in which the model writes them. */
  readonly objectives: readonly string[];
  /** One row per text, in order; one distribution per objective. */
  predict(texts: readonly string[]): Promise<readonly (readonly PredictedNumber[])[]>;
  /** Input tokens of a text, and how many of them the model would cut off. Estimated where absent. */
  countTokens?(text: string): { readonly tokens: number; readonly truncated: number };
}

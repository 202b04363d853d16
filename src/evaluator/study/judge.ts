// One candidate as a study sees it: the model's answer, corrected by what was told, against the incumbents.

import { Random } from "../../core/index.ts";
import type { PredictiveSketch } from "../sketch.ts";
import type { Assessment } from "../surrogate.ts";
import { acquisitionOf, improvementOf } from "./acquisition.ts";
import { costSketch, valueSketch } from "./cost.ts";
import type { Forecasted } from "./events.ts";
import { textFeatures } from "./features.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { Policy } from "./spec.ts";
import type { StudyState } from "./state.ts";
import { type Trust, trustIn } from "./trust.ts";

/** A prediction in the objective's unit; `low` and `high` are the ends of the central 90 %. */
export interface StudyPrediction extends Forecasted {
  readonly mean: number;
  readonly std: number;
}

/** A candidate as the study sees it now. */
export interface StudyScore {
  readonly hash: string;
  readonly kind: string;
  /** After correction, by objective. */
  readonly predictions: Readonly<Record<string, StudyPrediction>>;
  /** P(better than the incumbent), or P(not dominated) with several objectives. */
  readonly pImprove: number;
  /** In cost, or in hypervolume; infinite (null in JSON) while nothing was told. */
  readonly expectedImprovement: number;
  /** What the policy compares: larger promises more. */
  readonly acquisition: number;
  /** P(the evaluation does not fail). */
  readonly feasibility: number;
  readonly trust: Trust;
  /** What was noticed about the candidate, and did not stop it. */
  readonly warnings: readonly string[];
  /** What was told of it, if anything. */
  readonly told?: Outcome;
}

export interface Judged {
  readonly assessment: Assessment;
  /** The model's own answer, in costs. */
  readonly raw: readonly PredictiveSketch[];
  /** The same after correction. */
  readonly costs: readonly PredictiveSketch[];
  readonly score: StudyScore;
}

/**
 * Judges one candidate. Pure: the same state and assessment give the same answer, draws included.
 *
 * @param columns Where each of the study's objectives is among the model's.
 */
export function judge(
  state: StudyState,
  columns: readonly number[],
  assessment: Assessment,
  policy: Policy,
): Judged {
  const { objectives, seed, trust } = state.spec;
  const { hash, kind, text, truncatedShare, warnings } = assessment;
  const features = textFeatures(text);
  const raw = objectives.map((objective, i) =>
    costSketch(assessment.sketches[columns[i]!]!, objective),
  );
  const corrections = state.corrections();
  const costs = raw.map((sketch, i) => {
    const corrected = corrections[i]!.apply(sketch, features);
    // Answers of absurd size can overflow in the fit: then the model's own word stands.
    return corrected.isFinite ? corrected : sketch;
  });
  const incumbents = state.incumbents();
  const random = new Random("acquisition", seed, hash, state.tells.size);
  const improvement = improvementOf(costs, incumbents, random);
  const told = state.tells.get(hash)?.event;
  const predictions = objectives.map(
    (objective, i) => [objective.name, summaryOf(valueSketch(costs[i]!, objective))] as const,
  );
  const score = {
    hash,
    kind,
    predictions: Object.fromEntries(predictions),
    pImprove: improvement.probability,
    expectedImprovement: improvement.expected,
    acquisition: finite(acquisitionOf(policy, costs, improvement, incumbents, random)),
    feasibility: state.feasibility(features),
    trust: trustIn(state.trust(), truncatedShare, state.familiarity(features), trust),
    warnings,
    ...(told === undefined ? {} : { told: outcomeOf(told, objectives) }),
  };
  return { assessment, raw, costs, score };
}

/** A figure to compare and to keep: a volume in many objectives can overflow. */
function finite(figure: number): number {
  if (Number.isNaN(figure)) return 0;
  return Math.min(Math.max(figure, -Number.MAX_VALUE), Number.MAX_VALUE);
}

function summaryOf(sketch: PredictiveSketch): StudyPrediction {
  const { mean, median, std } = sketch;
  return { mean, median, std, low: sketch.quantile(0.05), high: sketch.quantile(0.95) };
}

/** The forecasts of a score, in the order of the objectives. */
export function forecastsOf(score: StudyScore, state: StudyState): Forecasted[] {
  return state.spec.objectives.map(({ name }) => {
    const { median, low, high } = score.predictions[name]!;
    return { median, low, high };
  });
}

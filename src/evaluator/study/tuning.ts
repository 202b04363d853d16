// When to fine-tune, on what, and whether the result is taken: pure. A part of the tells is never trained on. A
// tuned model is taken where it foretells those better than the present one, each with the correction that it
// would have.

import { hash32 } from "../../core/index.ts";
import { crpsFromQuantiles } from "../../metrics/index.ts";
import { normalSketch } from "../sketch.ts";
import { fitCorrection, type Observation } from "./correction.ts";
import type { FineTuning, StudySpec } from "./spec.ts";
import type { StudyState } from "./state.ts";

/** What one model said of tells that it was not trained on, for one objective. */
export type Foretold = readonly (Observation & { readonly hash: string })[];

export interface Comparison {
  readonly accepted: boolean;
  readonly reason: string;
  /** Mean CRPS on held-back tells, per objective in standard deviations of its costs. */
  readonly errorBefore: number;
  readonly errorAfter: number;
}

const MIN_HELD_BACK = 6;
const NUM_FOLDS = 5;
const LEVELS = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/** Whether a tell is kept from training: always the same answer for the same candidate. */
export function isHeldBack(hash: string, share: number): boolean {
  return hash32(29, "held-back", hash) < share * 2 ** 32;
}

/** Successful tells still missing before the next attempt makes sense; 0 where it is due. */
export function tellsUntilTuning(
  state: StudyState,
  { everyTells }: { readonly everyTells: number },
): number {
  const last = state.tunings.at(-1)?.numTells ?? 0;
  return Math.max(0, last + everyTells - state.succeeded().length);
}

/** Which tells to train on, and how many are held back. */
export function splitTells(
  state: StudyState,
  { heldBackShare }: Extract<FineTuning, { readonly heldBackShare: number }>,
) {
  const all = state.succeeded();
  const training = all.filter(({ event }) => !isHeldBack(event.hash, heldBackShare));
  return { training, numHeldBack: all.length - training.length };
}

/** Why an attempt cannot begin with so many tells; undefined where it can. */
export function tooFew(numTraining: number, numHeldBack: number): string | undefined {
  if (numHeldBack >= MIN_HELD_BACK && numTraining >= 2 * MIN_HELD_BACK) return undefined;
  return `${numTraining} tells to train on and ${numHeldBack} held back; at least ${2 * MIN_HELD_BACK} and ${MIN_HELD_BACK} are needed`;
}

/**
 * Compares two models, objective by objective, on the held-back tells that both have foretold.
 *
 * @param before By objective.
 * @param after The same for the tuned model.
 */
export function compareModels(
  before: readonly Foretold[],
  after: readonly Foretold[],
  isJudge: (hash: string) => boolean,
  correction: StudySpec["correction"],
): Comparison {
  const gains: number[] = [];
  let [errorBefore, errorAfter] = [0, 0];
  before.forEach((ofBefore, objective) => {
    const ofAfter = after[objective]!;
    const known = new Set(ofAfter.map(({ hash }) => hash));
    const judges = ofBefore.filter(({ hash }) => known.has(hash) && isJudge(hash));
    const scale = spread(judges.map(({ cost }) => cost));
    const errors = [ofBefore, ofAfter].map((foretold) =>
      foldedErrors(foretold, judges, correction),
    );
    judges.forEach(({ hash }, i) => {
      const [old, tuned] = errors.map((byHash) => byHash.get(hash)! / scale);
      gains[i] = (gains[i] ?? 0) + old! - tuned!;
      errorBefore += old! / judges.length / before.length;
      errorAfter += tuned! / judges.length / before.length;
    });
  });
  const gain = mean(gains);
  const doubt = spread(gains) / Math.sqrt(gains.length);
  const accepted = gains.length >= MIN_HELD_BACK && gain > doubt;
  const change = `${errorBefore.toPrecision(3)} to ${errorAfter.toPrecision(3)} on ${gains.length} held-back tells`;
  const reason = accepted ? `error from ${change}` : `error from ${change}: no clear gain`;
  return { accepted, reason, errorBefore, errorAfter };
}

/** CRPS of each judge under a correction that was fitted without it. */
function foldedErrors(
  foretold: Foretold,
  judges: Foretold,
  correction: StudySpec["correction"],
): Map<string, number> {
  const own = new Map(foretold.map((observation) => [observation.hash, observation]));
  const foldOf = new Map(judges.map(({ hash }, i) => [hash, i % NUM_FOLDS]));
  const errors = new Map<string, number>();
  for (let fold = 0; fold < NUM_FOLDS; fold++) {
    const rest = foretold.filter(({ hash }) => foldOf.get(hash) !== fold);
    const fitted = fitCorrection(rest, correction);
    for (const { hash } of judges) {
      if (foldOf.get(hash) !== fold) continue;
      const { median, std, features, cost } = own.get(hash)!;
      const sketch = fitted.apply(normalSketch(median, std), features);
      const quantiles = LEVELS.map((level) => sketch.quantile(level));
      errors.set(hash, crpsFromQuantiles(quantiles, LEVELS, cost));
    }
  }
  return errors;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Standard deviation; never 0, so that one may divide by it. */
function spread(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) || 1e-300;
}

// The policies of `auspex search` by name.

import { Random, UsageError } from "../core/index.ts";
import {
  costOf,
  expectedImprovementSearch,
  forestPredictions,
  freeGuessOrder,
  type Label,
  localSearch,
  type PredictedCosts,
  predictedOrder,
  randomSearch,
  regularisedEvolution,
  ridgePredictions,
  type SearchSpace,
  type Strategy,
  screened,
  transferSearch,
} from "../evaluator/index.ts";
import type { LabelSource, OpenedSpace } from "./opened-space.ts";

const FIXED: Readonly<Record<string, Strategy>> = {
  random: randomSearch,
  evolution: regularisedEvolution(20, 5),
  "evolution-50": regularisedEvolution(50, 10),
  local: localSearch,
  "gp-ei": expectedImprovementSearch({ name: "gp-ei", numInitial: 10 }),
  flops: freeGuessOrder,
};
/** These pay for a cheap evaluation of every proposal. */
const SCREENED: Readonly<Record<string, Strategy>> = {
  "screened-random": screened(randomSearch, 16),
  "screened-evolution": screened(regularisedEvolution(20, 5), 4),
};
const PREDICTED = ["ridge", "forest"] as const;
const NAMES = [
  ...Object.keys(FIXED),
  ...Object.keys(SCREENED),
  "surrogate",
  ...PREDICTED.flatMap((name) => [name, `${name}-residual`]),
  "bundle",
  "bundle-residual",
  "bundle-surrogate",
];
const USUAL_LABELS = [0, 50, 200, 1000];

export interface PolicyOptions {
  /** Names; empty: all that the space and the bundles allow. */
  readonly policy: readonly string[];
  /** Numbers of labels, one row of the table each. */
  readonly labels: readonly number[];
}

/** Makes the strategy of one search: what is learnt beforehand differs from seed to seed. */
export type StrategyMaker = (seed: number) => Strategy;

/** What the policies of one command can learn from. */
export interface PolicyMeans extends OpenedSpace {
  /** Predictions of bundles for the space, used in turn; empty where none was given. */
  readonly bundles: readonly PredictedCosts[];
}

/**
 * One maker per row of the table.
 *
 * @throws {UsageError} for an unknown policy, or one that lacks what it learns from.
 */
export function makersOf(options: PolicyOptions, means: PolicyMeans): StrategyMaker[] {
  const names = options.policy.length > 0 ? options.policy : possibleNames(means);
  const counts = options.labels.length > 0 ? options.labels : USUAL_LABELS;
  return names.flatMap((name) => makers(name, counts, means));
}

function possibleNames({ space, source, bundles }: PolicyMeans): string[] {
  return NAMES.filter((name) => {
    if (name === "flops") return space.freeGuess !== undefined;
    if (name.startsWith("screened")) return space.cheap !== undefined;
    if (name.startsWith("bundle")) return bundles.length > 0;
    if (name.startsWith("ridge") || name.startsWith("forest")) return source !== undefined;
    return true;
  });
}

function makers(name: string, counts: readonly number[], means: PolicyMeans): StrategyMaker[] {
  const { space, source, bundles } = means;
  const lacks = (what: string): never => {
    throw new UsageError(`${name} needs ${what}`);
  };
  if (name === "flops" && space.freeGuess === undefined)
    return lacks(`a free guess; ${space.name} has none`);
  const screen = SCREENED[name];
  if (screen !== undefined) {
    return space.cheap === undefined
      ? lacks(`cheap evaluations; ${space.name} has none`)
      : [() => screen];
  }
  const fixed = FIXED[name];
  if (fixed !== undefined) return [() => fixed];
  if (name.startsWith("bundle") && NAMES.includes(name)) {
    if (bundles.length === 0) return lacks("--bundle");
    return [(seed) => fromPredictions(name, bundles[seed % bundles.length]!, 0)];
  }
  if (!NAMES.includes(name)) {
    throw new UsageError(`there is no policy ${name}`, { hint: `policies: ${NAMES.join(", ")}` });
  }
  // Without labels there is the free guess, or nothing but the evaluations.
  const usable = counts.filter((count) =>
    name === "surrogate" ? count === 0 || source !== undefined : count > 0,
  );
  if (name !== "surrogate" && source === undefined)
    return lacks(`labels of a like space; ${space.name} has none`);
  return usable.map((numLabels) => (seed) => fromLabels(name, source, numLabels, seed));
}

function fromLabels(
  name: string,
  source: LabelSource | undefined,
  numLabels: number,
  seed: number,
): Strategy {
  const title = `${name} ${numLabels} labels`;
  const labels = source === undefined ? [] : labelled(source.space, numLabels, seed);
  const paidBefore = labels.length * (source?.price ?? 0);
  if (name === "surrogate") return transferSearch({ name: title, labels, paidBefore });
  const predictions = name.startsWith("ridge")
    ? ridgePredictions(labels)
    : forestPredictions(labels, seed);
  return fromPredictions(title, predictions, paidBefore, name.endsWith("residual"));
}

function fromPredictions(
  name: string,
  predictions: PredictedCosts,
  paidBefore: number,
  withResidual = name.endsWith("residual"),
): Strategy {
  if (name === "bundle-surrogate")
    return transferSearch({ name, labels: [], predictions, paidBefore });
  return withResidual
    ? expectedImprovementSearch({ name, numInitial: 8, predictions, paidBefore })
    : predictedOrder(name, predictions, paidBefore);
}

/** Labels of the source space that may be known beforehand, drawn by seed; the same for every use of a seed. */
export function labelsOf(source: SearchSpace, numLabels: number, seed: number): number[] {
  return new Random("labels", seed).shuffled(source.learnable).slice(0, numLabels);
}

function labelled(source: SearchSpace, numLabels: number, seed: number): Label[] {
  return labelsOf(source, numLabels, seed).map((candidate) => ({
    candidate,
    cost: costOf(source, candidate),
  }));
}

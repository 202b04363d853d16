// The policies of `auspex search` by name.

import { Random, UsageError } from "../core/index.ts";
import {
  costOf,
  expectedImprovementSearch,
  freeGuessOrder,
  localSearch,
  type PredictedCosts,
  predictedOrder,
  randomSearch,
  regularisedEvolution,
  ridgePredictions,
  type SearchSpace,
  type Strategy,
} from "../evaluator/index.ts";
import type { OpenedSpace } from "./search-space.ts";

const FIXED: Readonly<Record<string, Strategy>> = {
  random: randomSearch,
  evolution: regularisedEvolution(20, 5),
  "evolution-50": regularisedEvolution(50, 10),
  local: localSearch,
  "gp-ei": expectedImprovementSearch({ name: "gp-ei", numInitial: 10 }),
  flops: freeGuessOrder,
};
const LEARNT = ["ridge", "ridge-residual", "bundle", "bundle-residual"] as const;

export interface PolicyOptions {
  /** Names; empty: those that need no label. */
  readonly policy: readonly string[];
  /** Labels for `ridge`, one row of the table each. */
  readonly labels: readonly number[];
}

/** Makes the strategy of one search: what is learnt beforehand differs from seed to seed. */
export type StrategyMaker = (seed: number) => Strategy;

/**
 * One maker per row of the table.
 *
 * @param bundle Predictions of a bundle for the space; undefined where none was given.
 * @throws {UsageError} for an unknown policy, or one that lacks what it learns from.
 */
export function makersOf(
  { policy, labels }: PolicyOptions,
  { space, source }: OpenedSpace,
  bundle: PredictedCosts | undefined,
): StrategyMaker[] {
  const withBundle = bundle === undefined ? [] : ["bundle", "bundle-residual"];
  const names = policy.length > 0 ? policy : [...Object.keys(FIXED), ...withBundle];
  return names.flatMap((name): StrategyMaker[] => {
    const fixed = FIXED[name];
    if (fixed === freeGuessOrder && space.freeGuess === undefined) return [];
    if (fixed !== undefined) return [() => fixed];
    if (!(LEARNT as readonly string[]).includes(name)) {
      throw new UsageError(`there is no policy ${name}`, {
        hint: `policies: ${[...Object.keys(FIXED), ...LEARNT].join(", ")}`,
      });
    }
    if (name.startsWith("bundle")) {
      if (bundle === undefined) throw new UsageError(`${name} needs --bundle`);
      return [() => learnt(name, name.endsWith("residual"), bundle)];
    }
    if (source === undefined) {
      throw new UsageError(`${name} needs labels of a like space; ${space.name} has none`);
    }
    const counts = labels.length > 0 ? labels : [50, 200];
    return counts.map((numLabels) => (seed) => {
      const title = `${name} ${numLabels} labels`;
      return learnt(title, name.endsWith("residual"), ridgeFrom(source, numLabels, seed));
    });
  });
}

function learnt(name: string, withResidual: boolean, predictions: PredictedCosts): Strategy {
  return withResidual
    ? expectedImprovementSearch({ name, numInitial: 8, predictions })
    : predictedOrder(name, predictions);
}

/** Labels of the source space that may be known beforehand, drawn by seed; the same for every use of a seed. */
export function labelsOf(source: SearchSpace, numLabels: number, seed: number): number[] {
  return new Random("labels", seed).shuffled(source.learnable).slice(0, numLabels);
}

/** A ridge surrogate from random labels of the source space. */
function ridgeFrom(source: SearchSpace, numLabels: number, seed: number): PredictedCosts {
  const labels = labelsOf(source, numLabels, seed);
  return ridgePredictions(
    labels.map((candidate) => ({ candidate, cost: costOf(source, candidate) })),
  );
}

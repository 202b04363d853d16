// The surrogate policy: expected improvement under a process that knows the labels of another task.

import { fitCovariance } from "./fit-covariance.ts";
import { logImprovement, winsorised } from "./model-based.ts";
import type { Label } from "./ridge.ts";
import { DEFAULT_COVARIANCE, type Similarity } from "./similarity.ts";
import type { SearchSpace } from "./space.ts";
import type { Strategy } from "./strategy.ts";
import {
  beliefAmong,
  guessedBelief,
  type Relation,
  type SourceBelief,
  sourceBelief,
  TransferProcess,
} from "./transfer-process.ts";

export interface TransferOptions {
  readonly name: string;
  /** Labels of the source task; may be empty. */
  readonly labels: readonly Label[];
  /** Predicted costs of every candidate, where a model makes them. */
  /** What the labels cost, in units of one evaluation. Default: one each. */
  readonly paidBefore?: number;
  readonly predictions?: ((space: SearchSpace) => Float64Array) | undefined;
}

/** How much of what varies a free guess, and a model's prediction, are believed to explain. */
const GUESS_WEIGHT = 0.6;
const PREDICTION_WEIGHT = 1;
const DISCREPANCIES = [0.03, 0.1, 0.3, 1];
const NOISES = [0.5, 1, 2, 4];
const USUAL: Relation = { discrepancy: 0.1, noise: 1 };
/** Deviation of the belief in the logarithms of both. */
const PRIOR_DEVIATION = 1.2;
/** Evaluations from which they say something about covariances, and about the relation. */
const MIN_TO_FIT = 12;
const MIN_TO_RELATE = 4;

/** Expected improvement over the whole space. */
export function transferSearch({
  name,
  labels,
  predictions,
  paidBefore = labels.length,
}: TransferOptions): Strategy {
  return {
    name,
    paidBefore,
    start(space, random) {
      const similarity = space.similarity();
      let source = believe(space, similarity, labels, predictions);
      // Members of a group are alike to the process: which comes first is chance.
      const order = random.shuffled(Array.from({ length: space.size }, (_, i) => i));
      const candidates: number[] = [];
      const costs: number[] = [];
      const seen = new Uint8Array(space.size);
      let process: TransferProcess | undefined;
      let numAtFit = 0;
      const groups = () => candidates.map((candidate) => similarity.groupOf[candidate]!);
      return {
        ask() {
          if (candidates.length === 0) return leastOf(source.mean, similarity.groupOf, order);
          const targets = winsorised(costs);
          if (process === undefined || candidates.length >= 1.4 * numAtFit) {
            if (labels.length === 0) source = refit(similarity, source, groups(), targets);
            const relation = labels.length === 0 ? USUAL : relate(source, groups(), targets);
            process = new TransferProcess(source, relation);
            for (const group of groups()) process.add(group);
            numAtFit = candidates.length;
          }
          return mostPromising(process, targets, similarity, order, seen);
        },
        tell(candidate, cost) {
          if (seen[candidate] === 1) return;
          seen[candidate] = 1;
          candidates.push(candidate);
          costs.push(cost);
          process?.add(similarity.groupOf[candidate]!);
        },
      };
    },
  };
}

/** What is believed before the first real evaluation. */
function believe(
  space: SearchSpace,
  similarity: Similarity,
  labels: readonly Label[],
  predictions: TransferOptions["predictions"],
): SourceBelief {
  if (labels.length > 0) {
    const groups = labels.map(({ candidate }) => similarity.groupOf[candidate]!);
    const targets = winsorised(labels.map(({ cost }) => cost));
    const covariance = fitCovariance(similarity, groups, targets);
    return sourceBelief(similarity, covariance, groups, targets);
  }
  const { freeGuess } = space;
  const guess =
    predictions?.(space) ??
    Float64Array.from(
      { length: space.size },
      (_, i) => -Math.log(0.3 + (freeGuess?.value(i) ?? 0)),
    );
  const weight = predictions === undefined ? GUESS_WEIGHT : PREDICTION_WEIGHT;
  return guessedBelief(
    similarity,
    DEFAULT_COVARIANCE,
    meansByGroup(winsorised([...guess]), similarity, weight),
  );
}

function meansByGroup(values: Float64Array, similarity: Similarity, weight: number): Float64Array {
  const sums = new Float64Array(similarity.numGroups);
  const counts = new Float64Array(similarity.numGroups);
  values.forEach((value, i) => {
    const group = similarity.groupOf[i]!;
    sums[group]! += value;
    counts[group]! += 1;
  });
  return sums.map((sum, group) => (weight * sum) / counts[group]!);
}

/** Without labels the covariance is learnt from the evaluations. */
function refit(
  similarity: Similarity,
  source: SourceBelief,
  groups: readonly number[],
  targets: Float64Array,
): SourceBelief {
  if (groups.length < MIN_TO_FIT) return source;
  return guessedBelief(similarity, fitCovariance(similarity, groups, targets), source.mean);
}

/** The relation of largest posterior density; the usual one while there are few evaluations. */
function relate(source: SourceBelief, groups: readonly number[], targets: Float64Array): Relation {
  if (groups.length < MIN_TO_RELATE) return USUAL;
  const evaluated = beliefAmong(source, groups);
  let best = { relation: USUAL, score: -Infinity };
  for (const discrepancy of DISCREPANCIES) {
    for (const noise of NOISES) {
      const process = new TransferProcess(evaluated, { discrepancy, noise });
      for (let i = 0; i < groups.length; i++) process.add(i);
      const belief =
        (Math.log(discrepancy / USUAL.discrepancy) ** 2 + Math.log(noise / USUAL.noise) ** 2) /
        (2 * PRIOR_DEVIATION ** 2);
      const score = process.logLikelihood(targets) - belief;
      if (score > best.score) best = { relation: { discrepancy, noise }, score };
    }
  }
  return best.relation;
}

function leastOf(means: Float64Array, groupOf: Uint16Array, order: readonly number[]): number {
  return order.reduce((best, i) => (means[groupOf[i]!]! < means[groupOf[best]!]! ? i : best));
}

/** Members of a group differ by noise, which an improvement may come from as well. */
function mostPromising(
  process: TransferProcess,
  targets: Float64Array,
  { groupOf, numGroups }: Similarity,
  order: readonly number[],
  seen: Uint8Array,
): number {
  const { mean, variance, noise, scale } = process.posterior(targets);
  const best = targets.reduce((a, b) => Math.min(a, b)) / scale;
  const gains = new Float64Array(numGroups);
  for (let group = 0; group < numGroups; group++) {
    const std = Math.sqrt(variance[group]! + noise);
    gains[group] = logImprovement((best - mean[group]!) / std) + Math.log(std);
  }
  let choice = -1;
  for (const i of order) {
    if (seen[i] === 1) continue;
    if (choice < 0 || gains[groupOf[i]!]! > gains[groupOf[choice]!]!) choice = i;
  }
  return Math.max(choice, 0);
}

// Strategies that model the space: Bayesian optimisation by a Gaussian process, and a surrogate's predictions
// with or without such a process on what they leave.

import type { Random } from "../../core/index.ts";
import { type Basis, type GridKernel, type GridPosterior, GridProcess } from "./grid-process.ts";
import type { SearchSpace } from "./space.ts";
import type { Strategy } from "./strategy.ts";

/** A surrogate's predicted costs for every candidate of a space. */
export type PredictedCosts = (space: SearchSpace) => Float64Array;

export interface ProcessOptions {
  readonly name: string;
  /** Candidates before the first model: random ones, or the best predicted. */
  readonly numInitial: number;
  readonly predictions?: PredictedCosts;
  /** What the predictions' labels cost, in units of one evaluation. */
  readonly paidBefore?: number;
}

// Lengths of the two kernels, tried when the evaluations have grown by a half.
const LENGTHS: readonly (readonly number[])[] = [
  [0.7, 0.7],
  [1.5, 1],
  [3, 2],
  [6, 4],
  [15, 10],
];
const NOISE_RATIOS = [0.02, 0.2];

/** Candidates by predicted cost alone; nothing is learnt from evaluations. */
export function predictedOrder(
  name: string,
  predictions: PredictedCosts,
  paidBefore = 0,
): Strategy {
  return {
    name,
    paidBefore,
    start(space) {
      const costs = predictions(space);
      const order = Array.from(costs, (_, i) => i).toSorted((a, b) => costs[a]! - costs[b]!);
      let next = 0;
      return { ask: () => order[next++ % space.size]!, tell: () => {} };
    },
  };
}

/** Expected improvement over the whole space under a process, its prior mean linear in the predictions. */
export function expectedImprovementSearch({
  name,
  numInitial,
  predictions,
  paidBefore = 0,
}: ProcessOptions): Strategy {
  return {
    name,
    paidBefore,
    start(space, random) {
      const guess = predictions === undefined ? undefined : standardised(predictions(space));
      const points: number[] = [];
      const costs: number[] = [];
      const seen = new Set<number>();
      let process: GridProcess | undefined;
      let numAtFit = 0;
      return {
        ask() {
          if (guess === undefined && points.length < numInitial) return unseen(space, seen, random);
          if (guess !== undefined && points.length < numInitial) return argmin(guess, seen);
          const targets = winsorised(costs);
          if (process === undefined || points.length >= 1.5 * numAtFit) {
            process = fit(space, points, targets, guess);
            numAtFit = points.length;
          }
          return argmaxImprovement(process.posterior(targets), Math.min(...targets), seen);
        },
        tell(candidate, cost) {
          if (seen.has(candidate)) return;
          seen.add(candidate);
          points.push(candidate);
          costs.push(cost);
          process?.add(candidate);
        },
      };
    },
  };
}

/** The process with the kernel of the largest marginal likelihood. */
function fit(
  space: SearchSpace,
  points: readonly number[],
  targets: Float64Array,
  guess: Float64Array | undefined,
): GridProcess {
  const process = new GridProcess(
    space,
    chooseKernel(space, points, targets, guess),
    basesOf(space.size, guess, ownDeviation(points, guess)),
  );
  for (const point of points) process.add(point);
  return process;
}

/** Likelihoods need the evaluated candidates only: each kernel is tried on them alone. */
function chooseKernel(
  space: SearchSpace,
  points: readonly number[],
  targets: Float64Array,
  guess: Float64Array | undefined,
): GridKernel {
  // Few evaluations say little about lengths.
  if (points.length < 8) return { lengths: LENGTHS[2]!, noiseRatio: NOISE_RATIOS[1]! };
  const among = points.map((point) =>
    space.distances(point).map((all) => Float32Array.from(points, (other) => all[other]!)),
  );
  const small = { size: points.length, distances: (i: number) => among[i]! };
  const ownGuess = guess === undefined ? undefined : Float64Array.from(points, (p) => guess[p]!);
  let best: { kernel: GridKernel; logLikelihood: number } | undefined;
  for (const lengths of LENGTHS) {
    for (const noiseRatio of NOISE_RATIOS) {
      const kernel = { lengths, noiseRatio };
      const process = new GridProcess(
        small,
        kernel,
        basesOf(points.length, ownGuess, ownDeviation(points, guess)),
      );
      points.forEach((_, i) => process.add(i));
      const { logLikelihood } = process.posterior(targets);
      if (best === undefined || logLikelihood > best.logLikelihood)
        best = { kernel, logLikelihood };
    }
  }
  return best!.kernel;
}

/**
 * A free constant, and the predictions. Their coefficient is believed to be such that they explain half of what
 * varies among the evaluated, as wrong by as much: predictions and evaluations need not share a unit.
 */
function basesOf(size: number, guess: Float64Array | undefined, deviation: number): Basis[] {
  const constant = { values: new Float64Array(size).fill(1), mean: 0, precision: 0 };
  if (guess === undefined) return [constant];
  return [constant, { values: guess, mean: 0.5 / deviation, precision: 4 * deviation ** 2 }];
}

/** Standard deviation of the predictions for the evaluated candidates. */
function ownDeviation(points: readonly number[], guess: Float64Array | undefined): number {
  if (guess === undefined) return 1;
  const own = points.map((point) => guess[point]!);
  const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
  const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
  return Math.max(Math.sqrt(variance), 0.02);
}

/** Mean 0 and deviation 1 over the space: predictions and evaluations need not share a unit. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const scale = Math.sqrt(variance) || 1;
  return values.map((value) => (value - mean) / scale);
}

/**
 * Costs with mean 0 and deviation 1 after the bad tail is cut at the third quartile plus 1.5 times the
 * distance of the quartiles: how bad the worst are would otherwise be all that a process explains.
 */
export function winsorised(costs: readonly number[]): Float64Array {
  const sorted = costs.toSorted((a, b) => a - b);
  const [low, high] = [0.25, 0.75].map((p) => sorted[Math.floor(p * (sorted.length - 1))]!);
  const limit = high! + 1.5 * (high! - low!);
  const cut = Float64Array.from(costs, (cost) =>
    sorted.length < 8 ? cost : Math.min(cost, limit),
  );
  return standardised(cut);
}

function argmaxImprovement(
  { mean, variance }: GridPosterior,
  best: number,
  seen: ReadonlySet<number>,
): number {
  let choice = -1;
  let most = -Infinity;
  for (let i = 0; i < mean.length; i++) {
    if (seen.has(i)) continue;
    const std = Math.sqrt(variance[i]!) + 1e-9;
    const gain = logImprovement((best - mean[i]!) / std) + Math.log(std);
    if (gain > most) [choice, most] = [i, gain];
  }
  return Math.max(0, choice);
}

/** Logarithm of z Phi(z) + phi(z); far below 0 by its asymptote, where the plain form is 0. */
export function logImprovement(z: number): number {
  if (z < -6) return -0.5 * z * z - 0.9189385332046727 - 2 * Math.log(-z);
  const density = Math.exp(-0.5 * z * z) / 2.5066282746310002;
  return Math.log(Math.max(z * normalBelow(z) + density, 1e-300));
}

/** Normal distribution function (Abramowitz and Stegun 26.2.17; error below 7.5e-8). */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp(-0.5 * z * z) / 2.5066282746310002) * poly;
  return z < 0 ? tail : 1 - tail;
}

function argmin(values: Float64Array, seen: ReadonlySet<number>): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) {
    if (!seen.has(i) && (best < 0 || values[i]! < values[best]!)) best = i;
  }
  return Math.max(0, best);
}

function unseen(space: SearchSpace, seen: ReadonlySet<number>, random: Random): number {
  for (let i = 0; i < 1000; i++) {
    const candidate = random.int(space.size);
    if (!seen.has(candidate)) return candidate;
  }
  return 0;
}

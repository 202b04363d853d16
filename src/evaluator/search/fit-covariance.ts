// The covariance of largest marginal likelihood, by a search along one parameter at a time.

import { cholesky, solveLower } from "../../core/index.ts";
import {
  type Comparison,
  type Covariance,
  compare,
  covarianceRow,
  DEFAULT_COVARIANCE,
  type Similarity,
} from "./similarity.ts";

/** Cubic in the points: more say little about seven numbers. */
const MAX_POINTS = 220;
const MAX_PASSES = 8;
/** Deviation of the belief in the logarithm of each parameter. */
const PRIOR_DEVIATION = 1.5;

/** Fits to targets with mean 0 and deviation 1 at the groups given. */
export function fitCovariance(
  similarity: Similarity,
  groups: readonly number[],
  targets: Float64Array,
  start: Covariance = DEFAULT_COVARIANCE,
): Covariance {
  const own = groups.slice(0, MAX_POINTS);
  const y = targets.subarray(0, own.length);
  const comparisons = own.map((group) => compare(similarity, group, own));
  const prior = toVector(DEFAULT_COVARIANCE);
  const scoreOf = (vector: readonly number[]): number =>
    logLikelihood(comparisons, y, fromVector(vector)) -
    vector.reduce((sum, v, i) => sum + 0.5 * ((v - prior[i]!) / PRIOR_DEVIATION) ** 2, 0);
  let best = toVector(start);
  let bestScore = scoreOf(best);
  const steps = best.map(() => 0.7);
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    for (let i = 0; i < best.length; i++) {
      const tried = [steps[i]!, -steps[i]!].map((step) => best.with(i, best[i]! + step));
      const better = tried.find((vector) => {
        const score = scoreOf(vector);
        if (score <= bestScore) return false;
        bestScore = score;
        return true;
      });
      best = better ?? best;
      steps[i]! *= better === undefined ? 0.5 : 1.3;
    }
  }
  return scaled(fromVector(best), signalOf(comparisons, y, fromVector(best)));
}

/** With a free constant and a free scale, both integrated or fitted out. */
function logLikelihood(
  comparisons: readonly Comparison[],
  y: Float64Array,
  covariance: Covariance,
): number {
  const solved = solve(comparisons, y, covariance);
  if (solved === undefined) return -Infinity;
  const { square, logDeterminant, ones } = solved;
  return -(y.length * Math.log(square / y.length) + logDeterminant + Math.log(ones)) / 2;
}

function signalOf(
  comparisons: readonly Comparison[],
  y: Float64Array,
  covariance: Covariance,
): number {
  const solved = solve(comparisons, y, covariance);
  return solved === undefined ? 1 : Math.max(1e-9, solved.square / y.length);
}

function solve(comparisons: readonly Comparison[], y: Float64Array, covariance: Covariance) {
  const n = y.length;
  const matrix = new Float64Array(n * n);
  comparisons.forEach((comparison, i) => {
    matrix.set(covarianceRow(comparison, covariance), i * n);
    matrix[i * n + i]! += covariance.noise;
  });
  const factor = cholesky(matrix, n);
  if (factor === undefined) return undefined;
  const a = solveLower(factor, y);
  const o = solveLower(factor, new Float64Array(n).fill(1));
  const ones = dot(o, o);
  const constant = dot(a, o) / ones;
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(factor[i * n + i]!);
  return { square: dot(a, a) - constant * constant * ones, logDeterminant, ones };
}

function scaled({ weights, lengths, noise }: Covariance, signal: number): Covariance {
  const [a, b, c, d] = weights;
  return {
    weights: [a * signal, b * signal, c * signal, d * signal],
    lengths,
    noise: noise * signal,
  };
}

function toVector({ weights, lengths, noise }: Covariance): number[] {
  return [...weights, ...lengths, noise].map(Math.log);
}

function fromVector(vector: readonly number[]): Covariance {
  const [a, b, c, d, e, f, g, noise] = vector.map(Math.exp) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { weights: [a, b, c, d], lengths: [e, f, g], noise };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

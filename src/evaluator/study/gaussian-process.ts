// Exact Gaussian-process regression (Rasmussen and Williams, 2006, algorithm 2.1) with a squared-exponential
// kernel on feature vectors. Length scale and noise are chosen from a grid by marginal likelihood, the signal
// variance in closed form.

import { cholesky, invariant, solveLower, solveUpper } from "../../core/index.ts";

export interface GaussianProcessPrediction {
  readonly mean: number;
  /** Of the function, without the noise of an observation. */
  readonly variance: number;
}

export interface Hyperparameters {
  readonly lengthScale: number;
  /** Noise variance over signal variance. */
  readonly noiseRatio: number;
}

const LENGTH_FACTORS = [0.35, 0.7, 1.4, 2.8];
const NOISE_RATIOS = [0.01, 0.1, 0.5, 4];

/** A fitted process with mean 0. */
export class GaussianProcess {
  readonly hyperparameters: Hyperparameters;
  /** Variance of the function, and of the noise on top of it. */
  readonly signalVariance: number;
  readonly noiseVariance: number;
  readonly logLikelihood: number;
  readonly #inputs: readonly Float64Array[];
  readonly #cholesky: Float64Array;
  readonly #weights: Float64Array;

  /** @throws when there is no observation. */
  constructor(
    inputs: readonly Float64Array[],
    targets: Float64Array,
    hyperparameters: Hyperparameters,
    distances = squaredDistances(inputs),
  ) {
    const n = inputs.length;
    invariant(n > 0 && targets.length === n, "a process needs as many targets as inputs");
    const gram = distances.map((d2) => kernel(d2, hyperparameters.lengthScale));
    for (let i = 0; i < n; i++) gram[i * n + i]! += hyperparameters.noiseRatio + 1e-9;
    this.hyperparameters = hyperparameters;
    this.#inputs = inputs;
    const factor = cholesky(gram, n);
    invariant(factor !== undefined, "a kernel with noise on its diagonal is positive definite");
    this.#cholesky = factor;
    this.#weights = solveUpper(factor, solveLower(factor, targets));
    const quadratic = dot(targets, this.#weights);
    // The variance that maximises the likelihood for this kernel shape; a floor keeps constant data finite.
    this.signalVariance = Math.max(quadratic / n, 1e-18);
    this.noiseVariance = hyperparameters.noiseRatio * this.signalVariance;
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(this.#cholesky[i * n + i]!);
    this.logLikelihood = -(n * Math.log(this.signalVariance) + logDeterminant + n) / 2;
  }

  /** The posterior of the function at one input. */
  predict(input: Float64Array): GaussianProcessPrediction {
    const k = Float64Array.from(this.#inputs, (other) =>
      kernel(squaredDistance(input, other), this.hyperparameters.lengthScale),
    );
    const mean = dot(k, this.#weights);
    const v = solveLower(this.#cholesky, k);
    return { mean, variance: Math.max(0, 1 - dot(v, v)) * this.signalVariance };
  }
}

/** Fits a process, its hyperparameters by marginal likelihood over a grid. */
export function fitGaussianProcess(
  inputs: readonly Float64Array[],
  targets: Float64Array,
): GaussianProcess {
  const distances = squaredDistances(inputs);
  const typical = Math.sqrt(medianPositive(distances));
  let best: GaussianProcess | undefined;
  for (const factor of LENGTH_FACTORS) {
    for (const noiseRatio of NOISE_RATIOS) {
      const candidate = { lengthScale: factor * typical, noiseRatio };
      const process = new GaussianProcess(inputs, targets, candidate, distances);
      if (best === undefined || process.logLikelihood > best.logLikelihood) best = process;
    }
  }
  return best!;
}

const kernel = (d2: number, lengthScale: number): number =>
  Math.exp(-d2 / (2 * lengthScale * lengthScale));

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

function squaredDistances(inputs: readonly Float64Array[]): Float64Array {
  const n = inputs.length;
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      distances[i * n + j] = distances[j * n + i] = squaredDistance(inputs[i]!, inputs[j]!);
    }
  }
  return distances;
}

function medianPositive(values: Float64Array): number {
  const positive = values.filter((value) => value > 0).toSorted();
  return positive[positive.length >> 1] ?? 1;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

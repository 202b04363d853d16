// A Gaussian process on a finite space, one evaluation at a time: the posterior of every candidate is kept and
// updated in O(evaluations * candidates), without a matrix inverse. Linear basis functions (a constant, a
// surrogate's prediction) are fitted beside it by generalised least squares with a Gaussian prior.

import { invariant } from "../../core/index.ts";
import type { SearchSpace } from "./space.ts";

export interface GridKernel {
  /** exp(-d / length), one per array of `space.distances`; their mean is the kernel. */
  readonly lengths: readonly number[];
  /** Noise variance over signal variance. */
  readonly noiseRatio: number;
}

/** One column of the linear part. */
export interface Basis {
  readonly values: Float64Array;
  /** Believed coefficient, and how sure we are (1 / variance in units of the signal's; 0: not at all). */
  readonly mean: number;
  readonly precision: number;
}

export interface GridPosterior {
  readonly mean: Float64Array;
  /** Variance of the function, noise left out. */
  readonly variance: Float64Array;
  readonly logLikelihood: number;
}

/** The process for one kernel; `add` evaluations, then ask for `posterior`. */
export class GridProcess {
  readonly #space: Pick<SearchSpace, "size" | "distances">;
  readonly #kernel: GridKernel;
  readonly #bases: readonly Basis[];
  readonly #points: number[] = [];
  // Row j is L⁻¹ k(., all) for the j-th evaluation: [evaluations][size].
  readonly #rows: Float32Array[] = [];
  readonly #diagonal: number[] = [];
  readonly #variance: Float64Array;

  constructor(
    space: Pick<SearchSpace, "size" | "distances">,
    kernel: GridKernel,
    bases: readonly Basis[],
  ) {
    this.#space = space;
    this.#kernel = kernel;
    this.#bases = bases;
    this.#variance = new Float64Array(space.size).fill(1);
  }

  /** Adds an evaluated candidate. */
  add(candidate: number): void {
    const { lengths, noiseRatio } = this.#kernel;
    const row = new Float32Array(this.#space.size);
    this.#space.distances(candidate).forEach((distances, k) => {
      const scale = -1 / lengths[k]!;
      for (let i = 0; i < row.length; i++)
        row[i]! += Math.exp(scale * distances[i]!) / lengths.length;
    });
    for (const known of this.#rows) {
      const factor = known[candidate]!;
      if (factor === 0) continue;
      for (let i = 0; i < row.length; i++) row[i]! -= factor * known[i]!;
    }
    const pivot = Math.sqrt(Math.max(this.#variance[candidate]!, 0) + noiseRatio + 1e-6);
    for (let i = 0; i < row.length; i++) {
      row[i]! /= pivot;
      this.#variance[i]! -= row[i]! * row[i]!;
    }
    this.#points.push(candidate);
    this.#rows.push(row);
    this.#diagonal.push(pivot);
  }

  /** The posterior of every candidate, given the value of each evaluation in the order in which it was added. */
  posterior(values: Float64Array): GridPosterior {
    const n = this.#points.length;
    invariant(values.length === n && n > 0, "one value per evaluation");
    const y = this.#whiten(values);
    const columns = this.#bases.map(({ values: column }) =>
      this.#whiten(Float64Array.from(this.#points, (point) => column[point]!)),
    );
    const coefficients = this.#coefficients(y, columns);
    const residual = y.map((value, j) =>
      columns.reduce((left, column, k) => left - coefficients[k]! * column[j]!, value),
    );
    const signal = Math.max(dot(residual, residual) / n, 1e-18);
    const mean = new Float64Array(this.#space.size);
    this.#bases.forEach(({ values: column }, k) => {
      for (let i = 0; i < mean.length; i++) mean[i]! += coefficients[k]! * column[i]!;
    });
    this.#rows.forEach((row, j) => {
      const weight = residual[j]!;
      for (let i = 0; i < mean.length; i++) mean[i]! += weight * row[i]!;
    });
    const logDeterminant = this.#diagonal.reduce((sum, pivot) => sum + 2 * Math.log(pivot), 0);
    return {
      mean,
      variance: this.#variance.map((variance) => Math.max(variance, 0) * signal),
      logLikelihood: -(n * Math.log(signal) + logDeterminant) / 2,
    };
  }

  /** Solves L x = values, L the Cholesky factor of the evaluations' kernel matrix. */
  #whiten(values: Float64Array): Float64Array {
    const x = new Float64Array(values.length);
    for (let j = 0; j < x.length; j++) {
      let sum = values[j]!;
      for (let k = 0; k < j; k++) sum -= this.#rows[k]![this.#points[j]!]! * x[k]!;
      x[j] = sum / this.#diagonal[j]!;
    }
    return x;
  }

  /** Least squares with the bases' priors, by Gauss-Jordan elimination: there are one or two of them. */
  #coefficients(y: Float64Array, columns: readonly Float64Array[]): number[] {
    const size = columns.length;
    const matrix = columns.map((a, i) => {
      const { mean, precision } = this.#bases[i]!;
      const left = columns.map((b, k) => dot(a, b) + (i === k ? precision + 1e-9 : 0));
      return [...left, dot(a, y) + precision * mean];
    });
    for (let i = 0; i < size; i++) {
      const pivot = matrix[i]![i]!;
      matrix[i] = matrix[i]!.map((value) => value / pivot);
      for (let k = 0; k < size; k++) {
        if (k === i) continue;
        const factor = matrix[k]![i]!;
        matrix[k] = matrix[k]!.map((value, c) => value - factor * matrix[i]![c]!);
      }
    }
    return matrix.map((row) => row[size]!);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

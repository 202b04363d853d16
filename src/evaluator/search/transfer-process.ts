// A Gaussian process for a search that has labels of another task. The target is a multiple of the source's
// function plus one of its own (Kennedy and O'Hagan, 2000): what the labels leave open, and where the tasks
// part, are both uncertain, and real evaluations settle both at once.
//
// Rows of a Cholesky factor are kept over all groups, so that one evaluation costs O(rows * groups).

import { cholesky, invariant, solveLower } from "../../core/index.ts";
import { type Covariance, compare, covarianceRow, type Similarity } from "./similarity.ts";

/** Belief about the source's constant, in deviations of its labels. */
const CONSTANT_VARIANCE = 1;

/** Covariances of one group with all, constants included. */
export interface Column {
  /** Of the source's function, after the labels. */
  readonly left: Float64Array;
  /** Of what the target has of its own. */
  readonly own: Float64Array;
}

/** What is known of the source, seen from every group. */
export interface SourceBelief {
  readonly noise: number;
  readonly mean: Float64Array;
  /** Of the source's function, after the labels. */
  readonly variance: Float64Array;
  readonly ownVariance: Float64Array;
  column(group: number): Column;
}

/** No labels: a mean that was guessed, and one function. */
export function guessedBelief(
  similarity: Similarity,
  covariance: Covariance,
  mean: Float64Array,
): SourceBelief {
  const none = new Float64Array(similarity.numGroups);
  return {
    noise: covariance.noise,
    mean,
    variance: priorVariance(similarity, covariance),
    ownVariance: none,
    column: remembered((group) => ({
      left: covarianceRow(compare(similarity, group), covariance),
      own: none,
    })),
  };
}

/** The posterior of the source's function, given labels with mean 0 and deviation 1. */
export function sourceBelief(
  similarity: Similarity,
  covariance: Covariance,
  groups: readonly number[],
  labels: Float64Array,
): SourceBelief {
  const ownVariance = priorVariance(similarity, covariance);
  const rows = groups.map((group) =>
    Float32Array.from(
      covarianceRow(compare(similarity, group), covariance),
      (value) => value + CONSTANT_VARIANCE,
    ),
  );
  const n = groups.length;
  const matrix = new Float64Array(n * n);
  rows.forEach((row, i) => {
    groups.forEach(
      (group, j) => (matrix[i * n + j] = row[group]! + (i === j ? covariance.noise : 0)),
    );
  });
  const factor = cholesky(matrix, n);
  invariant(factor !== undefined, "noise above zero makes a covariance positive definite");
  whitenInPlace(rows, factor);
  const surprises = solveLower(factor, labels);
  const mean = new Float64Array(similarity.numGroups);
  const variance = ownVariance.map((value) => value + CONSTANT_VARIANCE);
  rows.forEach((row, j) => {
    for (let i = 0; i < row.length; i++) {
      mean[i]! += row[i]! * surprises[j]!;
      variance[i]! -= row[i]! * row[i]!;
    }
  });
  const column = remembered((group) => {
    const own = covarianceRow(compare(similarity, group), covariance);
    const left = own.map((value) => value + CONSTANT_VARIANCE);
    eliminate(left, rows, group);
    return { left, own };
  });
  return { noise: covariance.noise, mean, variance, ownVariance, column };
}

/** So many columns at a time stay in a processor's cache. */
const BLOCK = 64;

/** Rows become L⁻¹ rows. */
function whitenInPlace(rows: readonly Float32Array[], factor: Float64Array): void {
  const n = rows.length;
  const size = rows[0]!.length;
  const block = new Float64Array(n * BLOCK);
  for (let first = 0; first < size; first += BLOCK) {
    const width = Math.min(BLOCK, size - first);
    for (let i = 0; i < n; i++) {
      const at = i * BLOCK;
      for (let c = 0; c < width; c++) block[at + c] = rows[i]![first + c]!;
      for (let k = 0; k < i; k++) {
        const weight = factor[i * n + k]!;
        const from = k * BLOCK;
        for (let c = 0; c < width; c++) block[at + c]! -= weight * block[from + c]!;
      }
      const scale = 1 / factor[i * n + i]!;
      for (let c = 0; c < width; c++) rows[i]![first + c] = block[at + c]! *= scale;
    }
  }
}

/** The belief about a few groups alone: what a likelihood needs. */
export function beliefAmong(source: SourceBelief, groups: readonly number[]): SourceBelief {
  const pick = (all: Float64Array) => Float64Array.from(groups, (group) => all[group]!);
  return {
    noise: source.noise,
    mean: pick(source.mean),
    variance: pick(source.variance),
    ownVariance: pick(source.ownVariance),
    column: remembered((i) => {
      const { left, own } = source.column(groups[i]!);
      return { left: pick(left), own: pick(own) };
    }),
  };
}

/** A search asks for the columns of what it evaluated again whenever it changes its mind about the relation. */
function remembered(compute: (group: number) => Column): (group: number) => Column {
  const known = new Map<number, Column>();
  return (group) => {
    const column = known.get(group) ?? compute(group);
    known.set(group, column);
    return column;
  };
}

/** How the target relates to the source. */
export interface Relation {
  /** Variance of what is the target's own, over that of the source's function. */
  readonly discrepancy: number;
  /** Variance between members of one group, over the source's. */
  readonly noise: number;
}

export interface TransferPosterior {
  /** In units of the source's. */
  readonly mean: Float64Array;
  /** Of a group's function: a member's value has `noise` more. */
  readonly variance: Float64Array;
  readonly noise: number;
  /** Cost in the target's unit over that of the source's. */
  readonly scale: number;
}

/** The target's process: evaluations are added one at a time. */
export class TransferProcess {
  readonly #source: SourceBelief;
  readonly #relation: Relation;
  readonly #rows: Float32Array[] = [];
  readonly #groups: number[] = [];
  readonly #diagonal: number[] = [];
  readonly #variance: Float64Array;

  constructor(source: SourceBelief, relation: Relation) {
    this.#source = source;
    this.#relation = relation;
    this.#variance = source.variance.map(
      (value, i) => value + relation.discrepancy * source.ownVariance[i]!,
    );
  }

  get #noise(): number {
    return this.#relation.noise * this.#source.noise;
  }

  add(group: number): void {
    const { left, own } = this.#source.column(group);
    const { discrepancy } = this.#relation;
    const row = left.map((value, i) => value + discrepancy * own[i]!);
    eliminate(row, this.#rows, group);
    const pivot = Math.sqrt(Math.max(row[group]!, 0) + this.#noise + 1e-9);
    const scaledRow = new Float32Array(row.length);
    for (let i = 0; i < row.length; i++) {
      const value = row[i]! / pivot;
      scaledRow[i] = value;
      this.#variance[i]! -= value * value;
    }
    this.#rows.push(scaledRow);
    this.#groups.push(group);
    this.#diagonal.push(pivot);
  }

  /** Given the cost of each evaluation, in the order in which they were added. */
  posterior(costs: Float64Array): TransferPosterior {
    const { ones, scale, whitened, constant } = this.#relate(costs);
    const mean = this.#source.mean.map((value) => value + constant);
    this.#rows.forEach((row, j) => {
      const weight = whitened[j]! - constant * ones[j]!;
      for (let i = 0; i < mean.length; i++) mean[i]! += weight * row[i]!;
    });
    const variance = this.#variance.map((value) => Math.max(value, 0));
    return { mean, variance, noise: this.#noise, scale };
  }

  /** Of the evaluations, with the best scale and constant. */
  logLikelihood(costs: Float64Array): number {
    const { scale, square, ones } = this.#relate(costs);
    const logDeterminant = this.#diagonal.reduce((sum, pivot) => sum + 2 * Math.log(pivot), 0);
    const free = (costs.length - 1) * 2 * Math.log(scale);
    return -(square + logDeterminant + free + Math.log(dot(ones, ones))) / 2;
  }

  /** Scale and constant of largest likelihood: costs / scale = source + constant + what the process explains. */
  #relate(costs: Float64Array) {
    const n = costs.length;
    const ones = this.#whiten(new Float64Array(n).fill(1));
    const numOnes = dot(ones, ones);
    const without = (x: Float64Array): Float64Array => {
      const part = dot(x, ones) / numOnes;
      return x.map((value, i) => value - part * ones[i]!);
    };
    const y = this.#whiten(costs);
    const m = this.#whiten(Float64Array.from(this.#groups, (group) => this.#source.mean[group]!));
    const [yFree, mFree] = [without(y), without(m)];
    const a = dot(yFree, yFree);
    const b = dot(yFree, mFree);
    // The likelihood in v = 1 / scale is v^(n-1) exp(-(a v² - 2 b v) / 2).
    const inverse = n < 2 || a < 1e-18 ? 1 : (b + Math.sqrt(b * b + 4 * a * (n - 1))) / (2 * a);
    const whitened = y.map((value, i) => inverse * value - m[i]!);
    const constant = dot(whitened, ones) / numOnes;
    const left = whitened.map((value, i) => value - constant * ones[i]!);
    return { ones, whitened, constant, scale: 1 / inverse, square: dot(left, left) };
  }

  /** Solves L x = values, L the factor of the evaluations' covariance. */
  #whiten(values: Float64Array): Float64Array {
    const x = new Float64Array(values.length);
    for (let j = 0; j < x.length; j++) {
      let sum = values[j]!;
      const group = this.#groups[j]!;
      for (let k = 0; k < j; k++) sum -= this.#rows[k]![group]! * x[k]!;
      x[j] = sum / this.#diagonal[j]!;
    }
    return x;
  }
}

/** Takes out of a group's row what the rows of a factor explain. */
function eliminate(row: Float64Array, rows: readonly Float32Array[], group: number): void {
  for (const known of rows) {
    const factor = known[group]!;
    if (factor === 0) continue;
    for (let i = 0; i < row.length; i++) row[i]! -= factor * known[i]!;
  }
}

/** Without the constant's. */
function priorVariance(similarity: Similarity, { weights }: Covariance): Float64Array {
  const { numGroups, numFeatures, features } = similarity;
  const [a, b, c, linear] = weights;
  return Float64Array.from({ length: numGroups }, (_, group) => {
    let square = 0;
    for (let f = 0; f < numFeatures; f++) square += features[group * numFeatures + f]! ** 2;
    return a + b + c + (linear * square) / numFeatures;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

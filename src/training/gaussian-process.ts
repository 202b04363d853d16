// A Gaussian process over few labelled rows, chosen among some kernels by its error on each row when that row
// is left out (in closed form: Rasmussen and Williams, 2006, section 5.4.2). The target is what a model's own
// prediction leaves over, on the scale of the values.
//
//   r(x) = z(x) - prior(x) ~ offset + slope * (f(x) - mean f) + views + fields + embedding + noise
//
// f is the model's prediction; views are what known sibling environments say of the same candidate. Each part is a kernel term, so a few rows move each only as far as they must.

import { cholesky, inverseDiagonal, solveLower, solveUpper } from "../core/index.ts";

/** One row as the process sees it. */
export interface GpInput {
  /** The model's prediction on the scale. */
  readonly base: number;
  /** What sibling environments say, as one number on the scale; the model's prediction without any. */
  readonly sibling: number;
  /** What each of them says, centred and in units of its spread; empty without siblings. */
  readonly views: Float64Array;
  /** Parsed fields; empty where there are none. */
  readonly fields: Float64Array;
  /** Frozen embedding of the text. */
  readonly embedding: Float64Array;
}

/** How strong each part is, as a share of the amplitude, and how far it reaches. */
export interface GpKernel {
  /** What is predicted before any row is seen: the model's prediction, the siblings', or one constant. */
  readonly prior: "model" | "siblings" | "constant";
  /** How freely everything may be shifted by one number; 0 without anything else: the prior as it is. */
  readonly offset: number;
  readonly slope: number;
  /** How freely each sibling may count. */
  readonly views: number;
  readonly fields: number;
  readonly fieldsLength: number;
  readonly embedding: number;
  readonly embeddingLength: number;
  readonly noise: number;
}

export interface GpFit {
  readonly kernel: GpKernel;
  /** Variance by which the whole kernel is multiplied. */
  readonly amplitude: number;
  /** Mean of the model's predictions over the rows, and of the values with a constant prior. */
  readonly baseMean: number;
  readonly constant: number;
  readonly inputs: readonly GpInput[];
  /** K⁻¹ r, and the Cholesky factor of K (`[n, n]`, without the amplitude). */
  readonly alpha: Float64Array;
  readonly factor: Float64Array;
  /** Prediction of each row by the others, on the scale. */
  readonly leftOut: Float64Array;
  /** Its standard deviation, noise included. */
  readonly leftOutStd: Float64Array;
}

/** Relative, keeps the matrix well-conditioned. */
const JITTER = 1e-8;

/**
 * Fits one kernel.
 *
 * @param pairs Of the same rows, where several kernels are fitted to them.
 * @returns undefined when the matrix is singular.
 */
export function fitKernel(
  inputs: readonly GpInput[],
  values: readonly number[],
  kernel: GpKernel,
  pairs: Pairs = pairsOf(inputs),
): GpFit | undefined {
  const n = inputs.length;
  const baseMean = mean(inputs.map(({ base }) => base));
  const constant = mean(values);
  const residual = Float64Array.from(
    values,
    (value, i) => value - priorOf(kernel, inputs[i]!, constant),
  );
  const matrix = covariances(kernel, inputs, baseMean, pairs);
  const factor = cholesky(matrix, n);
  if (factor === undefined) return undefined;
  const alpha = solveUpper(factor, solveLower(factor, residual));
  const inverse = inverseDiagonal(factor, n);
  // The amplitude that makes the left-out errors as large as they say they are.
  const amplitude = mean(Array.from(alpha, (a, i) => (a * a) / inverse[i]!)) || Number.MIN_VALUE;
  const leftOut = Float64Array.from(values, (value, i) => value - alpha[i]! / inverse[i]!);
  const leftOutStd = Float64Array.from(inverse, (value) => Math.sqrt(amplitude / value));
  return {
    kernel,
    amplitude,
    baseMean,
    constant,
    inputs,
    alpha,
    factor,
    leftOut,
    leftOutStd,
  };
}

export interface GpPrediction {
  readonly mean: number;
  /** Standard deviation of a new measurement. */
  readonly std: number;
  /** The part of it that more rows would remove. */
  readonly epistemicStd: number;
}

/** Predicts one row. */
export function predictGp(
  fit: Omit<GpFit, "leftOut" | "leftOutStd">,
  input: GpInput,
): GpPrediction {
  const { kernel, inputs, alpha, factor, baseMean } = fit;
  const across = Float64Array.from(inputs, (other) =>
    covarianceOf(
      kernel,
      (input.base - baseMean) * (other.base - baseMean),
      product(input.views, other.views),
      squaredDistance(input.fields, other.fields),
      squaredDistance(input.embedding, other.embedding),
    ),
  );
  const prior = priorOf(kernel, input, fit.constant);
  const explained = solveLower(factor, across).reduce((sum, value) => sum + value * value, 0);
  const self = covarianceOf(
    kernel,
    (input.base - baseMean) ** 2,
    product(input.views, input.views),
    0,
    0,
  );
  const epistemic = Math.max(0, self - explained);
  return {
    mean: prior + across.reduce((sum, value, i) => sum + value * alpha[i]!, 0),
    std: Math.sqrt(fit.amplitude * (epistemic + kernel.noise)),
    epistemicStd: Math.sqrt(fit.amplitude * epistemic),
  };
}

/** What kernels are made of, for all pairs of rows: `[n, n]`, of which the lower triangle counts. */
export interface Pairs {
  readonly fields: Nearness;
  readonly embedding: Nearness;
  /** Products of what siblings say. */
  readonly views: Float64Array;
}

/** Squared distances, and what squared exponentials make of them: kernels share few lengths. */
export class Nearness {
  readonly squared: Float64Array;
  readonly #numRows: number;
  readonly #byLength = new Map<number, Float64Array>();

  /** @param squared `[numRows, numRows]`, of which the lower triangle counts. */
  constructor(squared: Float64Array, numRows: number) {
    this.squared = squared;
    this.#numRows = numRows;
  }

  at(length: number): Float64Array {
    let known = this.#byLength.get(length);
    if (known === undefined) {
      const n = this.#numRows;
      known = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        for (let at = i * n; at <= i * n + i; at++) known[at] = nearness(this.squared[at]!, length);
      }
      this.#byLength.set(length, known);
    }
    return known;
  }
}

export function pairsOf(inputs: readonly GpInput[]): Pairs {
  const n = inputs.length;
  const fields = new Float64Array(n * n);
  const embedding = new Float64Array(n * n);
  const views = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = [inputs[i]!, inputs[j]!];
      fields[i * n + j] = squaredDistance(a.fields, b.fields);
      embedding[i * n + j] = squaredDistance(a.embedding, b.embedding);
      views[i * n + j] = product(a.views, b.views);
    }
  }
  return { fields: new Nearness(fields, n), embedding: new Nearness(embedding, n), views };
}

/** Of all rows, `[n, n]`: the lower triangle, noise on its diagonal. */
function covariances(
  kernel: GpKernel,
  inputs: readonly GpInput[],
  baseMean: number,
  pairs: Pairs,
): Float64Array {
  const n = inputs.length;
  const matrix = new Float64Array(n * n);
  const centred = Float64Array.from(inputs, ({ base }) => base - baseMean);
  const fields = kernel.fields > 0 ? pairs.fields.at(kernel.fieldsLength) : undefined;
  const embedding = kernel.embedding > 0 ? pairs.embedding.at(kernel.embeddingLength) : undefined;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const at = i * n + j;
      let sum =
        kernel.offset +
        kernel.slope * (centred[i]! * centred[j]!) +
        kernel.views * pairs.views[at]!;
      if (fields !== undefined) sum += kernel.fields * fields[at]!;
      if (embedding !== undefined) sum += kernel.embedding * embedding[at]!;
      matrix[at] = sum;
    }
    matrix[i * n + i]! += kernel.noise + JITTER * Math.max(1, kernel.offset);
  }
  return matrix;
}

function covarianceOf(
  kernel: GpKernel,
  slopes: number,
  views: number,
  fieldsSquared: number,
  embeddingSquared: number,
): number {
  let sum = kernel.offset + kernel.slope * slopes + kernel.views * views;
  if (kernel.fields > 0) {
    sum += kernel.fields * nearness(fieldsSquared, kernel.fieldsLength);
  }
  if (kernel.embedding > 0) {
    sum += kernel.embedding * nearness(embeddingSquared, kernel.embeddingLength);
  }
  return sum;
}

function nearness(squared: number, length: number): number {
  return Math.exp(-0.5 * (squared / length ** 2));
}

function priorOf({ prior }: GpKernel, input: GpInput, constant: number): number {
  return prior === "constant" ? constant : prior === "model" ? input.base : input.sibling;
}

/** Divided by the number of views, so that many are no stronger than one. */
function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return a.length === 0 ? 0 : sum / a.length;
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// Adaptation without gradients, in well under a second: the frozen model's predictions corrected by an affine
// map and a Gaussian process over parsed fields and frozen embeddings. Everything is chosen by errors on
// left-out rows, and the model as it is stays a candidate.

import type { Distribution } from "../model/index.ts";
import { learnColumns } from "./fields.ts";
import {
  type Distances,
  distancesAmong,
  fitKernel,
  type GpFit,
  type GpKernel,
} from "./gaussian-process.ts";
import {
  gpInput,
  type ResidualConfig,
  type ResidualRows,
  storable,
  withColumnWeights,
} from "./refinement.ts";
import { scaleOf, toScale, type ValueScale } from "./value-scale.ts";

export type InstantMethod = "zero-shot" | "affine" | "gaussian-process";

/** A labelled row with what the frozen model says of it. */
export interface InstantRow {
  readonly text: string;
  readonly y: number;
  readonly distribution: Distribution;
  readonly embedding: Float32Array;
}

export interface InstantFit {
  readonly method: InstantMethod;
  /** null for zero-shot: the model's own distribution is kept. */
  readonly residual: ResidualConfig | null;
  readonly rows: ResidualRows | null;
  readonly scale: ValueScale;
  /** Mean |error| of left-out rows on the scale, for every method that was tried. */
  readonly errors: Readonly<Partial<Record<InstantMethod, number>>>;
}

/** Rows beyond which kernels are chosen on a part of the rows; the final fit takes all of them. */
const MAX_CHOICE_ROWS = 150;
/** Rows of the exact process; the first ones are taken. */
const MAX_GP_ROWS = 2000;
/** Fewer rows choose among fewer kernels, and weigh no columns. */
const FEW_ROWS = 8;
/** Passes over the columns when weighing them. */
const WEIGHING_PASSES = 2;

/** How far differences of left-out scores count, per row, and what share is too small to keep. */
const AVERAGING = 0.15;
const SMALLEST_SHARE = 0.02;

/** A more complex method must be better by this factor: much better where few rows say so. */
function simplerIsWorth(numRows: number): number {
  return 0.97 * Math.max(0.3, 1 - 1 / numRows);
}

/** Chooses and fits the correction of one objective. Needs two rows at least to change anything. */
export function fitInstant(
  allRows: readonly InstantRow[],
  methods: readonly InstantMethod[] = ["zero-shot", "affine", "gaussian-process"],
): InstantFit {
  const rows = allRows.slice(0, MAX_GP_ROWS);
  const values = rows.map(({ y }) => y);
  const medians = rows.map(({ distribution }) => distribution.median);
  const scale = scaleOf(values);
  const targets = values.map((value) => toScale(value, scale));
  const believed = believedRange(targets);
  const zeroShot = meanAbsolute(
    medians.map((median, i) => {
      const base = Math.max(believed.baseLow, Math.min(believed.baseHigh, toScale(median, scale)));
      return base - targets[i]!;
    }),
  );
  const errors: Partial<Record<InstantMethod, number>> = { "zero-shot": zeroShot };
  const keep: InstantFit = { method: "zero-shot", residual: null, rows: null, scale, errors };
  if (rows.length < 2) return keep;

  const columns = learnColumns(rows.map(({ text }) => text));
  const embeddingScale = typicalDistance(rows.map(({ embedding }) => embedding));
  const plan = { scale, columns: [...columns], embeddingScale, ...believed };
  const stored = storable({
    values: targets,
    inputs: rows.map(({ text, distribution, embedding }) =>
      gpInput(text, distribution.median, embedding, plan),
    ),
  });
  let best: InstantFit = keep;
  let bestError = methods.includes("zero-shot") ? zeroShot : Number.POSITIVE_INFINITY;
  for (const method of ["affine", "gaussian-process"] as const) {
    if (!methods.includes(method)) continue;
    const found = method === "affine" ? [bestPlain(stored, affineKernels())] : processes(stored);
    const members = averaged(
      found.flatMap((member) => member ?? []),
      stored.values,
    );
    if (members.length === 0) continue;
    const numJudged = members[0]!.fit.leftOut.length;
    const leftOut = Array.from({ length: numJudged }, (_, row) =>
      members.reduce((sum, { fit, weight }) => sum + weight * fit.leftOut[row]!, 0),
    );
    const error = meanAbsolute(leftOut.map((value, row) => value - stored.values[row]!));
    errors[method] = error;
    if (error < bestError * simplerIsWorth(rows.length) || bestError === Number.POSITIVE_INFINITY) {
      bestError = error;
      const residual = {
        ...plan,
        members: members.map(({ fit, columnWeights, weight }) => ({
          kernel: fit.kernel,
          columnWeights: [...columnWeights],
          weight,
        })),
        spread: spreadOf(members, leftOut, stored.values) * optimism(method, rows.length),
      };
      best = { method, residual, rows: stored, scale, errors };
    }
  }
  return best;
}

/** A prediction far outside of everything that was measured says no more than one at the border. */
function believedRange(targets: readonly number[]): { baseLow: number; baseHigh: number } {
  const low = Math.min(...targets);
  const high = Math.max(...targets);
  const slack = 2 * (high - low) + Math.max(1, 0.1 * Math.abs(high + low));
  return { baseLow: low - slack, baseHigh: high + slack };
}

/** A fitted kernel with the columns as it weighs them. */
interface Found {
  readonly fit: GpFit;
  readonly columnWeights: readonly number[];
  /** Of left-out rows; smaller is better. */
  readonly score: number;
}

interface Member extends Found {
  readonly weight: number;
}

function bestPlain(rows: ResidualRows, kernels: readonly GpKernel[]): Found | undefined {
  const fit = bestKernel(rows, kernels);
  if (fit === undefined) return undefined;
  const columnWeights = Array.from(rows.inputs[0]!.fields, () => 1);
  return { fit, columnWeights, score: leftOutScore(fit, rows.values) };
}

/** The best kernel as it is, and for each prior the best one over fields with its columns weighed. */
function processes(rows: ResidualRows): (Found | undefined)[] {
  const kernels = processKernels(rows);
  const overFields = kernels.filter(({ fields }) => fields > 0);
  if (rows.inputs.length < FEW_ROWS || overFields.length === 0) return [bestPlain(rows, kernels)];
  const byPrior = (["model", "constant"] as const).map((prior): Found | undefined => {
    // With a slope, a constant prior is the model's once more: this member must not lean on it.
    const ofPrior = overFields.filter(
      (kernel) => kernel.prior === prior && (prior === "model" || kernel.slope === 0),
    );
    const first = bestKernel(rows, ofPrior);
    if (first === undefined) return undefined;
    const columnWeights = weighColumns(rows, first);
    const inputs = rows.inputs.map((input) => withColumnWeights(input, columnWeights));
    const fit = bestKernel({ inputs, values: rows.values }, ofPrior);
    return fit && { fit, columnWeights, score: leftOutScore(fit, rows.values) };
  });
  return [bestPlain(rows, kernels), ...byPrior];
}

/** Members by how probable they make left-out rows (pseudo Bayesian model averaging, Yao et al., 2018). */
function averaged(found: readonly Found[], values: readonly number[]): Member[] {
  const numRows = values.length;
  const logErrors = found.map(({ fit }) =>
    Math.log(meanAbsolute(Array.from(fit.leftOut, (v, i) => v - values[i]!)) + 1e-9),
  );
  const bestScore = Math.min(...logErrors);
  const shares = logErrors.map((score) => Math.exp(-AVERAGING * numRows * (score - bestScore)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const members = found.map((member, at) => ({ ...member, weight: shares[at]! / total }));
  const kept = members.filter(({ weight }) => weight > SMALLEST_SHARE);
  const keptTotal = kept.reduce((sum, { weight }) => sum + weight, 0);
  return kept.map((member) => ({ ...member, weight: member.weight / keptTotal }));
}

/** The kernel under which left-out rows are most probable. */
function bestKernel(rows: ResidualRows, kernels: readonly GpKernel[]): GpFit | undefined {
  const part = {
    inputs: rows.inputs.slice(0, MAX_CHOICE_ROWS),
    values: rows.values.slice(0, MAX_CHOICE_ROWS),
  };
  const distances: Distances = distancesAmong(part.inputs);
  let best: GpFit | undefined;
  let bestScore = Number.POSITIVE_INFINITY;
  for (const kernel of kernels) {
    const fit = fitKernel(part.inputs, part.values, kernel, distances);
    if (fit === undefined) continue;
    const score = leftOutScore(fit, part.values);
    if (score < bestScore) {
      bestScore = score;
      best = fit;
    }
  }
  return best;
}

/**
 * How much each column counts: a search along one column at a time, each change worth it only when left-out
 * rows become clearly more probable. Many options of a system do nothing, and one or two do most.
 */
function weighColumns(rows: ResidualRows, fit: GpFit): number[] {
  const numColumns = rows.inputs[0]!.fields.length;
  const weights = Array.from({ length: numColumns }, () => 1);
  if (rows.inputs.length < FEW_ROWS) return weights;
  const inputs = rows.inputs.slice(0, MAX_CHOICE_ROWS);
  const values = rows.values.slice(0, MAX_CHOICE_ROWS);
  const n = inputs.length;
  const distances = distancesAmong(inputs);
  let score = leftOutScore(fit, values);
  const worthwhile = 1 / n;
  for (let pass = 0; pass < WEIGHING_PASSES; pass++) {
    for (let column = 0; column < numColumns; column++) {
      const values_n = Float64Array.from(inputs, ({ fields }) => fields[column]!);
      for (const factor of pass === 0 ? [0, 2, 4] : [0.5, 2]) {
        const candidate = weights[column]! * factor;
        if (candidate === weights[column]) continue;
        const change = candidate ** 2 - weights[column]! ** 2;
        const moved = { ...distances, fields: Float64Array.from(distances.fields) };
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            moved.fields[i * n + j]! += change * (values_n[i]! - values_n[j]!) ** 2;
          }
        }
        const next = fitKernel(inputs, values, fit.kernel, moved);
        if (next === undefined) continue;
        const nextScore = leftOutScore(next, values);
        if (nextScore >= score - worthwhile) continue;
        score = nextScore;
        weights[column] = candidate;
        distances.fields.set(moved.fields);
      }
    }
  }
  return weights;
}

/** Mean negative log density of left-out rows under a Student t distribution: outliers must not decide. */
function leftOutScore(fit: GpFit, values: readonly number[]): number {
  const DEGREES = 4;
  const terms = Array.from(fit.leftOut, (leftOut, i) => {
    const value = values[i]!;
    const std = Math.max(fit.leftOutStd[i]!, 1e-9);
    const z = (value - leftOut) / std;
    return Math.log(std) + ((DEGREES + 1) / 2) * Math.log1p((z * z) / DEGREES);
  });
  return terms.reduce((sum, term) => sum + term, 0) / terms.length;
}

function affineKernels(): GpKernel[] {
  const none = { fields: 0, fieldsLength: 1, embedding: 0, embeddingLength: 1, noise: 1 };
  return [
    { prior: "model", slope: 0, ...none },
    { prior: "model", slope: 1, ...none },
    { prior: "model", slope: 30, ...none },
    { prior: "constant", slope: 0, ...none },
  ];
}

function processKernels({ inputs }: ResidualRows): GpKernel[] {
  const numColumns = inputs[0]!.fields.length;
  const typical = typicalDistance(inputs.map(({ fields }) => Float32Array.from(fields)));
  const kernels: GpKernel[] = [];
  const priors = inputs.length < FEW_ROWS ? (["model"] as const) : (["model", "constant"] as const);
  for (const prior of priors) {
    for (const slope of [0, 1, 30]) {
      for (const noise of inputs.length < FEW_ROWS ? [0.1, 0.5] : [0.01, 0.1, 0.5]) {
        const shared = { prior, slope, noise };
        for (const length of [1, 3]) {
          kernels.push({
            ...shared,
            fields: 0,
            fieldsLength: 1,
            embedding: 1,
            embeddingLength: length,
          });
        }
        if (numColumns === 0) continue;
        for (const length of [0.7, 1.5, 4]) {
          const fieldsLength = length * typical;
          kernels.push(
            { ...shared, fields: 1, fieldsLength, embedding: 0, embeddingLength: 1 },
            { ...shared, fields: 1, fieldsLength, embedding: 0.5, embeddingLength: 1.5 },
          );
        }
      }
    }
  }
  return kernels;
}

/** Left-out errors flatter what was chosen by them, the more the fewer rows there are. */
function optimism(method: InstantMethod, numRows: number): number {
  return method === "affine" ? 1 + 2 / numRows : Math.min(1.5, 1 + 10 / numRows);
}

/** Factor that makes the central 90 % hold nine in ten left-out rows; near 1 where there are few rows. */
function spreadOf(
  members: readonly Member[],
  leftOut: readonly number[],
  values: readonly number[],
): number {
  const NORMAL_90 = 1.6449;
  const ratios = leftOut
    .map((prediction, i) => {
      const variance = members.reduce(
        (sum, { fit, weight }) =>
          sum + weight * (fit.leftOutStd[i]! ** 2 + (fit.leftOut[i]! - prediction) ** 2),
        0,
      );
      return Math.abs(values[i]! - prediction) / Math.max(Math.sqrt(variance), 1e-12);
    })
    .sort((a, b) => a - b);
  const n = ratios.length;
  const at = Math.min(n - 1, Math.ceil(0.9 * (n + 1)) - 1);
  const trust = n / (n + 20);
  const factor = Math.max(0.3, Math.min(3, ratios[at]! / NORMAL_90));
  return Math.exp(trust * Math.log(factor)) * 1;
}

function typicalDistance(rows: readonly Float32Array[]): number {
  const distances: number[] = [];
  const stride = Math.max(1, Math.floor(rows.length / 40));
  for (let i = 0; i < rows.length; i += stride) {
    for (let j = 0; j < i; j += stride) {
      let sum = 0;
      for (let d = 0; d < rows[i]!.length; d++) sum += (rows[i]![d]! - rows[j]![d]!) ** 2;
      distances.push(Math.sqrt(sum));
    }
  }
  distances.sort((a, b) => a - b);
  const median = distances[distances.length >> 1] ?? 0;
  return median > 1e-6 ? median : 1;
}

function meanAbsolute(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
}

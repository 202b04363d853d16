// Adaptation without gradients, in well under a second: the frozen model's predictions corrected by an affine
// map and a Gaussian process over parsed fields and frozen embeddings. Everything is chosen by errors on
// left-out rows, and the model as it is stays a candidate.

import { Random } from "../core/index.ts";
import type { Distribution } from "../model/index.ts";
import { isClearlyBetter, type JudgedWay } from "./clearly-better.ts";
import { learnColumns } from "./fields.ts";
import { type ForestPrior, fitForest } from "./forest.ts";
import {
  fitKernel,
  type GpFit,
  type GpKernel,
  Nearness,
  type Pairs,
  pairsOf,
} from "./gaussian-process.ts";
import {
  gpInput,
  type ResidualConfig,
  type ResidualRows,
  storable,
  type ViewScale,
  withColumnWeights,
} from "./refinement.ts";
import { bootstrappedShares } from "./shares.ts";
import { spreadFactor } from "./spread-factor.ts";
import { scaleOf, toScale, type ValueScale } from "./value-scale.ts";

export type InstantMethod = "zero-shot" | "affine" | "gaussian-process";

/** A labelled row with what the frozen model says of it. */
export interface InstantRow {
  readonly text: string;
  readonly y: number;
  readonly distribution: Distribution;
  readonly embedding: Float32Array;
  /** What known sibling environments say of it, in the unit of y. */
  readonly viewValues?: readonly number[];
}

export interface InstantFit {
  readonly method: InstantMethod;
  /** null for zero-shot: the model's own distribution is kept. */
  readonly residual: ResidualConfig | null;
  readonly rows: ResidualRows | null;
  readonly scale: ValueScale;
  /** Mean |error| of left-out rows on the scale, for every method that was tried. */
  readonly errors: Readonly<Partial<Record<InstantMethod, number>>>;
  /** The method on left-out rows. */
  readonly judged: JudgedWay;
}

/** Rows beyond which kernels are chosen on a part of the rows; the final fit takes all of them. */
const MAX_CHOICE_ROWS = 100;
/** Rows of the exact process. */
const MAX_GP_ROWS = 2000;
/** Fewer rows are no base for choosing among processes. */
const FEW_ROWS = 10;
/** More columns than this are words of a text, not options: weighing each is slow and says nothing. */
const MAX_WEIGHED = 128;
/** Passes over the columns when weighing them. */
const WEIGHING_PASSES = 2;

/** How far differences of left-out scores count, and what share is too small to keep. */
const AVERAGING = 2;
/**
 * By how many rows' worth the left-out errors of a member look better than they are: the more was chosen by them,
 * the more. Where siblings speak, a member that does not start from them has that to make up for.
 */
const COSTS = {
  asIs: 0,
  offset: 1,
  slope: 2,
  constant: 4,
  forest: 4,
  process: 8,
  tuned: 20,
  withoutSiblings: 5,
};
/** By how many rows' worth left-out rows of the chosen average flatter its spread. */
const LOST_ROWS = { affine: 4, process: 6 };
const SMALLEST_SHARE = 0.02;
/** Share of the costs that counts again where a whole average is compared with a simpler one. */
const CHARGED = 0.25;

/** Chooses and fits the correction of one objective. Needs two rows at least to change anything. */
export function fitInstant(
  allRows: readonly InstantRow[],
  methods: readonly InstantMethod[] = ["zero-shot", "affine", "gaussian-process"],
): InstantFit {
  // Rows may come in an order that means something, and only the first ones are judged.
  const rows = new Random("rows of a fit").shuffled(allRows).slice(0, MAX_GP_ROWS);
  const values = rows.map(({ y }) => y);
  const scale = scaleOf([...values, ...rows.flatMap(({ viewValues = [] }) => viewValues)]);
  const targets = values.map((value) => toScale(value, scale));
  const numJudged = Math.min(rows.length, MAX_CHOICE_ROWS);
  const asIs = rows
    .slice(0, numJudged)
    .map(({ distribution }, row) => toScale(distribution.median, scale) - targets[row]!);
  const errors: Partial<Record<InstantMethod, number>> = { "zero-shot": meanAbsolute(asIs) };
  const keep: InstantFit = {
    method: "zero-shot",
    residual: null,
    rows: null,
    scale,
    errors,
    judged: { errors: asIs, charge: 1, scale },
  };
  if (rows.length < 2) return keep;

  const views = scaleViews(rows, targets, scale);
  const plan = {
    scale,
    columns: [...learnColumns(rows.map(({ text }) => text))],
    embeddingScale: typicalDistance(rows.map(({ embedding }) => embedding)),
    ...believedRange(targets, scale),
    ...(views === undefined ? {} : { views }),
  };
  const stored = storable({
    values: targets,
    inputs: rows.map(({ text, distribution, embedding, viewValues = [] }) =>
      gpInput(text, distribution.median, embedding, viewValues, plan),
    ),
  });
  const fitted = (method: "affine" | "gaussian-process", found: readonly Found[]): InstantFit => {
    const members = averaged(found, stored.values, numJudged);
    const leftOut = Array.from({ length: numJudged }, (_, row) =>
      members.reduce((sum, { fit, weight }) => sum + weight * fit.leftOut[row]!, 0),
    );
    const left = leftOut.map((value, row) => value - stored.values[row]!);
    errors[method] = meanAbsolute(left);
    const lost = method === "affine" ? LOST_ROWS.affine : LOST_ROWS.process;
    const spread = spreadFactor(leftOutRatios(members, leftOut, stored.values), rows.length, lost);
    const cost = members.reduce((sum, member) => sum + member.weight * member.cost, 0);
    return {
      method,
      residual: {
        ...plan,
        members: members.map(({ member, weight }) => ({ ...member, weight })),
        spread,
      },
      rows: stored,
      scale,
      errors,
      judged: { errors: left, charge: 1 + (CHARGED * cost) / numJudged, scale },
    };
  };
  const part = {
    inputs: stored.inputs.slice(0, numJudged),
    values: stored.values.slice(0, numJudged),
  };
  const toFit = {
    ...stored,
    part,
    pairs: pairsOf(part.inputs),
    slopeUnit: Math.max(
      deviation(stored.inputs.map(({ base }) => base)),
      deviation(targets),
      leastSpread(targets, scale),
    ),
  };
  const simple = simpleMembers(toFit);
  const affine = fitted("affine", simple);
  // The simplest way first: with siblings their offset is what the model as it is must be better than.
  const ways = views === undefined ? [keep, affine] : [affine, keep];
  if (rows.length >= FEW_ROWS && methods.includes("gaussian-process")) {
    ways.push(fitted("gaussian-process", [...simple, ...processes(toFit)]));
    if (views !== undefined) ways.push(fitInstant(allRows.map(withoutViews), methods));
  }
  return ways
    .filter(({ method }) => methods.includes(method))
    .reduce((best, way) => (isClearlyBetter([best.judged], [way.judged]) ? way : best));
}

/** The way that the same rows take where nobody knows of siblings: some of them mislead. */
function withoutViews({ viewValues: _viewValues, ...row }: InstantRow): InstantRow {
  return row;
}

/** How far a sibling's error counts against it, per row. */
const VIEW_AVERAGING = 0.5;

/**
 * What the siblings say together: each by how well it does on the rows, given an offset. undefined without
 * views.
 */
function scaleViews(
  rows: readonly InstantRow[],
  targets: readonly number[],
  scale: ValueScale,
): ViewScale | undefined {
  const numViews = rows[0]!.viewValues?.length ?? 0;
  if (numViews === 0) return undefined;
  const columns = Array.from({ length: numViews }, (_, view) =>
    rows.map(({ viewValues }) => toScale(viewValues![view]!, scale)),
  );
  const logErrors = columns.map((column) => {
    const offset = median(column.map((value, row) => targets[row]! - value));
    return Math.log(
      meanAbsolute(column.map((value, row) => targets[row]! - value - offset)) + 1e-9,
    );
  });
  const best = Math.min(...logErrors);
  const shares = logErrors.map((error) => Math.exp(-VIEW_AVERAGING * rows.length * (error - best)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return {
    weights: shares.map((share) => share / total),
    centers: columns.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length),
    spreads: columns.map((column) => Math.max(deviation(column), leastSpread(targets, scale))),
  };
}

/** Where rows differ by less than this, what a trend of theirs says of rows that differ by more is noise. */
function leastSpread(targets: readonly number[], scale: ValueScale): number {
  return LEAST_SPREAD * (scale === "log" ? 1 : meanAbsolute(targets) || 1);
}

/** Relative, as logarithms are. */
const LEAST_SPREAD = 0.3;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/**
 * A prediction far outside of everything that was measured says no more than one at the border: half the range beyond it,
 * and as much more as few rows may miss. Of n rows 1 / n expects the next one beyond them.
 */
function believedRange(
  targets: readonly number[],
  scale: ValueScale,
): { baseLow: number; baseHigh: number } {
  const low = Math.min(...targets);
  const high = Math.max(...targets);
  const range = high - low;
  const missed = Math.min(1, FEW_ROWS / targets.length);
  const slack =
    scale === "log"
      ? 0.5 * range + missed * (1.5 * range + LOG_SLACK)
      : 2 * range || Math.max(1, Math.abs(high));
  return { baseLow: low - slack, baseHigh: high + slack };
}

/** A factor of a thousand: few rows may all lie in one corner, and the unit does not matter to logarithms. */
const LOG_SLACK = 7;

interface RowsToFit extends ResidualRows {
  /** Those that kernels are chosen on. */
  readonly part: ResidualRows;
  readonly pairs: Pairs;
  /** A slope is as free whatever the unit and however near to each other the model's predictions lie. */
  readonly slopeUnit: number;
}

/** What the average may take: a fitted kernel with the columns as it weighs them, or a forest. */
interface Found {
  readonly fit: Pick<GpFit, "leftOut" | "leftOutStd">;
  readonly member:
    | { readonly kernel: GpKernel; readonly columnWeights: number[] }
    | { readonly forest: ForestPrior };
  /** Left-out errors look better than they are, as if by this many rows of all. */
  readonly cost: number;
}

function foundKernel(
  rows: ResidualRows,
  fit: GpFit,
  columnWeights: readonly number[],
  cost: number,
): Found {
  return {
    cost: cost + priorCost(fit.kernel.prior, rows),
    fit,
    member: { kernel: fit.kernel, columnWeights: [...columnWeights] },
  };
}

interface Member extends Found {
  readonly weight: number;
}

function plainKernel(rows: ResidualRows, fit: GpFit, cost: number): Found {
  const columnWeights = Array.from(rows.inputs[0]!.fields, () => 1);
  return foundKernel(rows, fit, columnWeights, cost);
}

function priorCost(prior: ForestPrior, rows: ResidualRows): number {
  return prior === "siblings" || !hasViews(rows) ? 0 : COSTS.withoutSiblings;
}

/** The model as it is, offsets and slopes alone, each of them: little to choose, little to be misled by. */
function simpleMembers(rows: RowsToFit): Found[] {
  const tried = tryKernels(rows.part, affineKernels(rows), rows.pairs);
  return tried.map(({ fit }) => plainKernel(rows, fit, simpleCost(fit.kernel)));
}

function simpleCost({ prior, offset, slope, views }: GpKernel): number {
  if (prior === "constant") return COSTS.constant;
  if (slope + views > 0) return COSTS.slope;
  return offset > 0 ? COSTS.offset : COSTS.asIs;
}

/** For each prior the best kernel as it is, and the best one over fields with its columns weighed. */
function processes(rows: RowsToFit): Found[] {
  const kernels = processKernels(rows);
  const { part, pairs } = rows;
  const tried = PRIORS.map((prior) => tryKernels(part, startingFrom(prior, kernels), pairs));
  const byPrior = tried.flatMap((ofPrior): Found[] => {
    const fit = mostProbable(ofPrior);
    return fit === undefined ? [] : [plainKernel(rows, fit, COSTS.process)];
  });
  const overFields = kernels.filter(({ fields }) => fields > 0);
  if (overFields.length === 0) return byPrior;
  const weighed = PRIORS.flatMap((prior, at): Found[] => {
    const first = mostProbable(tried[at]!.filter(({ fit }) => fit.kernel.fields > 0));
    if (first === undefined) return [];
    const columnWeights = weighColumns(part, first, pairs);
    const inputs = part.inputs.map((input) => withColumnWeights(input, columnWeights));
    const seen = { inputs, values: part.values };
    const fit = mostProbable(tryKernels(seen, startingFrom(prior, overFields)));
    return fit === undefined ? [] : [foundKernel(rows, fit, columnWeights, COSTS.tuned)];
  });
  return [...byPrior, ...weighed, ...forests(rows)];
}

const PRIORS = ["model", "siblings", "constant"] as const;

/** With a slope, a constant prior is the model's once more: such a member must not lean on it. */
function startingFrom(prior: GpKernel["prior"], kernels: readonly GpKernel[]): GpKernel[] {
  return kernels.filter(
    (kernel) => kernel.prior === prior && (prior !== "constant" || kernel.slope === 0),
  );
}

/** Forests on what each prior leaves over, judged on the rows that kernels are judged on. */
function forests(rows: ResidualRows): Found[] {
  const known = hasViews(rows) ? "siblings" : "model";
  const hasFields = rows.inputs[0]!.fields.length > 0;
  const priors: ForestPrior[] = [known, "constant", ...(hasFields ? (["fields"] as const) : [])];
  return priors.map((forest) => {
    const { leftOut, leftOutStd } = fitForest(rows.inputs, rows.values, forest);
    const judged = [
      leftOut.slice(0, MAX_CHOICE_ROWS),
      leftOutStd.slice(0, MAX_CHOICE_ROWS),
    ] as const;
    return {
      fit: { leftOut: judged[0], leftOutStd: judged[1] },
      member: { forest },
      cost: COSTS.forest + priorCost(forest, rows),
    };
  });
}

/** Members that keep a share of the average, with it. */
function averaged(found: readonly Found[], values: readonly number[], numJudged: number): Member[] {
  const judged = found.map(({ fit, cost }) => ({
    errors: Array.from(fit.leftOut, (leftOut, row) => leftOut - values[row]!),
    penalty: Math.log1p(cost / numJudged),
  }));
  const shares = bootstrappedShares(judged, AVERAGING * Math.sqrt(numJudged));
  const kept = found
    .map((member, at) => ({ ...member, weight: shares[at]! }))
    .filter(({ weight }) => weight > SMALLEST_SHARE);
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  return kept.map((member) => ({ ...member, weight: member.weight / total }));
}

interface TriedKernel {
  readonly fit: GpFit;
  readonly score: number;
}

function tryKernels(
  { inputs, values }: ResidualRows,
  kernels: readonly GpKernel[],
  pairs = pairsOf(inputs),
): TriedKernel[] {
  return kernels.flatMap((kernel) => {
    const fit = fitKernel(inputs, values, kernel, pairs);
    if (fit === undefined) return [];
    const score = leftOutScore(fit, values);
    return score < Number.POSITIVE_INFINITY ? [{ fit, score }] : [];
  });
}

/** The kernel under which left-out rows are most probable. */
function mostProbable(tried: readonly TriedKernel[]): GpFit | undefined {
  let best = tried[0];
  for (const one of tried) if (one.score < best!.score) best = one;
  return best?.fit;
}

/**
 * How much each column counts: a search along one column at a time, each change worth it only when left-out
 * rows become clearly more probable. Many options of a system do nothing, and one or two do most.
 */
function weighColumns({ inputs, values }: ResidualRows, fit: GpFit, pairs: Pairs): number[] {
  const numColumns = inputs[0]!.fields.length;
  const weights = Array.from({ length: numColumns }, () => 1);
  if (numColumns > MAX_WEIGHED) return weights;
  const n = inputs.length;
  let { fields } = pairs;
  let score = leftOutScore(fit, values);
  const worthwhile = 1 / n;
  for (let pass = 0; pass < WEIGHING_PASSES; pass++) {
    for (let column = 0; column < numColumns; column++) {
      const values_n = Float64Array.from(inputs, ({ fields }) => fields[column]!);
      for (const factor of pass === 0 ? [0, 2, 4] : [0.5, 2]) {
        const candidate = weights[column]! * factor;
        if (candidate === weights[column]) continue;
        const change = candidate ** 2 - weights[column]! ** 2;
        const moved = Float64Array.from(fields.squared);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            moved[i * n + j]! += change * (values_n[i]! - values_n[j]!) ** 2;
          }
        }
        const candidateFields = new Nearness(moved, n);
        const next = fitKernel(inputs, values, fit.kernel, { ...pairs, fields: candidateFields });
        if (next === undefined) continue;
        const nextScore = leftOutScore(next, values);
        if (nextScore >= score - worthwhile) continue;
        score = nextScore;
        weights[column] = candidate;
        fields = candidateFields;
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

function affineKernels(rows: RowsToFit): GpKernel[] {
  const none = {
    offset: OFFSET,
    fields: 0,
    fieldsLength: 1,
    embedding: 0,
    embeddingLength: 1,
    noise: 1,
  };
  return [
    { prior: "model", slope: 0, views: 0, ...none, offset: 0 },
    ...trends(rows)
      .filter(({ prior, slope }) => prior !== "constant" || slope === 0)
      .map((trend) => ({ ...trend, ...none })),
  ];
}

function processKernels(rows: RowsToFit): GpKernel[] {
  const { inputs } = rows;
  const numColumns = inputs[0]!.fields.length;
  const typical = typicalDistance(inputs.map(({ fields }) => Float32Array.from(fields)));
  const kernels: GpKernel[] = [];
  for (const { prior, slope, views } of trends(rows)) {
    for (const noise of [0.01, 0.1, 0.5]) {
      const shared = { prior, offset: OFFSET, slope, views, noise };
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
  return kernels;
}

/** Free: large against everything else. */
const OFFSET = 100;

/** What is started from, and what may be multiplied freely. */
function trends(rows: RowsToFit): Pick<GpKernel, "prior" | "slope" | "views">[] {
  const plain = (["model", "constant"] as const).flatMap((prior) =>
    [0, 1, 30].map((slope) => ({
      prior,
      slope: slope / rows.slopeUnit ** 2,
      views: 0,
    })),
  );
  if (!hasViews(rows)) return plain;
  return [
    ...plain,
    ...[0, 1, 30].map((views) => ({ prior: "siblings" as const, slope: 0, views })),
  ];
}

function hasViews({ inputs }: ResidualRows): boolean {
  return inputs[0]!.views.length > 0;
}

/** |error| of each left-out row over the standard deviation that the mixture of the members states for it. */
function leftOutRatios(
  members: readonly Member[],
  leftOut: readonly number[],
  values: readonly number[],
): number[] {
  return leftOut.map((prediction, i) => {
    const variance = members.reduce(
      (sum, { fit, weight }) =>
        sum + weight * (fit.leftOutStd[i]! ** 2 + (fit.leftOut[i]! - prediction) ** 2),
      0,
    );
    return Math.abs(values[i]! - prediction) / Math.max(Math.sqrt(variance), 1e-12);
  });
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

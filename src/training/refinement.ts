// What adaptation without gradients and calibration do to a model's answers, stored beside the model: a
// temperature, a Gaussian-process residual for each objective, and a widening of the spread.

import { z } from "zod";
import type { SafetensorsFile, TensorToStore } from "../checkpoint/index.ts";
import { CorruptError, invariant } from "../core/index.ts";
import { Distribution } from "../model/index.ts";
import { type FieldColumn, fieldColumnsSchema, fieldValues } from "./fields.ts";
import { FOREST_PRIORS, fitForest, predictForest } from "./forest.ts";
import { fitKernel, type GpInput, predictGp } from "./gaussian-process.ts";
import { normalDistribution } from "./normal.ts";
import { siblingViewSchema } from "./sibling-views.ts";
import { measuredTensors, type Siblings, siblingsFromTensors } from "./siblings.ts";
import { fromScale, toScale } from "./value-scale.ts";

const kernelSchema = z.strictObject({
  prior: z.enum(["model", "siblings", "constant"]),
  offset: z.number().min(0).default(100),
  slope: z.number().min(0),
  views: z.number().min(0).default(0),
  fields: z.number().min(0),
  fieldsLength: z.number().positive(),
  embedding: z.number().min(0),
  embeddingLength: z.number().positive(),
  noise: z.number().positive(),
});

/** Share in the average. */
const weight = z.number().min(0).max(1);

/** One kernel of the average with the columns as it weighs them, or a forest. */
const memberSchema = z.union([
  z.strictObject({
    kernel: kernelSchema,
    /** How much a difference in each column counts. */
    columnWeights: z.array(z.number().min(0)),
    weight,
  }),
  z.strictObject({ forest: z.enum(FOREST_PRIORS), weight }),
]);

/** How what the siblings say becomes numbers for the process. */
const viewScaleSchema = z.strictObject({
  /** Share of each in what they say together. */
  weights: z.array(z.number()),
  centers: z.array(z.number()),
  spreads: z.array(z.number().positive()),
});

export type ViewScale = Readonly<z.infer<typeof viewScaleSchema>>;

const residualSchema = z.strictObject({
  scale: z.enum(["log", "linear"]),
  members: z.array(memberSchema).min(1),
  columns: fieldColumnsSchema,
  /** Absent: there are no siblings. */
  views: viewScaleSchema.optional(),
  /** Between which values on the scale the model's prediction is believed. */
  baseLow: z.number(),
  baseHigh: z.number(),
  /** Embeddings are divided by this. */
  embeddingScale: z.number().positive(),
  /** Factor on the predicted standard deviation that makes left-out rows covered as often as they should be. */
  spread: z.number().positive(),
});

export const refinementSchema = z.strictObject({
  /** Divides the logits. */
  temperature: z.number().positive().default(1),
  /** Texts of known environments that the residuals look at besides the text itself. */
  views: z.array(siblingViewSchema).default([]),
  /** For each view, how the model's answers to it are corrected, one for each objective; empty: not at all. */
  speakers: z.array(z.array(residualSchema.nullable())).default([]),
  /** One for each objective; null leaves the model's own distribution. */
  residuals: z.array(residualSchema.nullable()).default([]),
  /** Stretches each objective's distribution about its median, on the scale. */
  spreads: z
    .array(
      z
        .strictObject({ scale: z.enum(["log", "linear"]), factor: z.number().positive() })
        .nullable(),
    )
    .default([]),
});

export type RefinementConfig = Readonly<z.infer<typeof refinementSchema>>;
export type ResidualMember = Readonly<z.infer<typeof memberSchema>>;
export type ResidualConfig = Readonly<z.infer<typeof residualSchema>>;

/** Mean and standard deviation of a new measurement, on the scale. */
type PredictOnScale = (input: GpInput) => { readonly mean: number; readonly std: number };

/** A residual ready to correct predictions. */
export interface Residual {
  readonly config: ResidualConfig;
  /** One for each member. */
  readonly members: readonly PredictOnScale[];
  /**
   * What is predicted at least and at most, unless the model itself goes further: trends do not hold far beyond
   * what was measured.
   */
  readonly low: number;
  readonly high: number;
}

export interface Refinement {
  readonly config: RefinementConfig;
  readonly residuals: readonly (Residual | null)[];
  readonly siblings: SpeakingSiblings;
  /** What must be stored besides the configuration. */
  readonly tensors: readonly TensorToStore[];
}

/** Siblings and what corrects the model's answers to their views, learned from rows of their tasks. */
export interface SpeakingSiblings extends Siblings {
  /** For each view; undefined: the model as it is. */
  readonly speakers: readonly (Refinement | undefined)[];
}

export const NO_SIBLINGS: SpeakingSiblings = { views: [], measured: [], speakers: [] };

/** The rows a residual was fitted on, as stored: fitting them again gives the same numbers. */
export interface ResidualRows {
  readonly inputs: readonly GpInput[];
  readonly values: readonly number[];
}

/** Puts a refinement together; `rows` belong to the residuals that are not null. */
export function makeRefinement(
  config: RefinementConfig,
  rows: readonly (ResidualRows | null)[],
  siblings: SpeakingSiblings = NO_SIBLINGS,
): Refinement {
  const residuals = config.residuals.map((residual, objective): Residual | null => {
    if (residual === null) return null;
    const { values } = rows[objective]!;
    const margin = MARGIN * (Math.max(...values) - Math.min(...values));
    return {
      config: residual,
      members: residual.members.map((member) => fitMember(member, rows[objective]!)),
      low: Math.min(...values) - margin,
      high: Math.max(...values) + margin,
    };
  });
  const tensors = rows.flatMap((ofObjective, objective) =>
    ofObjective === null ? [] : rowTensors(ofObjective, objective),
  );
  const spoken = siblings.speakers.flatMap((speaker, view) =>
    (speaker?.tensors ?? []).map((tensor) => ({
      ...tensor,
      name: speakerPrefix(view) + tensor.name,
    })),
  );
  return {
    config,
    residuals,
    siblings,
    tensors: [...tensors, ...measuredTensors(siblings), ...spoken],
  };
}

function speakerPrefix(view: number): string {
  return `views/${view}/`;
}

/** Share of the measured range by which predictions may leave it. */
const MARGIN = 0.5;

function fitMember(member: ResidualMember, { inputs, values }: ResidualRows): PredictOnScale {
  if ("forest" in member) {
    const forest = fitForest(inputs, values, member.forest);
    return (input) => predictForest(forest, input);
  }
  const { kernel, columnWeights } = member;
  const weighted = inputs.map((input) => withColumnWeights(input, columnWeights));
  const fit = fitKernel(weighted, values, kernel);
  invariant(fit !== undefined, "a kernel that was fitted before must fit again");
  return (input) => predictGp(fit, withColumnWeights(input, columnWeights));
}

/** Rounds to what the file will hold, so that a saved and loaded residual predicts the same bits. */
export function storable({ inputs, values }: ResidualRows): ResidualRows {
  const rounded = (array: Float64Array): Float64Array => Float64Array.from(array, Math.fround);
  return {
    values: values.map(Math.fround),
    inputs: inputs.map(({ base, sibling, views, fields, embedding }) => ({
      base: Math.fround(base),
      sibling: Math.fround(sibling),
      views: rounded(views),
      fields: rounded(fields),
      embedding: rounded(embedding),
    })),
  };
}

function rowTensors({ inputs, values }: ResidualRows, objective: number): TensorToStore[] {
  const matrix = (name: string, rows: readonly Float64Array[]): TensorToStore => ({
    name: `${objective}/${name}`,
    shape: [rows.length, rows[0]!.length],
    data: Float32Array.from(rows.flatMap((row) => [...row])),
  });
  return [
    matrix(
      "base_value",
      inputs.map(({ base, sibling }, row) => Float64Array.of(base, values[row]!, sibling)),
    ),
    matrix(
      "views",
      inputs.map(({ views }) => views),
    ),
    matrix(
      "fields",
      inputs.map(({ fields }) => fields),
    ),
    matrix(
      "embedding",
      inputs.map(({ embedding }) => embedding),
    ),
  ];
}

/** @throws {CorruptError} when the stored rows do not fit the configuration. */
export function refinementFromTensors(
  config: RefinementConfig,
  stored: SafetensorsFile | undefined,
): Refinement {
  const speakers = config.speakers.map((residuals, view): Refinement | undefined =>
    residuals.length === 0
      ? undefined
      : makeRefinement(plainConfig(residuals), storedRows(residuals, stored, speakerPrefix(view))),
  );
  const siblings = { ...siblingsFromTensors(config.views, stored), speakers };
  return makeRefinement(config, storedRows(config.residuals, stored, ""), siblings);
}

/** A refinement of residuals alone. */
export function plainConfig(residuals: readonly (ResidualConfig | null)[]): RefinementConfig {
  return { temperature: 1, residuals: [...residuals], spreads: [], views: [], speakers: [] };
}

function storedRows(
  residuals: RefinementConfig["residuals"],
  stored: SafetensorsFile | undefined,
  prefix: string,
): (ResidualRows | null)[] {
  return residuals.map((residual, objective) => {
    if (residual === null) return null;
    const matrix = (name: string): Float64Array[] => {
      const tensor = stored?.tensors.get(`${prefix}${objective}/${name}`);
      if (tensor?.dtype !== "F32" || tensor.shape.length !== 2) {
        throw new CorruptError("refinement.safetensors", `no matrix ${prefix}${objective}/${name}`);
      }
      const [numRows, width] = tensor.shape as [number, number];
      return Array.from({ length: numRows }, (_, row) =>
        Float64Array.from(tensor.data.subarray(row * width, (row + 1) * width)),
      );
    };
    const baseValue = matrix("base_value");
    const views = residual.views === undefined ? undefined : matrix("views");
    const fields = matrix("fields");
    const embedding = matrix("embedding");
    const matrices = [baseValue, fields, embedding, ...(views === undefined ? [] : [views])];
    if (new Set(matrices.map(({ length }) => length)).size > 1) {
      throw new CorruptError("refinement.safetensors", "its matrices differ in rows");
    }
    return {
      values: baseValue.map((pair) => pair[1]!),
      inputs: baseValue.map((pair, row) => ({
        base: pair[0]!,
        sibling: pair[2] ?? pair[0]!,
        views: views?.[row] ?? new Float64Array(0),
        fields: fields[row]!,
        embedding: embedding[row]!,
      })),
    };
  });
}

type GpPlan = Pick<
  ResidualConfig,
  "scale" | "embeddingScale" | "baseLow" | "baseHigh" | "views"
> & {
  readonly columns: readonly FieldColumn[];
};

/** A view's standard deviation as a column, beside numbers that run from 0 to 1. */
const VIEW_COLUMN = 0.4;

function believed(median: number, { scale, baseLow, baseHigh }: GpPlan): number {
  return Math.max(baseLow, Math.min(baseHigh, toScale(median, scale)));
}

/** The Gaussian process' view of one text. */
export function gpInput(
  text: string,
  median: number,
  embedding: Float32Array,
  viewValues: readonly number[],
  plan: GpPlan,
): GpInput {
  const base = believed(median, plan);
  const onScale = viewValues.map((value) => toScale(value, plan.scale));
  const { views } = plan;
  const centred =
    views === undefined
      ? []
      : onScale.map((value, at) => (value - views.centers[at]!) / views.spreads[at]!);
  return {
    base,
    sibling:
      views === undefined
        ? base
        : onScale.reduce((sum, value, at) => sum + views.weights[at]! * value, 0),
    views: Float64Array.from(centred),
    // What siblings say is a column like any other besides: the process may bend it.
    fields: Float64Array.from([
      ...fieldValues(text, plan.columns),
      ...centred.map((value) => value * VIEW_COLUMN),
    ]),
    embedding: Float64Array.from(embedding, (value) => value / plan.embeddingScale),
  };
}

/** The input as a member of the average sees it. */
export function withColumnWeights(input: GpInput, weights: readonly number[]): GpInput {
  return { ...input, fields: input.fields.map((value, column) => value * weights[column]!) };
}

/** Mean and standard deviation of a new measurement on the scale: a mixture of the members. */
function predictResidual(
  { config, members, low, high }: Residual,
  input: GpInput,
): { mean: number; std: number } {
  const predictions = members.map((predict) => predict(input));
  const weighted = (value: (member: number) => number): number =>
    predictions.reduce((sum, _, member) => sum + config.members[member]!.weight * value(member), 0);
  const mean = weighted((member) => predictions[member]!.mean);
  const variance = weighted(
    (member) => predictions[member]!.std ** 2 + (predictions[member]!.mean - mean) ** 2,
  );
  const bounded = Math.max(Math.min(low, input.base), Math.min(Math.max(high, input.base), mean));
  return { mean: bounded, std: Math.sqrt(variance) };
}

/** The model's distribution of one objective after its refinement. */
export function refine(
  refinement: Refinement,
  objective: number,
  distribution: Distribution,
  row: {
    readonly text: string;
    readonly embedding: Float32Array | undefined;
    /** What each view says, in the unit of the values. */
    readonly viewValues?: readonly number[];
  },
): Distribution {
  const residual = refinement.residuals[objective];
  const spread = refinement.config.spreads[objective];
  let refined = distribution;
  if (residual !== undefined && residual !== null) {
    invariant(row.embedding !== undefined, "a residual needs embeddings");
    const input = gpInput(
      row.text,
      distribution.median,
      row.embedding,
      row.viewValues ?? [],
      residual.config,
    );
    const { mean, std } = predictResidual(residual, input);
    refined = normalDistribution(mean, std * residual.config.spread, residual.config.scale);
  }
  return spread === undefined || spread === null ? refined : stretched(refined, spread);
}

function stretched(
  distribution: Distribution,
  { scale, factor }: { readonly scale: "log" | "linear"; readonly factor: number },
): Distribution {
  const { median } = distribution;
  // A logarithm of what is not positive does not exist: such a distribution stays as it is.
  if (scale === "log" && !(median > 0)) return distribution;
  const center = toScale(median, scale);
  const stretch = (value: number): number =>
    scale === "log" && !(value > 0)
      ? value
      : fromScale(center + factor * (toScale(value, scale) - center), scale);
  const intervals = distribution.intervals.map(({ lo, hi, mass, spacing }) => ({
    lo: stretch(lo),
    hi: stretch(hi),
    mass,
    spacing: spacing * factor,
  }));
  return new Distribution(intervals, distribution.special, distribution.tail);
}

// What adaptation without gradients and calibration do to a model's answers, stored beside the model: a
// temperature, a Gaussian-process residual for each objective, and a widening of the spread.

import { z } from "zod";
import type { SafetensorsFile, TensorToStore } from "../checkpoint/index.ts";
import { CorruptError, invariant } from "../core/index.ts";
import { Distribution } from "../model/index.ts";
import { type FieldColumn, fieldColumnsSchema, fieldValues } from "./fields.ts";
import { fitKernel, type GpFit, type GpInput, predictGp } from "./gaussian-process.ts";
import { normalDistribution } from "./normal.ts";
import { fromScale, toScale } from "./value-scale.ts";

const kernelSchema = z.strictObject({
  prior: z.enum(["model", "constant"]),
  slope: z.number().min(0),
  fields: z.number().min(0),
  fieldsLength: z.number().positive(),
  embedding: z.number().min(0),
  embeddingLength: z.number().positive(),
  noise: z.number().positive(),
});

/** One kernel of the average, with the columns as it weighs them. */
const memberSchema = z.strictObject({
  kernel: kernelSchema,
  /** How much a difference in each column counts. */
  columnWeights: z.array(z.number().min(0)),
  /** Share in the average. */
  weight: z.number().min(0).max(1),
});

const residualSchema = z.strictObject({
  scale: z.enum(["log", "linear"]),
  members: z.array(memberSchema).min(1),
  columns: fieldColumnsSchema,
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

/** A residual ready to correct predictions. */
export interface Residual {
  readonly config: ResidualConfig;
  /** One for each member. */
  readonly fits: readonly GpFit[];
}

export interface Refinement {
  readonly config: RefinementConfig;
  readonly residuals: readonly (Residual | null)[];
  /** What must be stored besides the configuration. */
  readonly tensors: readonly TensorToStore[];
}

/** The rows a residual was fitted on, as stored: fitting them again gives the same numbers. */
export interface ResidualRows {
  readonly inputs: readonly GpInput[];
  readonly values: readonly number[];
}

/** Puts a refinement together; `rows` belong to the residuals that are not null. */
export function makeRefinement(
  config: RefinementConfig,
  rows: readonly (ResidualRows | null)[],
): Refinement {
  const residuals = config.residuals.map((residual, objective): Residual | null => {
    if (residual === null) return null;
    const { inputs, values } = rows[objective]!;
    const fits = residual.members.map(({ kernel, columnWeights }) => {
      const weighted = inputs.map((input) => withColumnWeights(input, columnWeights));
      const fit = fitKernel(weighted, values, kernel);
      invariant(fit !== undefined, "a kernel that was fitted before must fit again");
      return fit;
    });
    return { config: residual, fits };
  });
  const tensors = rows.flatMap((ofObjective, objective) =>
    ofObjective === null ? [] : rowTensors(ofObjective, objective),
  );
  return { config, residuals, tensors };
}

/** Rounds to what the file will hold, so that a saved and loaded residual predicts the same bits. */
export function storable({ inputs, values }: ResidualRows): ResidualRows {
  const rounded = (array: Float64Array): Float64Array => Float64Array.from(array, Math.fround);
  return {
    values: values.map(Math.fround),
    inputs: inputs.map(({ base, fields, embedding }) => ({
      base: Math.fround(base),
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
      inputs.map(({ base }, row) => Float64Array.of(base, values[row]!)),
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
  const rows = config.residuals.map((residual, objective): ResidualRows | null => {
    if (residual === null) return null;
    const matrix = (name: string): Float64Array[] => {
      const tensor = stored?.tensors.get(`${objective}/${name}`);
      if (tensor?.dtype !== "F32" || tensor.shape.length !== 2) {
        throw new CorruptError("refinement.safetensors", `no matrix ${objective}/${name}`);
      }
      const [numRows, width] = tensor.shape as [number, number];
      return Array.from({ length: numRows }, (_, row) =>
        Float64Array.from(tensor.data.subarray(row * width, (row + 1) * width)),
      );
    };
    const baseValue = matrix("base_value");
    const fields = matrix("fields");
    const embedding = matrix("embedding");
    if (fields.length !== baseValue.length || embedding.length !== baseValue.length) {
      throw new CorruptError("refinement.safetensors", "its matrices differ in rows");
    }
    return {
      values: baseValue.map((pair) => pair[1]!),
      inputs: baseValue.map((pair, row) => ({
        base: pair[0]!,
        fields: fields[row]!,
        embedding: embedding[row]!,
      })),
    };
  });
  return makeRefinement(config, rows);
}

/** The Gaussian process' view of one text. */
export function gpInput(
  text: string,
  median: number,
  embedding: Float32Array,
  plan: Pick<ResidualConfig, "scale" | "embeddingScale" | "baseLow" | "baseHigh"> & {
    readonly columns: readonly FieldColumn[];
  },
): GpInput {
  return {
    base: Math.max(plan.baseLow, Math.min(plan.baseHigh, toScale(median, plan.scale))),
    fields: fieldValues(text, plan.columns),
    embedding: Float64Array.from(embedding, (value) => value / plan.embeddingScale),
  };
}

/** The input as a member of the average sees it. */
export function withColumnWeights(input: GpInput, weights: readonly number[]): GpInput {
  return { ...input, fields: input.fields.map((value, column) => value * weights[column]!) };
}

/** Mean and standard deviation of a new measurement on the scale: a mixture of the members. */
function predictResidual(
  { config, fits }: Residual,
  input: GpInput,
): { mean: number; std: number } {
  const predictions = fits.map((fit, member) =>
    predictGp(fit, withColumnWeights(input, config.members[member]!.columnWeights)),
  );
  const weighted = (value: (member: number) => number): number =>
    predictions.reduce((sum, _, member) => sum + config.members[member]!.weight * value(member), 0);
  const mean = weighted((member) => predictions[member]!.mean);
  const variance = weighted(
    (member) => predictions[member]!.std ** 2 + (predictions[member]!.mean - mean) ** 2,
  );
  return { mean, std: Math.sqrt(variance) };
}

/** The model's distribution of one objective after its refinement. */
export function refine(
  refinement: Refinement,
  objective: number,
  distribution: Distribution,
  row: { readonly text: string; readonly embedding: Float32Array | undefined },
): Distribution {
  const residual = refinement.residuals[objective];
  const spread = refinement.config.spreads[objective];
  let refined = distribution;
  if (residual !== undefined && residual !== null) {
    invariant(row.embedding !== undefined, "a residual needs embeddings");
    const input = gpInput(row.text, distribution.median, row.embedding, residual.config);
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

// What the journal of a run says. Records are read back through these schemas: a journal is a file like any other.

import { z } from "zod";

/** JSON has no NaN and no infinities: they are written as text. */
const number = z.union([z.number(), z.literal(["NaN", "Infinity", "-Infinity"])]);

export const openRecordSchema = z.strictObject({
  type: z.literal("open"),
  runId: z.string(),
  configHash: z.string(),
  datasetHash: z.string(),
  layoutHash: z.string(),
  numSteps: z.int(),
  globalBatchSize: z.int(),
  numMicroshards: z.int(),
  /** From which `ledger verify` computes each example of each step; null when the caller gave none. */
  sampling: z
    .strictObject({
      seed: z.int(),
      taskSizes: z.record(z.string(), z.int()),
      weights: z.record(z.string(), z.number()).optional(),
      temperature: z.number().optional(),
    })
    .nullable(),
});

export const commitRecordSchema = z.strictObject({
  type: z.literal("commit"),
  step: z.int().positive(),
  /** SHA-256 of the parameters that the gradients were computed from. */
  parametersBefore: z.string(),
  /** Whether the optimizer was applied; a step with a non-finite gradient is skipped. */
  applied: z.boolean(),
  /** The step's examples are the global samples firstExample .. firstExample + numExamples - 1. */
  firstExample: z.int(),
  numExamples: z.int(),
  numTokens: z.int(),
  lossSum: number,
  weightSum: number,
  gradientNorm: number,
  /** [lo, width, worker] of each node whose result counts. */
  nodes: z.array(z.tuple([z.int(), z.int(), z.string()])),
});

export type OpenRecord = Readonly<z.infer<typeof openRecordSchema>>;
export type CommitRecord = Readonly<z.infer<typeof commitRecordSchema>>;

/** A number as JSON can hold it. */
export function writableNumber(value: number): number | "NaN" | "Infinity" | "-Infinity" {
  return Number.isFinite(value) ? value : (String(value) as "NaN" | "Infinity" | "-Infinity");
}

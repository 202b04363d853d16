// What the journal of a run says. Records are read back through these schemas: a journal is a file like any other.

import { z } from "zod";

/** JSON has no NaN and no infinities: they are written as text. */
const number = z.union([z.number(), z.literal(["NaN", "Infinity", "-Infinity"])]);

const formatSchema = z.enum(["f32", "bf16"]);
/** How arrays travel, in records without it as they are. */
const exchangeSchema = z
  .strictObject({ parameters: formatSchema, gradients: formatSchema })
  .default({ parameters: "f32", gradients: "f32" });

export type ExchangeFormats = Readonly<z.infer<typeof exchangeSchema>>;

/** What else makes the steps of a run what they are. Older journals have none. */
const updateSchema = z
  .strictObject({
    optimizer: z.record(z.string(), z.unknown()),
    schedule: z.record(z.string(), z.unknown()),
    clipNorm: number,
    /** Null: the run keeps no average. */
    emaDecay: z.number().nullable(),
  })
  .optional();

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
  exchange: exchangeSchema,
  update: updateSchema,
  /** DiLoCo: `numMicroshards` replicas, each with a block of so many samples a round; absent: gradients are averaged. */
  blockExamples: z.int().positive().optional(),
});

export const commitRecordSchema = z.strictObject({
  type: z.literal("commit"),
  step: z.int().positive(),
  /** SHA-256 of the parameters that the gradients were computed from; null where {@link hasDigest} says none. */
  parametersBefore: z.string().nullable(),
  /** Whether the optimizer was applied; a step with a non-finite gradient is skipped. */
  applied: z.boolean(),
  /** The step's examples are the global samples firstExample .. firstExample + numExamples - 1. */
  firstExample: z.int(),
  numExamples: z.int(),
  numTokens: z.int(),
  lossSum: number,
  weightSum: number,
  gradientNorm: number,
  /** [task, examples, sum of their losses]; examples count by their weight. Older journals have none. */
  tasks: z.array(z.tuple([z.string(), z.number(), number])).optional(),
  /** [lo, width, worker] of each node whose result counts. */
  nodes: z.array(z.tuple([z.int(), z.int(), z.string()])),
  /** DiLoCo: the block of each replica, and the replicas that were too late: their blocks go back. */
  blocks: z.array(z.int().nonnegative()).optional(),
  lateReplicas: z.array(z.int().nonnegative()).optional(),
});

export type OpenRecord = Readonly<z.infer<typeof openRecordSchema>>;
export type CommitRecord = Readonly<z.infer<typeof commitRecordSchema>>;

/** A number as JSON can hold it. */
export function writableNumber(value: number): number | "NaN" | "Infinity" | "-Infinity" {
  return Number.isFinite(value) ? value : (String(value) as "NaN" | "Infinity" | "-Infinity");
}

/** What hashing may cost a step, in bytes. */
const DIGEST_BYTES_PER_STEP = 16 << 20;

/**
 * Whether a step's record has a digest of the parameters: every step of a small model, every few of a large one,
 * where hashing would take longer than the step. Loss and gradient norm, in every record, depend on all
 * parameters too.
 */
export function hasDigest(step: number, parameterCount: number): boolean {
  const everySteps = Math.max(1, Math.ceil((4 * parameterCount) / DIGEST_BYTES_PER_STEP));
  return (step - 1) % everySteps === 0;
}

/** The commits among the records of a journal, in order. */
export function commitsOf(records: readonly unknown[]): CommitRecord[] {
  return records.flatMap((record) => {
    const commit = commitRecordSchema.safeParse(record);
    return commit.success ? [commit.data] : [];
  });
}

// What a study is about: objectives with directions and units, the policy that decides, and its limits.

import { z } from "zod";

const objectiveSchema = z.strictObject({
  /** One of the model's objectives. */
  name: z.string().min(1).max(200),
  goal: z.enum(["min", "max"]),
  unit: z.string().max(50).optional(),
  /** `log` where relative differences matter; values must be above 0. */
  scale: z.enum(["linear", "log"]).default("linear"),
  /** The best value that can be, where it is known: regret is measured from it. */
  optimum: z.number().optional(),
});

export const policySchema = z.discriminatedUnion("kind", [
  /** Promote where P(better than the incumbent) exceeds `p`. */
  z.strictObject({ kind: z.literal("improve"), p: z.number().min(0).max(1).default(0.1) }),
  /** Promote the `share` of recent candidates with the largest expected improvement. */
  z.strictObject({ kind: z.literal("ei"), share: z.number().gt(0).max(1).default(0.25) }),
  /** Promote where the optimistic quantile at `level` beats the incumbent. */
  z.strictObject({ kind: z.literal("ucb"), level: z.number().gt(0).lt(0.5).default(0.1) }),
  /** Promote where one draw from the distribution beats the incumbent. */
  z.strictObject({ kind: z.literal("thompson") }),
  /** Promote the `share` of recent candidates with the best mean. */
  z.strictObject({ kind: z.literal("topk"), share: z.number().gt(0).max(1).default(0.25) }),
  /** Spread the budget over so many candidates in all: the share follows from what is left of both. */
  z.strictObject({ kind: z.literal("pace"), candidates: z.int().positive() }),
]);

const fineTuningSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({
    /** What of the model may change: low-rank updates, its head, or everything. */
    kind: z.enum(["lora", "head", "full"]),
    /** Successful tells between two attempts. */
    everyTells: z.int().min(16).max(100_000).default(64),
    /** Share of the tells that is never trained on: what decides whether a tuned model is taken. */
    heldBackShare: z.number().min(0.1).max(0.5).default(0.25),
  }),
]);

export const trustSchema = z.strictObject({
  /** Fewer tells than this: `calibrating`. */
  minTells: z.int().min(2).default(8),
  /** Tells that the monitors look back on. */
  window: z.int().min(4).max(1000).default(40),
  /** Least share of true values inside the 90 % interval. */
  minCoverage: z.number().min(0).max(1).default(0.6),
  /** Least rank correlation of predictions with what was told. */
  minSpearman: z.number().min(-1).max(1).default(0.1),
  /** A candidate of which more was cut off is not judged. */
  maxTruncatedShare: z.number().min(0).max(1).default(0.3),
  /** Least chance that a candidate as unlike the told ones as this one is of their kind; 0 turns it off. */
  minFamiliarity: z.number().min(0).max(0.5).default(0.01),
});

export const studySpecSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, dot, dash, underscore"),
  objectives: z.array(objectiveSchema).min(1).max(8),
  policy: policySchema.default({ kind: "improve", p: 0.1 }),
  /** Share of the rejected that is promoted all the same: without it no error of rejection can be seen. */
  auditShare: z.number().min(0).max(1).default(0.05),
  /** Promote everything until this many were told. */
  warmupTells: z.int().min(0).default(4),
  /** Real evaluations in all; after that everything is rejected. */
  budget: z.int().positive().optional(),
  /** `none`: the model as it is. `affine`: rescaled to the tells. `residual`: and a Gaussian process on what is left. */
  correction: z.enum(["none", "affine", "residual"]).default("residual"),
  /** The corner from which hypervolume is measured, in the objectives' own units. */
  referencePoint: z.array(z.number()).optional(),
  /** Serialised before every candidate. */
  context: z
    .record(z.string().regex(/^[\w .-]{1,100}$/), z.string().regex(/^[^\r\n]{0,1000}$/))
    .optional(),
  /** Adapting the model itself to the tells, in the background. */
  fineTuning: fineTuningSchema.default({ kind: "none" }),
  trust: trustSchema.prefault({}),
  seed: z.int().min(0).default(0),
});

export type Objective = z.infer<typeof objectiveSchema>;
export type Policy = z.infer<typeof policySchema>;
export type FineTuning = z.infer<typeof fineTuningSchema>;
export type TrustPolicy = z.infer<typeof trustSchema>;
export type StudySpec = Readonly<z.infer<typeof studySpecSchema>>;
export type StudySpecInput = z.input<typeof studySpecSchema>;

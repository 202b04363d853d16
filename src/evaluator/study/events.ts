// What a study's log holds, one event a record. The state of a study is these events applied in order.

import { z } from "zod";
import { CorruptError, InputError } from "../../core/index.ts";
import { studySpecSchema } from "./spec.ts";

/** A prediction for one objective, in the objective's own unit, after correction. */
const forecastSchema = z.object({ median: z.number(), low: z.number(), high: z.number() });

/** What the model itself said, in costs; what corrections are fitted to. */
const rawSchema = z.object({ median: z.number(), std: z.number() });

const createdSchema = z.object({
  type: z.literal("created"),
  spec: studySpecSchema,
  model: z.string(),
});

const decidedSchema = z.object({
  type: z.literal("decided"),
  hash: z.string(),
  verdict: z.enum(["promote", "reject", "abstain"]),
  reason: z.string(),
  isAudit: z.boolean(),
  acquisition: z.number(),
  forecasts: z.array(forecastSchema),
});

const toldSchema = z.object({
  type: z.literal("told"),
  hash: z.string(),
  kind: z.string(),
  /** Canonical text, context included: from it features are made again. */
  text: z.string(),
  /** In the order of the study's objectives; absent where the evaluation failed. */
  values: z.array(z.number()).optional(),
  failure: z.string().optional(),
  raw: z.array(rawSchema),
  /** Whose word `raw` is: 0 the bundle, else the accepted fine-tuning of this number. */
  version: z.int().min(0).default(0),
  /** Predicted before this tell was learnt from. */
  forecasts: z.array(forecastSchema),
  /** Probability that was predicted for a smaller value than the told one, by objective. */
  pit: z.array(z.number()).optional(),
});

/** An attempt at fine-tuning has ended. */
const tunedSchema = z.object({
  type: z.literal("tuned"),
  /** Counts attempts from 1. */
  version: z.int().positive(),
  accepted: z.boolean(),
  reason: z.string(),
  /** Successful tells when it began. */
  numTells: z.int(),
  /** Mean error (CRPS, per objective in standard deviations of its costs) on tells held back; absent where it failed. */
  errorBefore: z.number().optional(),
  errorAfter: z.number().optional(),
  /** Names the tuned model. */
  model: z.string().optional(),
  /** What the accepted model says of the tells that it was not trained on, by hash. */
  raw: z.record(z.string(), z.array(rawSchema)).optional(),
});

/** A tuned model could not be opened again: back to the bundle. */
const revertedSchema = z.object({ type: z.literal("reverted"), reason: z.string() });

/** The study goes on with another bundle than before. */
const rebasedSchema = z.object({ type: z.literal("rebased"), model: z.string() });

const eventSchema = z.discriminatedUnion("type", [
  createdSchema,
  decidedSchema,
  toldSchema,
  tunedSchema,
  revertedSchema,
  rebasedSchema,
]);

export type Forecasted = z.infer<typeof forecastSchema>;
export type CreatedEvent = z.infer<typeof createdSchema>;
export type DecidedEvent = z.infer<typeof decidedSchema>;
export type ToldEvent = z.infer<typeof toldSchema>;
export type TunedEvent = z.infer<typeof tunedSchema>;
export type StudyEvent = z.infer<typeof eventSchema>;

/** @throws {CorruptError} for a record that is no event of a study. */
export function parseEvent(record: unknown, place: string): StudyEvent {
  const parsed = eventSchema.safeParse(record);
  if (parsed.success) return parsed.data;
  throw new CorruptError(
    place,
    `not an event of a study: ${parsed.error.issues[0]?.message ?? ""}`,
  );
}

/**
 * Checks an event before it is written: what JSON would turn into `null` could not be read again.
 * @throws {InputError} with the first field that is no finite number.
 */
export function requireReadable(event: StudyEvent): void {
  const issue = eventSchema.safeParse(event).error?.issues[0];
  if (issue === undefined) return;
  const place = issue.path.map(String).join(".");
  throw new InputError(`the study cannot keep this: ${event.type}.${place}: ${issue.message}`);
}

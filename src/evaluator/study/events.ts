// What a study's log holds, one event a record. The state of a study is these events applied in order.

import { z } from "zod";
import { CorruptError } from "../../core/index.ts";
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
  /** Predicted before this tell was learnt from. */
  forecasts: z.array(forecastSchema),
});

const eventSchema = z.discriminatedUnion("type", [createdSchema, decidedSchema, toldSchema]);

export type Forecasted = z.infer<typeof forecastSchema>;
export type CreatedEvent = z.infer<typeof createdSchema>;
export type DecidedEvent = z.infer<typeof decidedSchema>;
export type ToldEvent = z.infer<typeof toldSchema>;
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

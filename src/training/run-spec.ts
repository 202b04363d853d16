// What a worker must know to compute its part of a run: data, vocabularies, model, mixture. The coordinator's
// side makes it from a run configuration and sends it as JSON; every worker builds the same run from it.

import { z } from "zod";
import { augmentConfigSchema, dataAccessSchema, mixtureConfigSchema } from "../data/config.ts";
import { modelConfigSchema } from "../model/index.ts";
import { optimizerConfigSchema, scheduleConfigSchema } from "../optim/index.ts";
import { engineConfigSchema } from "../tensor/config.ts";
import { numberTokenizerConfigSchema } from "../tokenizer/index.ts";

export const runSpecSchema = z.strictObject({
  name: z.string(),
  seed: z.int(),
  engine: engineConfigSchema,
  data: z.array(
    z.strictObject({
      file: z.string(),
      where: z.array(z.string()),
      augment: augmentConfigSchema.optional(),
      access: dataAccessSchema.optional(),
      /** Of a prepared dataset. */
      sha256: z.string().optional(),
    }),
  ),
  holdOut: z.array(z.string()),
  /** The JSON form of the text vocabulary. */
  textVocabulary: z.unknown(),
  numberTokenizer: numberTokenizerConfigSchema,
  model: modelConfigSchema,
  batch: z.strictObject({
    globalBatchSize: z.int().positive(),
    numMicroshards: z.int().positive(),
  }),
  /** DiLoCo: how a replica trains between two meetings; `batch.numMicroshards` counts the replicas. */
  local: z
    .strictObject({
      localSteps: z.int().positive(),
      optimizer: optimizerConfigSchema,
      schedule: scheduleConfigSchema,
      clipNorm: z.number().positive(),
      /** Of each replica in the whole run. */
      totalSteps: z.int().positive(),
    })
    .optional(),
  /** Every worker applies this optimizer to parameters of its own; absent: the coordinator applies it. */
  replica: z
    .strictObject({ optimizer: optimizerConfigSchema, numSteps: z.int().positive() })
    .optional(),
  mixture: mixtureConfigSchema,
  evalExamples: z.int().nonnegative(),
});

export type RunSpec = Readonly<z.infer<typeof runSpecSchema>>;

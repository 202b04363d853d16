// What a configuration may say about mixing tasks and varying texts.

import { z } from "zod";

export const mixtureConfigSchema = z.union([
  z.strictObject({
    /** A task with n rows is drawn in proportion to n^(1/temperature): 1 by size; larger, more alike. */
    temperature: z.number().min(1),
  }),
  z.strictObject({
    /** Share of each task, in any unit. Tasks that are not named get none. */
    weights: z.record(z.string(), z.number().min(0)),
  }),
]);

export type MixtureConfig = Readonly<z.infer<typeof mixtureConfigSchema>>;

/** Whether each worker reads its own copy of a prepared dataset, or gets what it needs from the coordinator. */
export const dataAccessSchema = z.enum(["local", "streamed"]);

/** How the texts of training rows are varied; validation rows stay as they are. */
export const augmentConfigSchema = z.strictObject({
  /** Share of the samples that are changed at all. */
  probability: z.number().min(0).max(1).default(1),
  /** Whether keys of one block change places. */
  shuffleKeys: z.boolean().default(false),
  /** Chance of each key with a single value to be left out. */
  dropKeys: z.number().min(0).lt(1).default(0),
  /** Chance of each number to be written differently: 1000 as 1e3 or 1000.0. */
  respellNumbers: z.number().min(0).max(1).default(0),
  /** Which keys may be touched: dotted paths, `*` for any characters. */
  keys: z.array(z.string().min(1)).min(1).default(["*"]),
  /** Of these, which may not. */
  except: z.array(z.string().min(1)).default([]),
});

export type AugmentConfig = Readonly<z.infer<typeof augmentConfigSchema>>;

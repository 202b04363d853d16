// What a configuration may say about mixing tasks.

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

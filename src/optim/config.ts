// Configuration of optimizers and schedules. Required means no default: a typing mistake never trains quietly.

import { z } from "zod";

export const optimizerConfigSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("adamw"),
    /** Peak learning rate; the schedule multiplies it. */
    learningRate: z.number().positive(),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.95),
    epsilon: z.number().positive().default(1e-8),
    /** Decoupled (Loshchilov and Hutter, 2019); applies where the layout says `decay`. */
    weightDecay: z.number().min(0).default(0.01),
  }),
]);

export type OptimizerConfig = Readonly<z.infer<typeof optimizerConfigSchema>>;

const warmup = {
  /** Steps of linear growth from zero; the first step already takes 1/warmupSteps of the peak. */
  warmupSteps: z.int().min(0).default(0),
};

export const scheduleConfigSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("constant"), ...warmup }),
  /** Falls in a straight line to `finalFraction` of the peak at the last step. */
  z.strictObject({
    kind: z.literal("linear"),
    ...warmup,
    finalFraction: z.number().min(0).max(1).default(0),
  }),
  /** Falls along half a cosine to `finalFraction` of the peak at the last step. */
  z.strictObject({
    kind: z.literal("cosine"),
    ...warmup,
    finalFraction: z.number().min(0).max(1).default(0.1),
  }),
  /** Falls with 1/sqrt(step), from the peak at the end of the warm-up. */
  z.strictObject({ kind: z.literal("inverse-sqrt"), ...warmup }),
]);

export type ScheduleConfig = Readonly<z.infer<typeof scheduleConfigSchema>>;

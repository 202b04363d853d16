// Configuration of optimizers and schedules. Required means no default: a typing mistake never trains quietly.

import { z } from "zod";

const adamw = {
  /** Peak learning rate; the schedule multiplies it. */
  learningRate: z.number().positive(),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.95),
  epsilon: z.number().positive().default(1e-8),
  /** Decoupled (Loshchilov and Hutter, 2019); applies where the layout says `decay`. */
  weightDecay: z.number().min(0).default(0.01),
};

export const optimizerConfigSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("adamw"), ...adamw }),
  /** Muon for matrices, AdamW for embeddings, head and vectors; one learning rate for both. */
  z.strictObject({
    kind: z.literal("muon"),
    ...adamw,
    momentum: z.number().min(0).lt(1).default(0.95),
  }),
  /** Gradient descent with Nesterov's momentum. */
  z.strictObject({
    kind: z.literal("nesterov"),
    learningRate: z.number().positive(),
    momentum: z.number().min(0).lt(1).default(0.9),
  }),
  /** Adafactor (Shazeer and Stern, 2018): steps relative to each tensor's size. */
  z.strictObject({
    kind: z.literal("adafactor"),
    /** Largest relative step; it falls with 1/sqrt(step) by itself. */
    learningRate: z.number().positive(),
    /** How fast the memory of squared gradients grows: 1 - step^decay. */
    decay: z.number().lt(0).default(-0.8),
    /** Updates are scaled down to this root mean square. */
    clipThreshold: z.number().positive().default(1),
    /** Tensors smaller than this move as if they were this large (root mean square). */
    smallestScale: z.number().positive().default(1e-3),
    weightDecay: z.number().min(0).default(0),
  }),
]);

export type OptimizerConfig = Readonly<z.infer<typeof optimizerConfigSchema>>;

/** What AdamW itself needs, whoever runs it. */
export type AdamwSettings = Readonly<Record<Exclude<keyof typeof adamw, "kind">, number>>;

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

// What a configuration may say about number tokenizers.

import * as z from "zod";

const wrappers = {
  /** `none`, the reference's INVALID, NAN, INF, NINF (`standard`), or keys with their values. */
  specialValues: z
    .union([z.literal("none"), z.literal("standard"), z.record(z.string(), z.number())])
    .default("none"),
  /** A padding token after each number, as regress-lm's AppendPadTokenizer. */
  separator: z.boolean().default(false),
};

export const numberTokenizerConfigSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("ieee"),
    base: z.int().min(2).max(256).default(10),
    numExponentDigits: z.int().min(1).default(2),
    numMantissaDigits: z.int().min(1).default(4),
    /** `nearest` is exact; `truncate` is regress-lm's, for parity. */
    rounding: z.enum(["nearest", "truncate"]).default("nearest"),
    ...wrappers,
  }),
  z.strictObject({
    kind: z.literal("p10"),
    numDigits: z.int().min(1).max(15).default(4),
    exponentRange: z.int().min(0).max(290).default(10),
    ...wrappers,
  }),
  z.strictObject({
    kind: z.literal("normalized"),
    base: z.int().min(2).max(256).default(10),
    length: z.int().min(1).default(3),
    ...wrappers,
  }),
]);

export type NumberTokenizerConfig = Readonly<z.infer<typeof numberTokenizerConfigSchema>>;
/** What one writes: everything but `kind` has a default. */
export type NumberTokenizerInput = z.input<typeof numberTokenizerConfigSchema>;

/** 2 exponent digits, 4 mantissa digits, base 10, rounded to nearest. */
export const DEFAULT_NUMBER_TOKENIZER: NumberTokenizerConfig = numberTokenizerConfigSchema.parse({
  kind: "ieee",
});

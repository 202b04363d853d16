// A candidate as it comes from outside, in JSON: text or base 64, with what helps to tell its kind.

import { z } from "zod";
import type { Candidate } from "../plugins/index.ts";

export const candidateSchema = z
  .strictObject({
    kind: z.string().min(1).max(100).optional(),
    text: z.string().optional(),
    base64: z
      .string()
      .regex(/^[A-Za-z0-9+/]*={0,2}$/, "not base 64")
      .optional(),
    /** Its extension may tell the kind. Never opened. */
    filename: z.string().max(1000).optional(),
    language: z.string().max(50).optional(),
  })
  .refine((candidate) => (candidate.text === undefined) !== (candidate.base64 === undefined), {
    message: "a candidate has either text or base64",
  })
  .transform(({ base64, ...candidate }) =>
    definedOnly({
      ...candidate,
      bytes: base64 === undefined ? undefined : Buffer.from(base64, "base64"),
    }),
  );

function definedOnly(
  fields: {
    readonly [K in keyof Candidate]: Candidate[K] | undefined;
  },
): Candidate {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

// Options as callers give them, checked: those from JavaScript have no types.

import { z } from "zod";
import { InputError } from "../core/index.ts";
import type { LimitOptions } from "./text-limit.ts";

/** One rule for every option of `T`: a new one without a rule does not compile. */
export type RulesOf<T> = { readonly [K in keyof Required<T>]: z.ZodType };

/** @throws {InputError} naming the method, the option and the rule; an option that is not known is one too. */
export function checkRequest(method: string, schema: z.ZodType, request: unknown): void {
  const { success, error } = schema.safeParse(request);
  if (success) return;
  const issue = error.issues[0]!;
  throw new InputError(`${method}: ${issue.path.join(".") || "options"}: ${issue.message}`);
}

export const count = z.int().positive().optional();
export const share = z.number().min(0).lt(1).optional();
export const callback = z.unknown().optional();
export const limitRules: RulesOf<LimitOptions> = { refuseLongTexts: z.boolean().optional() };

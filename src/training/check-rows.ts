// Rows that a model is to learn from, looked at before anything starts: an error names the row.

import { z } from "zod";
import { InputError } from "../core/index.ts";
import { TargetCheck } from "../data/index.ts";
import type { TrainedModel } from "./bundle.ts";
import { limitRules, type RulesOf } from "./check-request.ts";
import type { LimitOptions } from "./text-limit.ts";

/** What is done with rows that a model cannot learn as they are. */
export interface TeachOptions extends LimitOptions {
  /** Refuses values outside of what the number tokenizer writes instead of learning its nearest end. */
  readonly refuseClamped?: boolean;
}

export const teachRules: RulesOf<TeachOptions> = {
  ...limitRules,
  refuseClamped: z.boolean().optional(),
};

type Writer = Pick<TrainedModel, "model" | "decoderVocabulary">;

/** Looks at rows that `model` is to learn by its tokens. */
export function targetCheckOf(
  { model, decoderVocabulary }: Writer,
  { refuseClamped = false }: TeachOptions = {},
): TargetCheck {
  return new TargetCheck(decoderVocabulary, { ...model.config, refuseClamped });
}

/**
 * @param what `row`, `validation row`: it is followed by the place, which counts from 1.
 * @param check Counts what it sees.
 * @throws {InputError} naming row, field and rule.
 */
export function checkRows(
  trained: Writer,
  rows: readonly { readonly y: readonly number[] }[],
  what: string,
  check: TargetCheck = targetCheckOf(trained),
): void {
  rows.forEach((row, place) => check.look(row, `${what} ${place + 1}`));
}

/** For ways that fit numbers as they are: any that is finite. @throws {InputError} naming row, field and rule. */
export function checkFinite(rows: readonly { readonly y: readonly number[] }[]): void {
  rows.forEach(({ y }, place) => {
    const at = y.findIndex((value) => Math.abs(value) === Infinity);
    if (at < 0) return;
    const field = y.length === 1 ? "y" : `y[${at}]`;
    throw new InputError(`row ${place + 1}: ${field}: ${y[at]} is not finite`, {
      hint: "Leave the row out; NaN stands for an objective that was not measured.",
    });
  });
}

// Rows that a model is to learn from, looked at before anything starts: an error names the row.

import { InputError } from "../core/index.ts";
import { TargetCheck } from "../data/index.ts";
import type { TrainedModel } from "./bundle.ts";

/** Looks at rows that `model` is to learn by its tokens. */
export function targetCheckOf({
  model,
  decoderVocabulary,
}: Pick<TrainedModel, "model" | "decoderVocabulary">): TargetCheck {
  return new TargetCheck(decoderVocabulary, model.config);
}

/**
 * @param what `row`, `validation row`: it is followed by the place, which counts from 1.
 * @throws {InputError} naming row, field and rule.
 */
export function checkRows(
  trained: Pick<TrainedModel, "model" | "decoderVocabulary">,
  rows: readonly { readonly y: readonly number[] }[],
  what: string,
): void {
  const check = targetCheckOf(trained);
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

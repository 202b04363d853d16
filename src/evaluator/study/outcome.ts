// Outcomes of real evaluations, and what stands in for one where there is none. Pure.

import { InputError } from "../../core/index.ts";
import { fromCost, requireValue, toCost } from "./cost.ts";
import type { ToldEvent } from "./events.ts";
import type { Objective } from "./spec.ts";
import { StudyError } from "./study-error.ts";

/** The outcome of a real evaluation: true values by objective, or why there is none. */
export type Outcome = Readonly<Record<string, number>> | { readonly failure: string };

/**
 * Checks an outcome against the objectives and orders its values; undefined for a failure.
 * @throws {InputError} for a missing, superfluous or unusable value.
 */
export function valuesOf(outcome: Outcome, objectives: readonly Objective[]): number[] | undefined {
  if ("failure" in outcome) return undefined;
  const names = objectives.map(({ name }) => name);
  for (const name of Object.keys(outcome)) {
    if (names.includes(name)) continue;
    throw new InputError(`this study has no objective ${JSON.stringify(name.slice(0, 100))}`, {
      hint: `objectives: ${names.join(", ")}`,
    });
  }
  return objectives.map((objective) => {
    const value = outcome[objective.name];
    if (typeof value !== "number") throw new InputError(`a value for ${objective.name} is missing`);
    requireValue(value, objective);
    return value;
  });
}

/** What was told, as it was told. */
export function outcomeOf(event: ToldEvent, objectives: readonly Objective[]): Outcome {
  if (event.values === undefined) return { failure: event.failure ?? "failed" };
  return Object.fromEntries(objectives.map(({ name }, i) => [name, event.values![i]!]));
}

/** @throws {StudyError} TELL_CONFLICT where another outcome was told before. */
export function requireSame(
  known: ToldEvent,
  values: readonly number[] | undefined,
  objectives: readonly Objective[],
): void {
  const isSame =
    values === undefined
      ? known.values === undefined
      : known.values?.every((value, i) => value === values[i]) === true;
  if (isSame) return;
  const hint = `the first tell counts: ${JSON.stringify(outcomeOf(known, objectives))}`;
  throw new StudyError("TELL_CONFLICT", "another outcome was told for this candidate before", hint);
}

/**
 * A value for a candidate that was not evaluated: the bad end of its interval, and never better than the
 * incumbent. Search engines keep fitness values, and a predicted mean would outrank evaluated candidates.
 *
 * @param bestCost The incumbent's cost in this objective; undefined where there is none.
 */
export function pessimisticValue(
  { low, high }: { readonly low: number; readonly high: number },
  objective: Objective,
  bestCost: number | undefined,
): number {
  const bad = toCost(objective.goal === "min" ? high : low, objective);
  if (bestCost === undefined) return fromCost(bad, objective);
  // One part in a thousand behind: a tie must not go to the one that nobody evaluated.
  const margin = objective.scale === "log" ? 1e-3 : 1e-3 * Math.abs(bestCost) + 1e-12;
  return fromCost(Math.max(bad, bestCost + margin), objective);
}

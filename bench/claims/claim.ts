// What a claim is: named trials, each a small experiment of one seed that ends in figures.

import type { Workshop } from "./models.ts";

export interface Outcome {
  /** What was changed, or what the figures are of: a row of the table. */
  readonly variant: string;
  /** Figures of a part of the rows (one task) stand in a table of their own. */
  readonly group?: string;
  readonly figures: Readonly<Record<string, number>>;
  /** Points of a scatter, where the picture is one. */
  readonly points?: readonly (readonly [x: number, y: number])[];
}

export interface Trial {
  readonly name: string;
  readonly seed: number;
  run(workshop: Workshop): Promise<readonly Outcome[]>;
}

export interface Column {
  /** Name of the figure. */
  readonly figure: string;
  readonly title: string;
  readonly digits: number;
}

export interface Claim {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly trials: readonly Trial[];
}

/** One line of the results file. */
export interface Result extends Outcome {
  readonly claim: string;
  readonly trial: string;
  readonly seed: number;
}

/** The claim's own results, in the order of its trials and of their seeds. */
export function resultsOf(claim: Claim, results: readonly Result[]): readonly Result[] {
  const order = [...new Set(claim.trials.map(({ name }) => name))];
  return results
    .filter((result) => result.claim === claim.name)
    .toSorted((a, b) => order.indexOf(a.trial) - order.indexOf(b.trial) || a.seed - b.seed);
}

/** Trials that the results do not have yet, the first seed of all of them first. */
export function openTrials(claim: Claim, results: readonly Result[]): readonly Trial[] {
  const done = new Set(
    results
      .filter((result) => result.claim === claim.name)
      .map(({ trial, seed }) => `${trial} ${seed}`),
  );
  return claim.trials
    .filter(({ name, seed }) => !done.has(`${name} ${seed}`))
    .toSorted((a, b) => a.seed - b.seed);
}

// Ridge regression on words of the text and pairs of them: the plain surrogate that a language model must beat.

import { cholesky, invariant, solveLower, solveUpper } from "../../core/index.ts";
import { type PredictedCosts, winsorised } from "./model-based.ts";

/** A label that the surrogate may learn from. */
export interface Label {
  readonly candidate: number;
  readonly cost: number;
}

/**
 * Predicts every candidate's cost from labels, in deviations from their mean. By the dual form: cheap for few
 * labels and many features.
 */
export function ridgePredictions(labels: readonly Label[], penalty = 1): PredictedCosts {
  return (space) => {
    const words = Array.from({ length: space.size }, (_, i) => wordsOf(space.text(i)));
    const own = labels.map(({ candidate }) => words[candidate]!);
    // The few that fail altogether would otherwise be all that it learns.
    const targets = winsorised(labels.map(({ cost }) => cost));
    const n = labels.length;
    const gram = new Float64Array(n * n);
    own.forEach((a, i) =>
      own.forEach((b, j) => (gram[i * n + j] = likeness(a, b) + (i === j ? penalty : 0))),
    );
    const factor = cholesky(gram, n);
    invariant(factor !== undefined, "a penalty above zero makes the products positive definite");
    const weights = solveUpper(factor, solveLower(factor, targets));
    return Float64Array.from(words, (word) =>
      own.reduce((sum, other, j) => sum + weights[j]! * likeness(word, other), 0),
    );
  };
}

export function wordsOf(text: string): string[] {
  return (text.match(/[\w.]+/g) ?? []).filter((word) => !/^\d$/.test(word));
}

/** Inner product of one-hot words by place and of all their pairs: s + s (s - 1) / 2 for s shared places. */
function likeness(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] === b[i]) shared++;
  return shared + (shared * (shared - 1)) / 2;
}

// One task that was left out, few labels of it, and the tasks that are known: what every method is given.

import { Random } from "../../src/core/index.ts";
import type { Example } from "../../src/data/index.ts";
import { type SiblingView, viewText } from "../../src/training/sibling-views.ts";

export interface Problem {
  readonly protocol: string;
  /** What is left out: an environment, a device, a GPU. */
  readonly target: string;
  /** Rows that shots are drawn from. */
  readonly pool: readonly Example[];
  /** Texts of everything that could have been in the pool; those of the pool unless given. */
  readonly candidates?: readonly string[];
  /** Rows that are predicted; rows drawn as shots are taken out. */
  readonly test: readonly Example[];
  /** Rows of the known tasks. */
  readonly sources: readonly Example[];
  /** Whether the protocol lets a method see what the same candidate measured in a known task. */
  readonly candidatesMeasured: boolean;
  /** Whether the smallest value is what people search for. */
  readonly isSearch?: true;
  readonly shots: readonly number[];
  /** Problems of one name share who speaks for the known tasks: their shots come from the same candidates. */
  readonly speakersFor: string;
  /** Training rows of the target itself, where the model knows it: what the rivals are fitted on. */
  readonly knownRows?: readonly Example[];
}

/**
 * Rows of the view's task without those of what shots are drawn from: who speaks for a known task must not know the
 * shots better than the test rows.
 */
export function speakableRows(
  { pool, candidates = pool.map(({ x }) => x), sources }: Problem,
  view: SiblingView,
): Example[] {
  const seen = new Set(candidates.map((text) => viewText(text, view)));
  return sources.filter(({ task, x }) => task === view.task && !seen.has(x));
}

export interface Draw {
  readonly shots: readonly Example[];
  readonly test: readonly Example[];
}

/** Draw `draw` with `numShots` labels: a smaller set is part of the larger ones. */
export function drawOf({ target, pool, test }: Problem, numShots: number, draw: number): Draw {
  const shots = new Random("accuracy shots", target, draw).shuffled(pool).slice(0, numShots);
  const isShot = new Set(shots);
  return { shots, test: test.filter((row) => !isShot.has(row)) };
}

/** At most `count` rows, the same ones every time. */
export function someRows(rows: readonly Example[], count: number, name: string): Example[] {
  return new Random("accuracy rows", name).shuffled(rows).slice(0, count);
}

// Who speaks for a sibling environment about a candidate that was not measured there: the model, corrected by an
// instant fit to that environment's own rows.

import { Random } from "../core/index.ts";
import { type Example, groupByTask } from "../data/index.ts";
import type { TrainedModel } from "./bundle.ts";
import { fitInstant } from "./instant.ts";
import { instantRows } from "./instant-rows.ts";
import {
  makeRefinement,
  NO_SIBLINGS,
  plainConfig,
  type Refinement,
  type SpeakingSiblings,
} from "./refinement.ts";
import { viewText } from "./sibling-views.ts";
import { learnSiblings } from "./siblings.ts";

export interface SourceOptions {
  readonly sources?: readonly Example[];
  readonly useMeasured?: boolean;
  readonly seed?: number;
}

/** Rows that a speaker is fitted on at most. */
const MAX_ROWS = 400;

/** The siblings of the shots, each with a speaker: what comes later may not be measured where the shots were. */
export async function learnSpeakingSiblings(
  base: TrainedModel,
  shots: readonly Example[],
  { sources = [], useMeasured = true, seed = 0 }: SourceOptions,
): Promise<SpeakingSiblings> {
  const texts = shots.map(({ x }) => x);
  const numObjectives = Math.max(0, ...shots.map(({ y }) => y.length));
  const siblings = learnSiblings(texts, sources, { keepMeasured: useMeasured, numObjectives });
  const groups = new Map(groupByTask(sources).map(({ task, examples }) => [task, examples]));
  const speakers: (Refinement | undefined)[] = [];
  for (const view of siblings.views) {
    // A speaker that was fitted on the shots' own candidates would be surer of them than of any other.
    const seen = new Set(texts.map((text) => viewText(text, view)));
    const rows = groups.get(view.task)!.filter(({ x }) => !seen.has(x));
    speakers.push(await fitSpeaker(base, new Random("speaker", seed).shuffled(rows)));
  }
  return { ...siblings, speakers };
}

/** Corrects the model's answers to rows of one task. */
export async function fitSpeaker(
  base: TrainedModel,
  rows: readonly Example[],
): Promise<Refinement | undefined> {
  const used = rows.slice(0, MAX_ROWS);
  const numObjectives = Math.max(0, ...used.map(({ y }) => y.length));
  if (numObjectives === 0) return undefined;
  const frozen = await instantRows(base, used, numObjectives, NO_SIBLINGS);
  const fits = frozen.map((ofObjective) => fitInstant(ofObjective));
  return makeRefinement(
    plainConfig(fits.map(({ residual }) => residual)),
    fits.map((fit) => fit.rows),
  );
}

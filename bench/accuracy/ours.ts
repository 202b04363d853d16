// The instant adaptation on frozen answers, with as much of the known tasks as the protocol allows.

import { Random } from "../../src/core/index.ts";
import type { Example } from "../../src/data/index.ts";
import type { Distribution } from "../../src/model/index.ts";
import type { Predictor, TrainedModel } from "../../src/training/index.ts";
import { fitInstant, type InstantRow } from "../../src/training/instant.ts";
import {
  makeRefinement,
  plainConfig,
  type Refinement,
  refine,
} from "../../src/training/refinement.ts";
import type { SiblingView } from "../../src/training/sibling-views.ts";
import { learnSiblings } from "../../src/training/siblings.ts";
import { fitSpeaker } from "../../src/training/speakers.ts";
import { freeze, withViews } from "./frozen.ts";
import { type Draw, type Problem, speakableRows } from "./problem.ts";

/** Answers by method, for every row of a problem. */
export type FrozenProblem = ReadonlyMap<string, ReadonlyMap<Example, InstantRow>>;

export async function freezeProblem(
  predictor: Predictor,
  problem: Problem,
): Promise<FrozenProblem> {
  const rows = [...new Set([...problem.pool, ...problem.test])];
  const texts = rows.map(({ x }) => x);
  const byMethod = new Map<string, ReadonlyMap<Example, InstantRow>>();
  const add = (name: string, answers: readonly InstantRow[]): void => {
    byMethod.set(name, new Map(rows.map((row, at) => [row, answers[at]!])));
  };
  const plain = await freeze(predictor, rows);
  add("auspex, text only", plain);
  const views = learnSiblings(texts, problem.sources, { keepMeasured: false });
  if (views.views.length === 0) return byMethod;
  const speakers = await speakersOf(predictor.trained, problem, views.views);
  const known = { ...views, speakers };
  add("auspex", await withViews(predictor, plain, known));
  if (problem.candidatesMeasured) {
    const measured = learnSiblings(texts, problem.sources, { keepMeasured: true });
    const spoken = { ...measured, speakers };
    add("auspex + measured", await withViews(predictor, plain, spoken));
  }
  return byMethod;
}

/** By protocol and task: devices of one space are asked about by several problems. */
const fitted = new Map<string, Refinement | undefined>();

async function speakersOf(
  trained: TrainedModel,
  problem: Problem,
  views: readonly SiblingView[],
): Promise<(Refinement | undefined)[]> {
  const speakers: (Refinement | undefined)[] = [];
  for (const view of views) {
    const key = `${problem.speakersFor} ${view.task}`;
    if (!fitted.has(key)) {
      const rows = new Random("speakers", key).shuffled(speakableRows(problem, view));
      fitted.set(key, await fitSpeaker(trained, rows));
    }
    speakers.push(fitted.get(key));
  }
  return speakers;
}

/** Distributions of the test rows by every way of adapting. */
export function adaptedDistributions(
  frozen: FrozenProblem,
  { shots, test }: Draw,
): Readonly<Record<string, readonly Distribution[]>> {
  const entries = [...frozen].map(([name, answers]): [string, readonly Distribution[]] => {
    const rows = test.map((row) => answers.get(row)!);
    if (shots.length === 0) return [name, rows.map(({ distribution }) => distribution)];
    const { residual, rows: fitted } = fitInstant(shots.map((row) => answers.get(row)!));
    const refinement = makeRefinement(plainConfig([residual]), [fitted]);
    return [name, rows.map((row) => refine(refinement, 0, row.distribution, row))];
  });
  return Object.fromEntries(shots.length === 0 ? entries.slice(0, 1) : entries);
}

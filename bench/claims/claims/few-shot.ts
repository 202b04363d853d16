// Does pretraining on more tasks help with a task that was left out? The same number of steps on 1, 4, 16 or all
// tasks, then the same number of further steps on few labelled rows of the left-out environment.

import { Random } from "../../../src/core/index.ts";
import type { Example } from "../../../src/data/index.ts";
import type { TrainedModel } from "../../../src/training/index.ts";
import type { Claim, Outcome } from "../claim.ts";
import { meanOf, type PointFigures, pointFigures } from "../measures.ts";
import {
  fineTunedDecoder,
  medianAnswers,
  trainedDecoder,
  untrainedDecoder,
  type Workshop,
} from "../models.ts";
import { basePlan, SEEDS } from "../plan.ts";
import { FEW_SHOT_TARGETS } from "../rows.ts";

const NUM_TASKS: readonly (number | "all")[] = [0, 1, 4, 16, "all"];
export const NUM_SHOTS: readonly number[] = [0, 16, 128];
const TEST_ROWS = 60;
const FINE_TUNING = { numSteps: 40, batchSize: 32, learningRate: 1e-3 } as const;

export const FEW_SHOT: Claim = {
  name: "few-shot",
  title: "Few-shot error by number of pretraining tasks",
  columns: NUM_SHOTS.flatMap((shots) => [
    { figure: `error@${shots}`, title: `error %, ${shots} shots`, digits: 1 },
    { figure: `spearman@${shots}`, title: `Spearman, ${shots} shots`, digits: 3 },
  ]),
  trials: NUM_TASKS.flatMap((numTasks) =>
    SEEDS.map((seed) => ({
      name: `${numTasks} tasks`,
      seed,
      async run(workshop) {
        const pretrained = await pretrainedOn(workshop, numTasks, seed);
        return await fewShotOutcomes(pretrained, workshop.rows.targets, `${numTasks} tasks`, seed);
      },
    })),
  ),
};

async function pretrainedOn(
  workshop: Workshop,
  numTasks: number | "all",
  seed: number,
): Promise<TrainedModel> {
  if (numTasks === 0) return untrainedDecoder(workshop, basePlan(seed));
  return await trainedDecoder(workshop, basePlan(seed, numTasks === "all" ? {} : { numTasks }));
}

/** The mean over the targets, and each target by itself. */
async function fewShotOutcomes(
  pretrained: TrainedModel,
  targets: readonly Example[],
  variant: string,
  seed: number,
): Promise<Outcome[]> {
  const perTarget: Record<string, number>[] = [];
  for (const task of FEW_SHOT_TARGETS) {
    const { pool, test } = targetRows(targets.filter((row) => row.task === task));
    const figures: Record<string, number> = {};
    for (const numShots of NUM_SHOTS) {
      const { medianError, spearman } = await afterShots(pretrained, pool, test, numShots, seed);
      figures[`error@${numShots}`] = medianError;
      figures[`spearman@${numShots}`] = spearman;
    }
    perTarget.push(figures);
  }
  const mean = Object.fromEntries(
    Object.keys(perTarget[0]!).map((name) => [
      name,
      meanOf(perTarget.map((figures) => figures[name]!)),
    ]),
  );
  return [
    { variant, figures: mean },
    ...perTarget.map((figures, i) => ({ variant, group: FEW_SHOT_TARGETS[i]!, figures })),
  ];
}

async function afterShots(
  pretrained: TrainedModel,
  pool: readonly Example[],
  test: readonly Example[],
  numShots: number,
  seed: number,
): Promise<PointFigures> {
  const shots = new Random("shots", seed, pool[0]!.task).shuffled(pool).slice(0, numShots);
  const adapted =
    numShots === 0
      ? pretrained
      : await fineTunedDecoder(pretrained, shots, { ...FINE_TUNING, seed });
  return pointFigures(await medianAnswers(adapted, test));
}

/** Test rows are the same for every model; the shots come from the rest. Pure. */
export function targetRows(rows: readonly Example[]): {
  readonly test: readonly Example[];
  readonly pool: readonly Example[];
} {
  const shuffled = new Random("few-shot rows", rows[0]!.task).shuffled(rows);
  return { test: shuffled.slice(0, TEST_ROWS), pool: shuffled.slice(TEST_ROWS) };
}

// The few-shot experiment: for each environment that was held out, the pretrained model with 0 and more
// labelled rows, against the same model trained from scratch on the same rows.

import { Random } from "../../core/index.ts";
import type { Example, TaskGroup } from "../../data/index.ts";
import {
  adapt,
  type EvaluatedRow,
  evaluate,
  Predictor,
  type TrainedModel,
} from "../../training/index.ts";

export interface TransferOptions {
  /** Numbers of labelled rows, rising; 0 is the pretrained model as it is. */
  readonly shots: readonly number[];
  /** Test rows per environment at most. */
  readonly maxTestRows: number;
  readonly seed: number;
  /** Called before each model is trained or measured. */
  readonly onStage: (stage: string) => void;
}

export interface TransferCell {
  readonly task: string;
  readonly shots: number;
  readonly model: "transferred" | "from scratch";
  /** Rank correlation of medians with truth; 0 where the predictions do not vary. */
  readonly spearman: number;
  /** Mean relative error of the median, percent. */
  readonly mre: number;
  readonly coverage90: number;
  /** Way of adapting that was chosen. */
  readonly way: string;
}

export interface TransferResult {
  readonly cells: readonly TransferCell[];
  /** The model with the most shots and its predictions, by task. */
  readonly best: ReadonlyMap<string, { trained: TrainedModel; rows: readonly EvaluatedRow[] }>;
}

/** Rows of one held-out environment: shots come from `train`, figures from `test`. */
export interface HeldOutTask {
  readonly task: string;
  readonly pool: readonly Example[];
  readonly test: readonly Example[];
}

/** Cuts held-out rows by task and split. Each smaller set of shots is part of the larger ones. */
export function heldOutTasks(
  groups: readonly TaskGroup[],
  options: TransferOptions,
): HeldOutTask[] {
  return groups.map(({ task, examples }) => ({
    task,
    pool: new Random("demo shots", options.seed, task).shuffled(
      examples.filter(({ split }) => split === "train"),
    ),
    test: new Random("demo test", options.seed, task)
      .shuffled(examples.filter(({ split }) => split === "test"))
      .slice(0, options.maxTestRows),
  }));
}

/** How many models {@link transfer} trains or measures: for a progress bar. */
export function countStages(tasks: readonly HeldOutTask[], { shots }: TransferOptions): number {
  return tasks.length * shots.reduce((sum, count) => sum + (count === 0 ? 1 : 2), 0);
}

/** Runs the experiment on the current engine. */
export async function transfer(
  pretrained: TrainedModel,
  untrained: TrainedModel,
  tasks: readonly HeldOutTask[],
  options: TransferOptions,
): Promise<TransferResult> {
  const cells: TransferCell[] = [];
  const best = new Map<string, { trained: TrainedModel; rows: readonly EvaluatedRow[] }>();
  for (const held of tasks) {
    for (const count of options.shots) {
      const shots = held.pool.slice(0, count);
      options.onStage(`${held.task}, ${count} shots`);
      const fitted =
        count === 0
          ? pretrained
          : (await adapt(pretrained, shots, { seed: options.seed, ...QUICK })).trained;
      const way = count === 0 ? "zero-shot" : describeWay(fitted);
      const measured = await measure(fitted, held, count, "transferred", way);
      cells.push(measured.cell);
      best.set(held.task, { trained: fitted, rows: measured.rows });
      if (count === 0) continue;
      options.onStage(`${held.task}, ${count} shots, from scratch`);
      const scratch = await adapt(untrained, shots, { seed: options.seed, ...FROM_SCRATCH });
      cells.push((await measure(scratch.trained, held, count, "from scratch", "full")).cell);
    }
  }
  return { cells, best };
}

/** Fine-tuning in few, larger steps: three folds of it have to fit into the demo's minutes. */
const QUICK = { learningRate: 1e-3, maxEpochs: 12, patience: 3 } as const;
/** More and larger steps than adapting takes: nothing is known yet that could be lost. */
const FROM_SCRATCH = { method: "full", learningRate: 3e-3, maxEpochs: 40, patience: 10 } as const;

function describeWay({ provenance }: TrainedModel): string {
  const adaptations = provenance["adaptations"] as { readonly chosen: readonly string[] }[];
  return adaptations.at(-1)!.chosen.join(", ");
}

async function measure(
  trained: TrainedModel,
  { task, test }: HeldOutTask,
  shots: number,
  model: TransferCell["model"],
  way: string,
): Promise<{ readonly cell: TransferCell; readonly rows: readonly EvaluatedRow[] }> {
  const predictor = new Predictor(trained);
  const rows: EvaluatedRow[] = [];
  const { overall } = await evaluate(predictor, test, { onRows: (some) => rows.push(...some) });
  predictor.dispose();
  const cell = {
    task,
    shots,
    model,
    spearman: overall.spearman ?? 0,
    mre: overall.mre ?? Number.NaN,
    coverage90: overall.coverage90,
    way,
  };
  return { cell, rows };
}

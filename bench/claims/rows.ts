// The rows of these experiments: two bundled data sets, some rows of each task, whole environments left out.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readRunConfig } from "../../src/config/index.ts";
import { Random } from "../../src/core/index.ts";
import { type Example, groupByTask, parseSelectors, readExamples } from "../../src/data/index.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const BUNDLED = join(HERE, "..", "..", "examples", "data");
const FILES = ["sempl.jsonl.gz", "gpukernels.jsonl.gz"];

/** No model is trained on these here: the few-shot claim asks about them. */
export const FEW_SHOT_TARGETS: readonly string[] = [
  "sempl/x264/E3",
  "sempl/exastencils/E2",
  "gpu/convolution_milo/MI250X",
];

/** What it holds out is left alone here too, so that no choice is made on it. */
const PRETRAINING = join(HERE, "..", "..", "configs", "pretrain-all.yaml");

const MAX_TRAIN_ROWS = 2000;
const MAX_TEST_ROWS = 30;

export interface ClaimRows {
  /** Rows of the split `train` of every task that models are trained on. */
  readonly train: readonly Example[];
  /** Rows of the split `test` of the same tasks. */
  readonly test: readonly Example[];
  /** All rows of the few-shot targets. */
  readonly targets: readonly Example[];
}

/** `directory` holds the files of `examples/data`; `bundled` is that folder. */
export async function readClaimRows(directory: string): Promise<ClaimRows> {
  const folder = directory === "bundled" ? BUNDLED : directory;
  const rows = await readExamples(FILES.map((file) => join(folder, file)));
  return chooseRows(rows, readRunConfig(PRETRAINING).holdOut);
}

/** Which rows take part: none that `reserved` selects. Pure: the same rows in, the same out. */
export function chooseRows(rows: readonly Example[], reserved: readonly string[]): ClaimRows {
  const isReserved = parseSelectors(reserved);
  const isTarget = parseSelectors(FEW_SHOT_TARGETS.map((task) => `task=${task}`));
  const learned = rows.filter((row) => !isReserved(row) && !isTarget(row));
  const some = (split: "train" | "test", count: number): Example[] =>
    groupByTask(learned.filter((row) => row.split === split)).flatMap(({ task, examples }) =>
      new Random("claims", split, task).shuffled(examples).slice(0, count),
    );
  return {
    train: some("train", MAX_TRAIN_ROWS),
    test: some("test", MAX_TEST_ROWS),
    targets: rows.filter(isTarget),
  };
}

/** Rows of `count` tasks, drawn by the seed: a larger count contains the smaller one. */
export function rowsOfSomeTasks(
  rows: readonly Example[],
  count: number | undefined,
  seed: number,
): readonly Example[] {
  if (count === undefined) return rows;
  const tasks = groupByTask(rows).map(({ task }) => task);
  const kept = new Set(new Random("tasks", seed).shuffled(tasks).slice(0, count));
  return rows.filter(({ task }) => kept.has(task));
}

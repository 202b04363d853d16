// The rows of these experiments: two bundled data sets, some rows of each task, whole environments left out.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../src/core/index.ts";
import { type Example, groupByTask, parseSelectors, readExamples } from "../../src/data/index.ts";

const BUNDLED = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "examples", "data");
const FILES = ["sempl.jsonl.gz", "gpukernels.jsonl.gz"];

/** No model is trained on these here: the few-shot claim asks about them. */
export const FEW_SHOT_TARGETS: readonly string[] = [
  "sempl/x264/E3",
  "sempl/exastencils/E2",
  "gpu/convolution_milo/MI250X",
];

/** What `configs/pretrain-all.yaml` holds out: left alone, so that no choice here is made on it. */
const RESERVED: readonly string[] = [
  "sempl/deeparch/E2",
  "sempl/sac/E2",
  "sempl/sqlite/E3",
  "sempl/nginx/E3",
  "sempl/spear/E2",
  "sempl/storm/E2",
  "sempl/imagemagick/E3",
  "sempl/exastencils/E3",
  "sempl/x264/E9",
  "gpu/convolution_milo/W6600",
  "gpu/dedispersion_milo/W6600",
  "gpu/gemm_clblast/RTX_3060_laptop",
  "gpu/convolution_bat/RTX_3060_laptop",
];

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
  return chooseRows(await readExamples(FILES.map((file) => join(folder, file))));
}

/** Which rows take part. Pure: the same rows in, the same out. */
export function chooseRows(rows: readonly Example[]): ClaimRows {
  const isReserved = parseSelectors(RESERVED.map((task) => `task=${task}`));
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

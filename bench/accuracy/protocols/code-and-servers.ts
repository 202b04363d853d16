// BHive's assembly blocks (in distribution, and transfer to the CPU that was left out), and MLPerf's systems that
// training has not seen.

import { groupByTask } from "../../../src/data/index.ts";
import { readDataset } from "../datasets.ts";
import { type Problem, someRows } from "../problem.ts";
import type { Setting } from "../setting.ts";

const MAX_SOURCE_ROWS = 20_000;

export async function bhiveProblems(setting: Setting): Promise<Problem[]> {
  const rows = await readDataset(setting.data, "bhive");
  return groupByTask(rows).map(({ task, examples }) => {
    const train = examples.filter(({ split }) => split === "train");
    const isNew = setting.isHeldOut(task);
    return {
      protocol: "bhive",
      target: task,
      speakersFor: task,
      pool: isNew ? someRows(train, setting.quick ? 1200 : 4000, task) : [],
      test: someRows(
        examples.filter(({ split }) => split === "test"),
        setting.maxRows,
        task,
      ),
      sources: isNew
        ? someRows(
            rows.filter((row) => row.task !== task && row.split === "train"),
            MAX_SOURCE_ROWS,
            "bhive sources",
          )
        : [],
      candidatesMeasured: false,
      ...(isNew ? {} : { knownRows: someRows(train, MAX_SOURCE_ROWS, "bhive known") }),
      shots: isNew ? [0, 100, ...(setting.quick ? [] : [1000])] : [0],
    };
  });
}

export async function mlperfProblems(setting: Setting): Promise<Problem[]> {
  const rows = await readDataset(setting.data, "mlperf");
  return groupByTask(rows).map(({ task, examples }) => ({
    protocol: "mlperf",
    target: task,
    speakersFor: task,
    pool: [],
    test: someRows(
      examples.filter(({ split }) => split === "test"),
      setting.maxRows,
      task,
    ),
    sources: [],
    candidatesMeasured: false,
    // The rivals of a task that the model knows are fitted on its training rows.
    knownRows: examples.filter(({ split }) => split === "train"),
    shots: [0],
  }));
}

// GPU kernels: few configurations measured on a GPU that was left out, complete tuning spaces on the others.

import { groupByTask } from "../../../src/data/index.ts";
import { readDataset } from "../datasets.ts";
import { type Problem, someRows } from "../problem.ts";
import { isSource, type Setting } from "../setting.ts";

export async function gpuProblems(setting: Setting): Promise<Problem[]> {
  const rows = await readDataset(setting.data, "gpukernels");
  return groupByTask(rows)
    .filter(({ task }) => setting.isTarget(task))
    .map(({ task, examples }) => {
      const used = someRows(examples, setting.maxRows + 200, task);
      const kernel = task.split("/")[1]!;
      return {
        protocol: "gpukernels",
        target: task,
        speakersFor: task,
        pool: used,
        test: used,
        sources: rows.filter(
          (row) => row.task.startsWith(`gpu/${kernel}/`) && isSource(row.task, task, setting),
        ),
        candidatesMeasured: true,
        isSearch: true as const,
        shots: [0, 10, 50, 200],
      };
    });
}

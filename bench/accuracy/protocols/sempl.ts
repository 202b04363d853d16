// SeMPL's protocol: N labelled configurations of an environment at random, all configurations of the other
// environments, error on the remaining configurations.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError } from "../../../src/core/index.ts";
import { groupByTask } from "../../../src/data/index.ts";
import { datasetFile, readDataset } from "../datasets.ts";
import { type Problem, someRows } from "../problem.ts";
import { isSource, type Setting } from "../setting.ts";

interface SystemTasks {
  readonly fewshot_sizes_S1_S5: readonly number[];
}

/** `{system: {E<k>: {S<j>: {method: mre}}}}`, percent. */
export type PublishedErrors = Readonly<
  Record<string, Record<string, Record<string, Record<string, number>>>>
>;

export async function semplProblems(setting: Setting): Promise<Problem[]> {
  const rows = await readDataset(setting.data, "sempl");
  const systems = readBeside<Record<string, SystemTasks>>(setting.data, "sempl_tasks.json");
  return groupByTask(rows)
    .filter(({ task }) => setting.isTarget(task))
    .map(({ task, examples }) => {
      const system = task.split("/")[1]!;
      const sizes = systems[system]!.fewshot_sizes_S1_S5;
      const used = someRows(examples, setting.maxRows + sizes.at(-1)!, task);
      return {
        protocol: "sempl",
        target: task,
        speakersFor: task,
        pool: used,
        test: used,
        sources: rows.filter(
          (row) => row.task.startsWith(`sempl/${system}/`) && isSource(row.task, task, setting),
        ),
        candidatesMeasured: true,
        shots: setting.quick ? [sizes[0]!, sizes[4]!] : [...sizes],
      };
    });
}

/** Errors of the published methods for one problem and number of shots; empty where there are none. */
export function publishedErrors(
  directory: string,
  { target }: Problem,
  numShots: number,
): Readonly<Record<string, number>> {
  const systems = readBeside<Record<string, SystemTasks>>(directory, "sempl_tasks.json");
  const errors = readBeside<PublishedErrors>(directory, "sempl_published_mre.json");
  const [, system, environment] = target.split("/") as [string, string, string];
  const size = systems[system]!.fewshot_sizes_S1_S5.indexOf(numShots) + 1;
  return errors[system]?.[environment]?.[`S${size}`] ?? {};
}

function readBeside<T>(directory: string, name: string): T {
  const file = datasetFile(directory, "sempl");
  if (file === undefined) throw new InputError(`${directory} has no sempl.jsonl.gz`);
  return JSON.parse(readFileSync(join(dirname(file), name), "utf8")) as T;
}

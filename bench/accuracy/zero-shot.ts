// npx tsx bench/accuracy/zero-shot.ts --model BUNDLE [--data DIR --tasks 'gpu/*' --names skylake,zen4 --rows N --split S]:
// what a model says without labels of tasks in prepared rows (bench/accuracy/prepare.ts): of those that it has not seen, or
// of known ones under other names. One line a task; choices between models are made on what `--tasks` names.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { InputError } from "../../src/core/index.ts";
import { type Example, groupByTask, parseSelectors, readExamples } from "../../src/data/index.ts";
import { crpsFromQuantiles } from "../../src/metrics/index.ts";
import type { Distribution } from "../../src/model/index.ts";
import { openEngine } from "../../src/tensor/index.ts";
import { openModel, Predictor } from "../../src/training/index.ts";
import { freeze } from "./frozen.ts";
import { someRows } from "./problem.ts";
import { scoresOf } from "./scores.ts";
import { namedAs } from "./unnamed.ts";

const LEVELS = Array.from({ length: 19 }, (_, at) => (at + 1) / 20);
/** Logarithms need positive numbers. */
const LEAST = 1e-12;

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    data: { type: "string", default: "runs/pretrain-data" },
    tasks: { type: "string", multiple: true, default: ["*"] },
    names: { type: "string" },
    split: { type: "string" },
    rows: { type: "string", default: "300" },
  },
});
if (values.model === undefined) throw new InputError("--model BUNDLE is missing");
await openEngine();
const predictor = new Predictor(openModel(values.model));
const files = readdirSync(values.data).filter((name) => name.endsWith(".jsonl.gz"));
const all = await readExamples(files.map((name) => join(values.data, name)));
const isWanted = parseSelectors(values.tasks.map((task) => `task=${task}`));
const isOfSplit = ({ split }: Example): boolean =>
  values.split === undefined || split === values.split;

process.stdout.write("| task | rows | MRE % | MedAPE % | rho | in 90 % | CRPS of log y |\n");
process.stdout.write("| --- | --- | --- | --- | --- | --- | --- |\n");
for (const { task, examples } of groupByTask(
  all.filter((row) => isWanted(row) && isOfSplit(row)),
)) {
  const rows = someRows(examples, Number(values.rows), task);
  for (const name of values.names?.split(",") ?? [undefined]) {
    const asked = name === undefined ? rows : rows.map((row) => namedAs(row, name));
    const distributions = (await freeze(predictor, asked)).map(({ distribution }) => distribution);
    process.stdout.write(
      `${line(name === undefined ? task : `${task} as ${name}`, rows, distributions)}\n`,
    );
  }
}
predictor.dispose();

function line(
  title: string,
  rows: readonly Example[],
  distributions: readonly Distribution[],
): string {
  const y = rows.map(({ y: [value = 0] }) => value);
  const medians = distributions.map(({ median }) => median);
  const scores = scoresOf(medians, y, distributions);
  const losses = distributions.map((distribution, at) =>
    crpsFromQuantiles(
      LEVELS.map((level) => Math.log(Math.max(distribution.quantile(level), LEAST))),
      LEVELS,
      Math.log(Math.max(y[at]!, LEAST)),
    ),
  );
  const crps = losses.reduce((sum, value) => sum + value, 0) / losses.length;
  const cells = [
    title,
    String(rows.length),
    scores.mre.toFixed(1),
    scores.medape.toFixed(1),
    scores.spearman.toFixed(3),
    scores.coverage90!.toFixed(2),
    crps.toFixed(3),
  ];
  return `| ${cells.join(" | ")} |`;
}

import { InputError } from "../../core/index.ts";
import { type Example, groupByTask, readExamples, type Split } from "../../data/index.ts";
import { evaluate, type Evaluation, Predictor } from "../../training/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { printResult, renderTable } from "../output.ts";
import { openProgress } from "../progress.ts";

interface EvalCommandOptions extends EngineFlags {
  readonly bundle: string;
  readonly data: readonly string[];
  readonly where: readonly string[];
  readonly split?: Split;
  readonly limit?: number;
  readonly json: boolean;
}

/** `auspex eval`: rank correlation, relative error, likelihood and coverage, per task and overall. */
export async function evalCommand(options: EvalCommandOptions): Promise<void> {
  const rows = await readExamples(options.data, {
    where: options.where,
    ...(options.split === undefined ? {} : { splits: [options.split] }),
  });
  const chosen = options.limit === undefined ? rows : limitPerTask(rows, options.limit);
  if (chosen.length === 0)
    throw new InputError("no rows match", { hint: "check --where and --split" });
  await openChosenEngine(chooseEngine(options), options.json);
  const predictor = Predictor.open(options.bundle);
  const progress = openProgress({
    label: "eval",
    total: chosen.length,
    unit: "rows",
    ...(options.json ? { mode: "none" as const } : {}),
  });
  let done = 0;
  const evaluation = await evaluate(predictor, chosen, {
    onRows: (evaluated) => progress.update((done += evaluated.length)),
  });
  progress.finish();
  predictor.dispose();
  printResult(options.json, evaluation, renderEvaluation);
}

/** At most `limit` rows of each task, evenly spaced over its rows. */
export function limitPerTask(rows: readonly Example[], limit: number): Example[] {
  return groupByTask(rows).flatMap(({ examples }) => {
    const count = Math.min(limit, examples.length);
    return Array.from(
      { length: count },
      (_, i) => examples[Math.floor((i * examples.length) / count)]!,
    );
  });
}

function renderEvaluation({ tasks, overall }: Evaluation): string[] {
  const number = (value: number | null, digits: number): string =>
    value === null ? "-" : value.toFixed(digits);
  const row = (name: string, m: Evaluation["overall"]): string[] => [
    name,
    String(m.n),
    number(m.spearman, 3),
    number(m.kendall, 3),
    number(m.mre, 1),
    m.rmse.toPrecision(3),
    number(m.nll, 2),
    number(100 * m.coverage90, 1),
  ];
  return renderTable(
    ["task", "n", "spearman", "kendall", "MRE %", "RMSE", "NLL", "cover90 %"],
    [
      ...Object.entries(tasks).map(([task, metrics]) => row(task, metrics)),
      row("overall", overall),
    ],
  );
}

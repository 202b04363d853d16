import { writeFileAtomic } from "../../checkpoint/index.ts";
import { InputError } from "../../core/index.ts";
import { type Example, groupByTask, readExamples, type Split } from "../../data/index.ts";
import {
  type CalibrationReport,
  calibrationReport,
  type EvaluatedRow,
  type Evaluation,
  evaluate,
  isMeasured,
  Predictor,
} from "../../training/index.ts";
import { pitSketch, renderCalibrationPlot } from "../calibration-plot.ts";
import { pointOf } from "../demo/report-data.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { noteCut } from "../note-cut.ts";
import { printResult, renderTable } from "../output.ts";
import { openProgress } from "../progress.ts";
import { type ReportData, renderReport } from "../report/index.ts";

interface EvalCommandOptions extends EngineFlags {
  readonly bundle: string;
  readonly data: readonly string[];
  readonly where: readonly string[];
  readonly split?: Split;
  readonly limit?: number;
  readonly refuseLongTexts: boolean;
  readonly calibration: boolean;
  readonly report?: string;
  readonly json: boolean;
}

/** `auspex eval`: rank correlation, relative error, likelihood and coverage, per task and overall. */
export async function evalCommand(options: EvalCommandOptions): Promise<void> {
  const rows = await readExamples(options.data, {
    where: options.where,
    allowMissing: true,
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
  const evaluatedRows: EvaluatedRow[] = [];
  const evaluation = await evaluate(predictor, chosen, {
    refuseLongTexts: options.refuseLongTexts,
    onRows: (evaluated) => {
      evaluatedRows.push(...evaluated);
      progress.update(evaluatedRows.length);
    },
  });
  progress.finish();
  const { cut } = predictor;
  predictor.dispose();
  noteCut(cut);
  const calibration = options.calibration ? calibrationByTask(evaluatedRows) : undefined;
  const overall = options.calibration ? calibrationOf(evaluatedRows) : undefined;
  if (options.report !== undefined) {
    writeFileAtomic(
      options.report,
      renderReport(reportOf(options.bundle, evaluation, evaluatedRows)),
    );
  }
  printResult(options.json, { ...evaluation, cut, ...(calibration && { calibration }) }, () => [
    ...renderEvaluation(evaluation),
    ...(calibration === undefined ? [] : ["", ...renderCalibration(calibration)]),
    ...(overall === undefined ? [] : ["", ...renderCalibrationPlot(overall)]),
  ]);
}

function groupRows(rows: readonly EvaluatedRow[]): Map<string, EvaluatedRow[]> {
  const groups = new Map<string, EvaluatedRow[]>();
  for (const row of rows) {
    const group = groups.get(row.example.task);
    if (group === undefined) groups.set(row.example.task, [row]);
    else group.push(row);
  }
  return groups;
}

/** Of the first objective of every task, where it was measured. */
function calibrationByTask(rows: readonly EvaluatedRow[]): Record<string, CalibrationReport> {
  return Object.fromEntries(
    [...groupRows(rows)].flatMap(([task, ofTask]) => {
      const report = calibrationOf(ofTask);
      return report === undefined ? [] : [[task, report]];
    }),
  );
}

/** Of the first objective; undefined where no row has it. */
function calibrationOf(rows: readonly EvaluatedRow[]): CalibrationReport | undefined {
  const measured = rows.filter(({ example }) => isMeasured(example, 0));
  if (measured.length === 0) return undefined;
  return calibrationReport(
    measured.map(({ example, distributions }) => ({
      y: example.y[0]!,
      distribution: distributions[0]!,
    })),
  );
}

function renderCalibration(calibration: Record<string, CalibrationReport>): string[] {
  const first = Object.values(calibration)[0];
  if (first === undefined) return ["calibration: no row has its first objective"];
  const levels = first.coverage.map(({ level }) => level);
  return renderTable(
    ["calibration", ...levels.map((level) => `${100 * level} %`), "mean error %", "CRPS", "PIT"],
    Object.entries(calibration).map(([task, report]) => [
      task,
      ...report.coverage.map(({ covered }) => (100 * covered).toFixed(1)),
      (100 * report.coverageError).toFixed(1),
      report.crps.toPrecision(3),
      pitSketch(report),
    ]),
  );
}

function reportOf(
  bundle: string,
  evaluation: Evaluation,
  rows: readonly EvaluatedRow[],
): ReportData {
  const byTask = [...groupRows(rows.filter(({ example }) => isMeasured(example, 0)))];
  return {
    title: `auspex: ${bundle}`,
    predictions: byTask.map(([task, ofTask]) => ({ task, points: ofTask.map(pointOf) })),
    calibration: Object.entries(calibrationByTask(rows)).map(([task, report]) => ({
      task,
      ...report,
    })),
    tables: [
      {
        columns: EVALUATION_COLUMNS,
        rows: Object.entries(evaluation.tasks).map(([task, metrics]) => metricCells(task, metrics)),
      },
    ],
  };
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

const EVALUATION_COLUMNS = [
  "task",
  "n",
  "spearman",
  "kendall",
  "MRE %",
  "RMSE",
  "NLL",
  "cover90 %",
] as const;

function metricCells(name: string, m: Evaluation["overall"]): string[] {
  const number = (value: number | null, digits: number): string =>
    value === null ? "-" : value.toFixed(digits);
  return [
    name,
    String(m.n),
    number(m.spearman, 3),
    number(m.kendall, 3),
    number(m.mre, 1),
    m.rmse.toPrecision(3),
    number(m.nll, 2),
    number(100 * m.coverage90, 1),
  ];
}

function renderEvaluation({ tasks, overall }: Evaluation): string[] {
  const rows = Object.entries(tasks).map(([task, metrics]) => metricCells(task, metrics));
  return renderTable(EVALUATION_COLUMNS, [...rows, metricCells("overall", overall)]);
}

// The demo's results as the data of its report page.

import type { EvaluatedRow } from "../../training/index.ts";
import type { ReportData } from "../report/index.ts";
import type { TrainRunResult } from "../train-run.ts";
import type { CandidateRankingResult } from "./candidates.ts";
import type { TransferCell, TransferResult } from "./transfer.ts";

export interface DemoFacts {
  readonly engine: string;
  readonly version: string;
  readonly config: string;
  readonly seed: number;
  readonly wallSeconds: number;
}

/** Everything the page shows: learning curve, scatter, few-shot curves, one density, ranking, table. */
export function demoReport(
  run: TrainRunResult,
  { cells, best }: TransferResult,
  ranking: CandidateRankingResult,
  facts: DemoFacts,
): ReportData {
  const [task, { rows }] = [...best][0]!;
  return {
    title: "auspex: one model, many systems, few labels",
    subtitle:
      "A regression language model pretrained on configurations of several systems, then shown environments that it had never seen.",
    headline: headline(cells, ranking),
    learning: learningCurve(run),
    predictions: [...best].map(([name, { rows: predicted }]) => ({
      task: name,
      points: predicted.map(pointOf),
    })),
    fewShot: [...best.keys()].map((name) => fewShotCurve(name, cells)),
    density: densityOf(task, rows),
    ranking: { label: ranking.task, direction: "min", candidates: ranking.candidates },
    tables: [
      {
        caption: "Rank correlation and relative error on test rows of held-out environments",
        columns: [
          "environment",
          "labels",
          "model",
          "Spearman",
          "MRE %",
          "inside 90 %",
          "adapted by",
        ],
        rows: cells.map((cell) => [
          cell.task,
          cell.shots,
          cell.model,
          cell.spearman.toFixed(3),
          formatMre(cell.mre),
          `${(100 * cell.coverage90).toFixed(0)} %`,
          cell.way,
        ]),
      },
    ],
    facts: {
      configuration: facts.config,
      version: facts.version,
      engine: facts.engine,
      seed: facts.seed,
      parameters: run.numParameters,
      steps: run.step,
      "parameters digest": run.parametersDigest.slice(0, 16),
      "pretraining seconds": Math.round(run.wallSeconds),
      "seconds in all": Math.round(facts.wallSeconds),
    },
  };
}

/** Errors of hopeless models run to many digits; nobody reads those. */
export function formatMre(mre: number): string {
  return mre >= 1e5 ? mre.toExponential(1) : mre.toFixed(1);
}

function headline(cells: readonly TransferCell[], ranking: CandidateRankingResult) {
  const most = Math.max(...cells.map(({ shots }) => shots));
  const mean = (model: TransferCell["model"], shots: number): string => {
    const values = cells.filter((cell) => cell.model === model && cell.shots === shots);
    return (values.reduce((sum, { spearman }) => sum + spearman, 0) / values.length).toFixed(2);
  };
  const middle = [...new Set(cells.map(({ shots }) => shots))].find((shots) => shots >= 20) ?? most;
  return [
    { label: "Spearman, no label", value: mean("transferred", 0), note: "environments never seen" },
    {
      label: `Spearman, ${middle} labels`,
      value: mean("transferred", middle),
      note: `from scratch ${mean("from scratch", middle)}`,
    },
    {
      label: `best of ${ranking.candidates.length} by score`,
      value: `true rank ${ranking.trueRankOfBest}`,
      note: `${ranking.topTenHits} of the true top ten among the first ten`,
    },
  ];
}

function learningCurve({ training, validation }: TrainRunResult) {
  const validationAt = new Map(validation.map(({ step, loss }) => [step, loss]));
  const every = Math.max(1, Math.floor(training.length / 200));
  return training
    .filter(({ step }) => step % every === 0 || validationAt.has(step))
    .map(({ step, loss }) => ({
      step,
      trainLoss: loss,
      validationLoss: validationAt.get(step),
    }));
}

/** A row with its median and the ends of its 90 % interval. */
export function pointOf({ example, distributions }: EvaluatedRow) {
  const distribution = distributions[0]!;
  return {
    truth: example.y[0]!,
    predicted: distribution.median,
    low: distribution.quantile(0.05),
    high: distribution.quantile(0.95),
  };
}

function fewShotCurve(task: string, cells: readonly TransferCell[]) {
  return {
    task,
    series: (["transferred", "from scratch"] as const).map((name) => ({
      name,
      points: cells.filter((cell) => cell.task === task && cell.model === name),
    })),
  };
}

function densityOf(task: string, rows: readonly EvaluatedRow[]) {
  const { example, distributions } = rows[0]!;
  const distribution = distributions[0]!;
  const levels = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  return {
    label: task,
    truth: example.y[0]!,
    median: distribution.median,
    quantiles: levels.map((p) => ({ p, value: distribution.quantile(p) })),
    text: example.x,
  };
}

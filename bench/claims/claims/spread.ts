// Does the model know when it is wrong? Rank correlation between the standard deviation that it predicts and the error
// that it makes, over all rows and inside each task.

import { groupByTask } from "../../../src/data/index.ts";
import { Predictor } from "../../../src/training/index.ts";
import type { Claim, Outcome } from "../claim.ts";
import {
  logError,
  logStdOf,
  type SpreadFigures,
  type SpreadRow,
  spreadFigures,
} from "../measures.ts";
import { trainedDecoder, type Workshop } from "../models.ts";
import { basePlan, SEEDS } from "../plan.ts";

const LEVELS = Array.from({ length: 39 }, (_, i) => (i + 1) / 40);
const SEARCH = { mass: 0.995, width: 0.01, maxNodes: 256 } as const;

export const SPREAD: Claim = {
  name: "spread",
  title: "Predicted spread against error (Spearman)",
  columns: [
    { figure: "overall", title: "std and error", digits: 3 },
    { figure: "overallLog", title: "both in logarithms", digits: 3 },
    { figure: "withinTasks", title: "inside a task", digits: 3 },
    { figure: "withinTasksLog", title: "inside a task, logarithms", digits: 3 },
    { figure: "overallBySize", title: "size of prediction and error", digits: 3 },
  ],
  trials: SEEDS.map((seed) => ({
    name: "spread",
    seed,
    async run(workshop) {
      const rows = await spreadRows(workshop, seed);
      return [
        allTasks(rows),
        ...groupByTask(rows).map(({ task, examples }) => oneTask(task, examples)),
      ];
    },
  })),
};

async function spreadRows(workshop: Workshop, seed: number): Promise<SpreadRow[]> {
  const predictor = new Predictor(await trainedDecoder(workshop, basePlan(seed)));
  try {
    const { test } = workshop.rows;
    const texts = test.map(({ x }) => x);
    const distributions = await predictor.distributions(texts, SEARCH);
    return test.map(({ task, y }, row) => {
      const distribution = distributions[row]![0]!;
      return {
        task,
        truth: y[0]!,
        predicted: distribution.median,
        std: distribution.std,
        logStd: logStdOf(LEVELS.map((level) => distribution.quantile(level))),
      };
    });
  } finally {
    predictor.dispose();
  }
}

function allTasks(rows: readonly SpreadRow[]): Outcome {
  return {
    variant: "all tasks",
    figures: { ...spreadFigures(rows) },
    points: rows.map((row) => [rounded(row.logStd), rounded(logError(row))] as const),
  };
}

/** Inside one task the whole is the task. */
function oneTask(variant: string, rows: readonly SpreadRow[]): Outcome {
  const figures: SpreadFigures = spreadFigures(rows);
  return {
    variant,
    group: "each task",
    figures: { overall: figures.overall, overallLog: figures.overallLog },
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

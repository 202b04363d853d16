// Every method on one problem: scores of each draw, and their mean and spread.

import type { Distribution } from "../../src/model/index.ts";
import type { Predictor } from "../../src/training/index.ts";
import { adaptedDistributions, freezeProblem } from "./ours.ts";
import { drawOf, type Problem } from "./problem.ts";
import { publishedErrors } from "./protocols/sempl.ts";
import { knownTaskPredictions, prepareTables, tabularPredictions } from "./rivals/tabular.ts";
import { bestFound, PUBLISHED, type Scores, type Summary, scoresOf, summarise } from "./scores.ts";
import type { Setting } from "./setting.ts";

export interface Result {
  readonly protocol: string;
  readonly target: string;
  readonly shots: number;
  readonly method: string;
  readonly numDraws: number;
  readonly testRows: number;
  readonly scores: Readonly<Partial<Record<keyof Scores, Summary>>>;
}

export async function measureProblem(
  predictor: Predictor,
  problem: Problem,
  setting: Setting,
): Promise<Result[]> {
  const frozen = await freezeProblem(predictor, problem);
  const tables = prepareTables(problem);
  const results: Result[] = [];
  for (const numShots of problem.shots) {
    const byMethod = new Map<string, Scores[]>();
    const add = (method: string, scores: Scores): void => {
      byMethod.set(method, [...(byMethod.get(method) ?? []), scores]);
    };
    // Nothing is drawn where there are no labels.
    const numDraws = numShots === 0 ? 1 : setting.numDraws;
    let testRows = 0;
    for (let number = 1; number <= numDraws; number++) {
      const draw = drawOf(problem, numShots, number);
      testRows = draw.test.length;
      const y = draw.test.map((row) => row.y[0]!);
      const addPredictions = (
        method: string,
        predictions: readonly number[],
        distributions?: readonly Distribution[],
      ): void => {
        const found = problem.isSearch ? { bestFound: bestFound(predictions, y) } : {};
        add(method, { ...scoresOf(predictions, y, distributions), ...found });
      };
      for (const [method, distributions] of Object.entries(adaptedDistributions(frozen, draw))) {
        const medians = distributions.map(({ median }) => median);
        addPredictions(method, medians, distributions);
      }
      const tabular = {
        ...tabularPredictions(tables, draw, number),
        ...(numShots === 0 ? knownTaskPredictions(tables, problem) : {}),
      };
      for (const [method, predictions] of Object.entries(tabular)) {
        addPredictions(method, predictions);
      }
    }
    const common = { protocol: problem.protocol, target: problem.target, shots: numShots };
    for (const [method, all] of byMethod) {
      results.push({ ...common, method, numDraws, testRows, scores: averaged(all) });
    }
    if (problem.protocol === "sempl") {
      const errors = publishedErrors(setting.data, problem, numShots);
      for (const [method, mre] of Object.entries(errors)) {
        const scores = { mre: { mean: mre, std: 0 } };
        results.push({
          ...common,
          method: `${PUBLISHED}${method}`,
          numDraws: 30,
          testRows: 0,
          scores,
        });
      }
    }
  }
  return results;
}

function averaged(all: readonly Scores[]): Result["scores"] {
  const names = Object.keys(all[0]!) as (keyof Scores)[];
  return Object.fromEntries(
    names.map((name) => [name, summarise(all.map((scores) => scores[name]!))]),
  );
}

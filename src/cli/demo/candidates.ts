// The search engineer's view: 200 candidate configurations as YAML, ranked by forward pass, against their
// true ranks.

import { Random } from "../../core/index.ts";
import type { Example } from "../../data/index.ts";
import { modelPredictor, openSurrogate } from "../../evaluator/index.ts";
import { spearman } from "../../metrics/index.ts";
import { builtInKinds, KindHost } from "../../plugins/index.ts";
import { Predictor, type TrainedModel } from "../../training/index.ts";

export interface RankedCandidate {
  readonly predicted: number;
  readonly truth: number;
}

export interface CandidateRankingResult {
  readonly task: string;
  readonly candidates: readonly RankedCandidate[];
  /** True rank of the candidate that scored best, 1 is the best of all. */
  readonly trueRankOfBest: number;
  /** How many of the ten best by score are among the true ten best. */
  readonly topTenHits: number;
  readonly spearman: number;
}

/** Ranks up to `count` configurations that the model was not given labels of; small values are good. */
export async function rankCandidates(
  trained: TrainedModel,
  task: string,
  rows: readonly Example[],
  count: number,
  seed: number,
): Promise<CandidateRankingResult> {
  const chosen = new Random("demo candidates", seed, task).shuffled(rows).slice(0, count);
  const predictor = new Predictor(trained);
  const surrogate = openSurrogate({
    predictor: modelPredictor(predictor, { id: "demo" }),
    plugins: new KindHost(builtInKinds()),
  });
  const report = await surrogate.score(
    chosen.map(({ x }) => ({ kind: "yaml", text: x })),
    { direction: "min" },
  );
  await surrogate.close();
  predictor.dispose();
  const candidates = report.scores.map((score, index) => {
    // Rows of the data are YAML: one that is not is a bug of the kind.
    if ("error" in score) throw new Error(`candidate ${index}: ${score.error.message}`);
    return { predicted: score.median, truth: chosen[index]!.y[0]! };
  });
  return { task, candidates, ...agreement(candidates, report.ranking) };
}

function agreement(
  candidates: readonly RankedCandidate[],
  ranking: readonly number[],
): Pick<CandidateRankingResult, "trueRankOfBest" | "topTenHits" | "spearman"> {
  const bestTruth = candidates[ranking[0]!]!.truth;
  const truths = candidates.map(({ truth }) => truth).toSorted((a, b) => a - b);
  const tenth = truths[Math.min(9, truths.length - 1)]!;
  return {
    trueRankOfBest: 1 + truths.filter((truth) => truth < bestTruth).length,
    topTenHits: ranking.slice(0, 10).filter((index) => candidates[index]!.truth <= tenth).length,
    spearman:
      spearman(
        candidates.map(({ predicted }) => predicted),
        candidates.map(({ truth }) => truth),
      ) ?? 0,
  };
}

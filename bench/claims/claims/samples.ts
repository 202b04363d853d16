// What samples lose against the exact distribution: how far statistics of 8 to 1,024 draws lie from the exact ones, what
// that does to the error of the prediction, and what either costs.

import { type Distribution } from "../../../src/model/index.ts";
import { Predictor } from "../../../src/training/index.ts";
import type { Claim, Outcome } from "../claim.ts";
import { type Answered, meanOf, medianOf, pointFigures } from "../measures.ts";
import { trainedDecoder, type Workshop } from "../models.ts";
import { basePlan, SEEDS } from "../plan.ts";
import { exactStatistics, gaps, type Statistics, sampleStatistics } from "../statistics.ts";

const NUM_SAMPLES = [8, 32, 128, 1024];
const EXACT = { mass: 0.999, width: 1e-3, maxNodes: 2048 } as const;
const TEXTS_AT_ONCE = 16;
const ROWS_PER_TASK = 6;

export const SAMPLES: Claim = {
  name: "samples",
  title: "Exact distribution against samples",
  columns: [
    { figure: "median", title: "median off %", digits: 2 },
    { figure: "mean", title: "mean off %", digits: 2 },
    { figure: "q05", title: "5 % quantile off %", digits: 2 },
    { figure: "q95", title: "95 % quantile off %", digits: 2 },
    { figure: "medianError", title: "error of median %", digits: 1 },
    { figure: "meanError", title: "error of mean %", digits: 1 },
    { figure: "msPerText", title: "ms a text", digits: 1 },
  ],
  trials: SEEDS.map((seed) => ({ name: "samples", seed, run: (workshop) => run(workshop, seed) })),
};

interface Measured {
  readonly statistics: Statistics[];
  ms: number;
}

async function run(workshop: Workshop, seed: number): Promise<Outcome[]> {
  const seen = new Map<string, number>();
  const rows = workshop.rows.test.filter(({ task }) => {
    seen.set(task, (seen.get(task) ?? 0) + 1);
    return seen.get(task)! <= ROWS_PER_TASK;
  });
  const predictor = new Predictor(await trainedDecoder(workshop, basePlan(seed)));
  const ways: Readonly<Record<string, (texts: readonly string[]) => Promise<Statistics[]>>> = {
    "exact, 99.9 %": async (texts) => firstOf(await predictor.distributions(texts, EXACT)),
    "exact, quick": async (texts) => firstOf(await predictor.distributions(texts)),
    ...Object.fromEntries(
      NUM_SAMPLES.map((numSamples) => [
        `${numSamples} samples`,
        async (texts: readonly string[]) =>
          (await predictor.samples(texts, { numSamples, seed })).map((draws) =>
            sampleStatistics(draws.map(([value]) => value!)),
          ),
      ]),
    ),
  };
  const measured = new Map(
    Object.keys(ways).map((way): [string, Measured] => [way, { statistics: [], ms: 0 }]),
  );
  try {
    // Interleaved, a few texts at a time: a slow minute of the machine falls on all ways alike.
    for (let first = 0; first < rows.length; first += TEXTS_AT_ONCE) {
      const texts = rows.slice(first, first + TEXTS_AT_ONCE).map(({ x }) => x);
      for (const [way, ask] of Object.entries(ways)) {
        const started = process.cpuUsage();
        const statistics = await ask(texts);
        const { user, system } = process.cpuUsage(started);
        measured.get(way)!.ms += (user + system) / 1000;
        measured.get(way)!.statistics.push(...statistics);
      }
    }
  } finally {
    predictor.dispose();
  }
  const exact = measured.get("exact, 99.9 %")!.statistics;
  return [...measured].map(([variant, { statistics, ms }]) => {
    const off = statistics.map((of, row) => gaps(of, exact[row]!));
    const answered = (pick: (of: Statistics) => number): Answered[] =>
      rows.map(({ task, y }, row) => ({
        task,
        truth: y[0]!,
        predicted: pick(statistics[row]!),
      }));
    const figures = {
      median: medianOf(off.map((gap) => gap.median)),
      mean: medianOf(off.map((gap) => gap.mean)),
      q05: medianOf(off.map((gap) => gap.q05)),
      q95: medianOf(off.map((gap) => gap.q95)),
      meanOfMedianGaps: meanOf(off.map((gap) => gap.median)),
      medianError: pointFigures(answered(({ median }) => median)).medianError,
      meanError: pointFigures(answered(({ mean }) => mean)).medianError,
      msPerText: ms / rows.length,
    };
    return { variant, figures };
  });
}

function firstOf(distributions: readonly (readonly Distribution[])[]): Statistics[] {
  return distributions.map(([first]) => exactStatistics(first!));
}

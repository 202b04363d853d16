import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Random, UsageError } from "../../core/index.ts";
import {
  costOf,
  expectedImprovementSearch,
  freeGuessOrder,
  goalpostsOf,
  localSearch,
  type PredictedCosts,
  predictedOrder,
  randomSearch,
  regularisedEvolution,
  ridgePredictions,
  runSearch,
  type SearchSpace,
  type SearchSummary,
  type Strategy,
  summarise,
  type Trajectory,
} from "../../evaluator/index.ts";
import { printResult, renderTable } from "../output.ts";
import { openProgress } from "../progress.ts";
import { renderReport } from "../report/index.ts";
import { type OpenedSpace, openSpace } from "../search-space.ts";

interface SearchCommandOptions {
  readonly space: string;
  readonly data: string;
  readonly policy: readonly string[];
  readonly labels: readonly number[];
  readonly seeds: number;
  readonly budget: number;
  readonly out?: string;
  readonly json: boolean;
}

const MARKS = [25, 50, 100, 200, 400];

/** `auspex search`: strategies on a space with known truth, side by side, the same seeds for all. */
export async function searchCommand(options: SearchCommandOptions): Promise<void> {
  const opened = await openSpace(options.space, options.data);
  const { space } = opened;
  const makers = makersOf(options, opened);
  const goalposts = goalpostsOf(space);
  const marks = MARKS.filter((mark) => mark <= options.budget);
  const progress = openProgress({
    label: space.name,
    total: makers.length * options.seeds,
    unit: "searches",
    mode: options.json ? "none" : undefined,
  });
  const summaries: SearchSummary[] = [];
  const byStrategy: Trajectory[][] = [];
  for (const make of makers) {
    const trajectories: Trajectory[] = [];
    for (let seed = 0; seed < options.seeds; seed++) {
      trajectories.push(runSearch(make(seed), space, options.budget, seed));
      const done = byStrategy.length * options.seeds + trajectories.length;
      progress.update(done, { policy: trajectories[0]!.strategy });
      // Lets signals and timers in: a search blocks the thread for seconds.
      await new Promise((resolve) => setImmediate(resolve));
    }
    byStrategy.push(trajectories);
    summaries.push(summarise(space, trajectories, marks, goalposts));
  }
  progress.finish();
  if (options.out !== undefined)
    await writeResults(options.out, space, byStrategy, summaries, marks);
  const { numSeeds: _, ...shown } = { numSeeds: options.seeds, ...goalposts };
  printResult(options.json, { space: space.name, ...shown, summaries: summaries.map(plain) }, () =>
    renderTable(headerOf(marks), rowsOf(summaries, marks)),
  );
}

/** One maker per row of the table; labels differ from seed to seed. */
function makersOf(
  options: SearchCommandOptions,
  { space, source }: OpenedSpace,
): ((seed: number) => Strategy)[] {
  const fixed: Readonly<Record<string, Strategy>> = {
    random: randomSearch,
    evolution: regularisedEvolution(20, 5),
    "evolution-50": regularisedEvolution(50, 10),
    local: localSearch,
    "gp-ei": expectedImprovementSearch({ name: "gp-ei", numInitial: 10 }),
    flops: freeGuessOrder,
  };
  const labelCounts = options.labels.length > 0 ? options.labels : [50, 200];
  const names = options.policy.length > 0 ? options.policy : Object.keys(fixed);
  return names.flatMap((name) => {
    const known = fixed[name];
    if (known !== undefined)
      return name === "flops" && space.freeGuess === undefined ? [] : [() => known];
    if (name !== "ridge" && name !== "ridge-residual") {
      const all = [...Object.keys(fixed), "ridge", "ridge-residual"].join(", ");
      throw new UsageError(`there is no policy ${name}`, { hint: `policies: ${all}` });
    }
    if (source === undefined) {
      throw new UsageError(`${name} needs labels of a like space; ${space.name} has none`);
    }
    return labelCounts.map((numLabels) => (seed: number) => {
      const predictions = ridgeFrom(source, numLabels, seed);
      const title = `${name} ${numLabels} labels`;
      return name === "ridge"
        ? predictedOrder(title, predictions)
        : expectedImprovementSearch({ name: title, numInitial: 0, predictions });
    });
  });
}

/** A ridge surrogate from random labels of the source space. */
function ridgeFrom(source: SearchSpace, numLabels: number, seed: number): PredictedCosts {
  const order = new Random("labels", seed).shuffled(
    Array.from({ length: source.size }, (_, i) => i),
  );
  const labels = order
    .slice(0, numLabels)
    .map((candidate) => ({ candidate, cost: costOf(source, candidate) }));
  return ridgePredictions(labels);
}

async function writeResults(
  folder: string,
  space: SearchSpace,
  byStrategy: readonly (readonly Trajectory[])[],
  summaries: readonly SearchSummary[],
  marks: readonly number[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lines = createWriteStream(join(folder, "evaluations.jsonl"));
  for (const { strategy, seed, candidates, values } of byStrategy.flat()) {
    candidates.forEach((candidate, i) => {
      const line = {
        space: space.name,
        strategy,
        seed,
        evaluation: i + 1,
        candidate,
        value: values[i],
      };
      lines.write(`${JSON.stringify(line)}\n`);
    });
  }
  await new Promise<void>((resolve, reject) => {
    lines.on("error", reject);
    lines.end(() => resolve());
  });
  const { optimum } = goalpostsOf(space);
  const sign = space.goal === "min" ? 1 : -1;
  const page = renderReport({
    title: `Searches on ${space.name}`,
    subtitle: `${space.size} candidates, ${summaries[0]!.numSeeds} seeds each; objective: ${space.objective}`,
    search: {
      optimum,
      sign,
      strategies: byStrategy.map((all) => ({
        name: all[0]!.strategy,
        runs: all.map(({ values }) => values),
      })),
    },
    tables: [
      {
        caption: "Real evaluations to each mark; repeats are free.",
        columns: headerOf(marks),
        rows: rowsOf(summaries, marks),
      },
    ],
  });
  await writeFile(join(folder, "report.html"), page);
}

function headerOf(marks: readonly number[]): string[] {
  return [
    "policy",
    ...marks.map((mark) => `regret@${mark}`),
    "to top 1 %",
    "to top 0.1 %",
    "to optimum",
    "found",
  ];
}

function rowsOf(summaries: readonly SearchSummary[], marks: readonly number[]): string[][] {
  const count = (median: number): string => (Number.isFinite(median) ? String(median) : "-");
  return summaries.map((summary) => [
    summary.strategy,
    ...marks.map((mark) => summary.regretAt[mark]!.median.toPrecision(3)),
    count(summary.toTop1Percent.median),
    count(summary.toTop01Percent.median),
    count(summary.toOptimum.median),
    `${Math.round(100 * summary.toOptimum.share)} %`,
  ]);
}

/** JSON has no infinity: a mark that was not reached is null. */
function plain(summary: SearchSummary): unknown {
  return JSON.parse(JSON.stringify(summary));
}

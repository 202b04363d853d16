import { InputError, UsageError } from "../../core/index.ts";
import {
  goalpostsAmong,
  goalpostsOf,
  runSearch,
  type SearchSpace,
  summarise,
  type Trajectory,
} from "../../evaluator/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { openKinds } from "../kinds.ts";
import type { OpenedSpace } from "../opened-space.ts";
import { noteLine, printResult, renderTable } from "../output.ts";
import { openProgress } from "../progress.ts";
import { labelsOf, makersOf, type PolicyOptions } from "../search-policies.ts";
import {
  headerOf,
  rowsOf,
  type SearchResults,
  writeLabels,
  writeResults,
} from "../search-results.ts";
import { openSpace } from "../search-space.ts";
import { openBundleSurrogate } from "../surrogate.ts";

interface SearchCommandOptions extends PolicyOptions, EngineFlags {
  readonly space: string;
  readonly data: string;
  readonly seeds: number;
  readonly budget: number;
  readonly out?: string;
  /** One per draw of labels: searches take them in turn. */
  readonly bundle: readonly string[];
  readonly source?: string;
  readonly cache: string;
  readonly objective: number;
  readonly context: readonly string[];
  readonly writeLabels?: string;
  readonly labelSeed: number;
  readonly json: boolean;
}

const CHUNK = 512;
const MARKS = [25, 50, 100, 200, 400];

/** `auspex search`: strategies on a space with known truth, side by side, the same seeds for all. */
export async function searchCommand(options: SearchCommandOptions): Promise<void> {
  const opened = await openSpace(options.space, options);
  const { space } = opened;
  if (options.writeLabels !== undefined) return exportLabels(options, opened);
  const bundles = await bundleCosts(options, space);
  const makers = makersOf(options, { ...opened, bundles: bundles.map((costs) => () => costs) });
  const marks = MARKS.filter((mark) => mark <= options.budget);
  const progress = openProgress({
    label: space.name,
    total: makers.length * options.seeds,
    unit: "searches",
    mode: options.json ? "none" : undefined,
  });
  const byStrategy: Trajectory[][] = [];
  let results: SearchResults | undefined;
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
    results = resultsOf(space, byStrategy, marks);
    // After each policy: a search that takes hours and is ended early has written what it has.
    if (options.out !== undefined) await writeResults(options.out, results);
  }
  progress.finish();
  const { goalposts, summaries } = results!;
  const result = { space: space.name, ...goalposts, summaries };
  printResult(options.json, result, () => renderTable(headerOf(marks), rowsOf(summaries, marks)));
}

function resultsOf(
  space: SearchSpace,
  byStrategy: readonly (readonly Trajectory[])[],
  marks: readonly number[],
): SearchResults {
  const goalposts =
    space.isLive === true
      ? goalpostsAmong(
          space,
          byStrategy.flat().flatMap(({ values }) => values),
        )
      : goalpostsOf(space);
  const summaries = byStrategy.map((all) => summarise(space, all, marks, goalposts));
  return { space, goalposts, byStrategy, summaries, marks };
}

/** Labels of one seed, for training a bundle that `--bundle` can be given. */
async function exportLabels(
  { labels, labelSeed, writeLabels: file }: SearchCommandOptions,
  { space, source }: OpenedSpace,
): Promise<void> {
  if (source === undefined) throw new UsageError(`${space.name} has no labels of a like space`);
  const candidates = labelsOf(source.space, labels[0] ?? 200, labelSeed);
  await writeLabels(file!, source.space, candidates);
  noteLine(`${candidates.length} labels of ${source.space.name} in ${file}`);
}

/** Every bundle's predictions for the space. */
async function bundleCosts(
  options: SearchCommandOptions,
  space: SearchSpace,
): Promise<Float64Array[]> {
  if (options.bundle.length === 0) return [];
  await openChosenEngine(chooseEngine(options), options.json);
  const all: Float64Array[] = [];
  for (const bundle of options.bundle) all.push(await costsOf(bundle, options, space));
  return all;
}

/** A bundle's median for every candidate, as costs. */
async function costsOf(
  bundle: string,
  options: SearchCommandOptions,
  space: SearchSpace,
): Promise<Float64Array> {
  const { surrogate, predictor } = openBundleSurrogate(bundle, await openKinds([]));
  const mode = options.json ? "none" : undefined;
  const progress = openProgress({ label: "score", total: space.size, unit: "candidates", mode });
  const context = contextOf(options.context);
  const costs = new Float64Array(space.size);
  for (let first = 0; first < space.size; first += CHUNK) {
    const count = Math.min(CHUNK, space.size - first);
    const candidates = Array.from({ length: count }, (_, i) => ({
      kind: "text",
      text: space.text(first + i),
    }));
    const results = await surrogate.assess(candidates, { context });
    results.forEach((result, i) => {
      if (!result.ok) throw new InputError(`candidate ${first + i}: ${result.problem.message}`);
      const median = result.assessment.sketches[options.objective]!.median;
      costs[first + i] = space.goal === "min" ? median : -median;
    });
    progress.update(first + count);
  }
  progress.finish();
  await surrogate.close();
  predictor.dispose();
  return costs;
}

/** `key=value` pairs. */
function contextOf(pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const [key, ...rest] = pair.split("=");
    if (key !== undefined && key !== "" && rest.length > 0) return [key, rest.join("=")] as const;
    throw new UsageError(`--context ${pair}: expected KEY=VALUE`);
  });
  return Object.fromEntries(entries);
}

import { InputError, UsageError } from "../../core/index.ts";
import {
  goalpostsOf,
  runSearch,
  type SearchSpace,
  type SearchSummary,
  summarise,
  type Trajectory,
} from "../../evaluator/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { noteLine, printResult, renderTable } from "../output.ts";
import { openProgress } from "../progress.ts";
import { labelsOf, makersOf, type PolicyOptions } from "../search-policies.ts";
import { headerOf, rowsOf, writeLabels, writeResults } from "../search-results.ts";
import { type OpenedSpace, openSpace } from "../search-space.ts";
import { openBundleSurrogate } from "../surrogate.ts";

interface SearchCommandOptions extends PolicyOptions, EngineFlags {
  readonly space: string;
  readonly data: string;
  readonly seeds: number;
  readonly budget: number;
  readonly out?: string;
  readonly bundle?: string;
  readonly objective: number;
  readonly context: readonly string[];
  readonly writeLabels?: string;
  readonly json: boolean;
}

const CHUNK = 512;
const MARKS = [25, 50, 100, 200, 400];

/** `auspex search`: strategies on a space with known truth, side by side, the same seeds for all. */
export async function searchCommand(options: SearchCommandOptions): Promise<void> {
  const opened = await openSpace(options.space, options.data);
  const { space } = opened;
  if (options.writeLabels !== undefined) return exportLabels(options, opened);
  const bundle = options.bundle === undefined ? undefined : await bundleCosts(options, space);
  const makers = makersOf(options, opened, bundle === undefined ? undefined : () => bundle);
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
  const result = { space: space.name, ...goalposts, summaries: summaries.map(plain) };
  printResult(options.json, result, () => renderTable(headerOf(marks), rowsOf(summaries, marks)));
}

/** Labels of seed 0, for training a bundle that `--bundle` can be given. */
async function exportLabels(
  { labels, writeLabels: file }: SearchCommandOptions,
  { space, source }: OpenedSpace,
): Promise<void> {
  if (source === undefined) throw new UsageError(`${space.name} has no labels of a like space`);
  const candidates = labelsOf(source, labels[0] ?? 200, 0);
  await writeLabels(file!, source, candidates);
  noteLine(`${candidates.length} labels of ${source.name} in ${file}`);
}

/** The bundle's median for every candidate, as costs. */
async function bundleCosts(
  options: SearchCommandOptions,
  space: SearchSpace,
): Promise<Float64Array> {
  await openChosenEngine(chooseEngine(options), options.json);
  const { surrogate, predictor } = openBundleSurrogate(options.bundle!);
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

/** JSON has no infinity: a mark that was not reached is null. */
function plain(summary: SearchSummary): unknown {
  return JSON.parse(JSON.stringify(summary));
}

// What `auspex search` prints and writes.

import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type {
  Goalposts,
  Reached,
  SearchSpace,
  SearchSummary,
  Spread,
  Trajectory,
} from "../evaluator/index.ts";
import { renderReport } from "./report/index.ts";

/**
 * Writes labels as rows to train on, and the free guess of every candidate that may be learnt from: it costs no
 * label, and teaches what the parts of a candidate are. The task is in the text.
 */
export async function writeLabels(
  file: string,
  source: SearchSpace,
  candidates: readonly number[],
): Promise<void> {
  const row = (task: string, candidate: number, y: number, split = "train") => ({
    task,
    x: `metric: ${task.split("/").at(-1)}\n${source.text(candidate)}`,
    y,
    split,
  });
  const labels = candidates.map((candidate, i) =>
    row(source.name, candidate, source.truth(candidate), i % 10 === 9 ? "val" : "train"),
  );
  const { freeGuess } = source;
  const guesses =
    freeGuess === undefined
      ? []
      : source.learnable.map((i) => row(`guess/${freeGuess.name}`, i, freeGuess.value(i)));
  const rows = [...labels, ...guesses];
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

export interface SearchResults {
  readonly space: SearchSpace;
  readonly goalposts: Goalposts;
  readonly byStrategy: readonly (readonly Trajectory[])[];
  readonly summaries: readonly SearchSummary[];
  readonly marks: readonly number[];
}

/** Writes every evaluation as a JSON line, and the page with curves and table. */
export async function writeResults(folder: string, results: SearchResults): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeEvaluations(join(folder, "evaluations.jsonl"), results);
  await writeFile(join(folder, "report.html"), pageOf(results));
}

async function writeEvaluations(file: string, { space, byStrategy }: SearchResults): Promise<void> {
  const lines = createWriteStream(file);
  for (const { strategy, seed, candidates, values, paid } of byStrategy.flat()) {
    candidates.forEach((candidate, i) => {
      const line = {
        space: space.name,
        strategy,
        seed,
        evaluation: i + 1,
        paid: paid[i],
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
}

function pageOf({ space, goalposts, byStrategy, summaries, marks }: SearchResults): string {
  const sign = space.goal === "min" ? 1 : -1;
  return renderReport({
    title: `Searches on ${space.name}`,
    subtitle: `${space.size} candidates, ${summaries[0]!.numSeeds} seeds each; objective: ${space.objective}`,
    search: {
      optimum: goalposts.optimum,
      sign,
      strategies: drawn(byStrategy).map((all) => ({ name: all[0]!.strategy, runs: all })),
    },
    tables: [
      {
        caption: "Real evaluations to each mark; repeats are free.",
        columns: headerOf(marks),
        rows: rowsOf(summaries, marks),
      },
    ],
  });
}

/** What a figure of few curves should show first. */
const DRAWN_FIRST = [
  /^surrogate (0|200) /,
  /^gp-ei/,
  /^evolution/,
  /^local/,
  /^random$/,
  /^surrogate/,
];

function drawn(byStrategy: SearchResults["byStrategy"]): SearchResults["byStrategy"] {
  const place = (name: string): number => {
    const at = DRAWN_FIRST.findIndex((pattern) => pattern.test(name));
    return at < 0 ? DRAWN_FIRST.length : at;
  };
  return byStrategy.toSorted((a, b) => place(a[0]!.strategy) - place(b[0]!.strategy));
}

/** Titles of the table's columns. */
export function headerOf(marks: readonly number[]): string[] {
  return [
    "policy",
    "paid before",
    ...marks.map((mark) => `regret@${mark}`),
    "to top 1 %",
    "to top 0.1 %",
    "to optimum",
    "found",
  ];
}

/** One row per strategy: median and quartiles over its seeds; `-` for a search that did not get there. */
export function rowsOf(summaries: readonly SearchSummary[], marks: readonly number[]): string[][] {
  const count = (value: number): string => (Number.isFinite(value) ? String(value) : "-");
  const reached = ({ median, low, high }: Reached): string =>
    Number.isNaN(median) ? "?" : `${count(median)} (${count(low)}..${count(high)})`;
  const regret = ({ median, low, high }: Spread): string =>
    `${short(median)} (${short(low)}..${short(high)})`;
  return summaries.map((summary) => [
    summary.strategy,
    short(summary.paidBefore),
    ...marks.map((mark) => regret(summary.regretAt[mark]!)),
    reached(summary.toTop1Percent),
    reached(summary.toTop01Percent),
    reached(summary.toOptimum),
    `${Math.round(100 * summary.toOptimum.share)} %`,
  ]);
}

function short(value: number): string {
  return value === 0 ? "0" : String(Number(value.toPrecision(2)));
}

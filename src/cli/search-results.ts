// What `auspex search` prints and writes.

import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  goalpostsOf,
  type SearchSpace,
  type SearchSummary,
  type Trajectory,
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

/** Writes every evaluation as a JSON line, and the page with curves and table. */
export async function writeResults(
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

/** Titles of the table's columns. */
export function headerOf(marks: readonly number[]): string[] {
  return [
    "policy",
    ...marks.map((mark) => `regret@${mark}`),
    "to top 1 %",
    "to top 0.1 %",
    "to optimum",
    "found",
  ];
}

/** One row per strategy; `-` where fewer than half of its searches got there. */
export function rowsOf(summaries: readonly SearchSummary[], marks: readonly number[]): string[][] {
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

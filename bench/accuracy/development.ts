// Development targets: tasks that the model was trained on, measured as if they were new. All choices are made on
// them, so that the held-out ones only report.

import { fieldLines } from "../../src/training/fields.ts";
import { learnViews } from "../../src/training/sibling-views.ts";
import type { Problem } from "./problem.ts";

/** One environment of each system and one GPU of each kernel. */
export const DEVELOPMENT_TARGETS: readonly string[] = [
  "sempl/deeparch/E1",
  "sempl/sac/E1",
  "sempl/sqlite/E2",
  "sempl/nginx/E2",
  "sempl/spear/E1",
  "sempl/storm/E1",
  "sempl/imagemagick/E2",
  "sempl/exastencils/E2",
  "sempl/x264/E3",
  "gpu/convolution_milo/MI250X",
  "gpu/dedispersion_milo/MI250X",
  "gpu/gemm_clblast/RTX_Titan",
  "gpu/convolution_bat/RTX_Titan",
];

/** Names become a word that no task has, numbers move: the model must not recognise the task. */
const UNKNOWN_NAME = "unit under test";
const MOVED_BY = 1.17;

/**
 * The problem with the fields that name its environment altered in its own rows. What the weights learned from
 * the task's rows stays in them: zero-shot figures of a development target are still too kind.
 */
export function disguised(problem: Problem): Problem {
  const rows = [...new Set([...problem.pool, ...problem.test])];
  const views = learnViews(
    rows.map(({ x }) => x),
    problem.sources,
  );
  const naming = new Set(views.flatMap(({ replace }) => replace.map(({ path }) => path)));
  const altered = new Map(rows.map((row) => [row, { ...row, x: alteredText(row.x, naming) }]));
  return {
    ...problem,
    ...(problem.candidates === undefined
      ? {}
      : { candidates: problem.candidates.map((text) => alteredText(text, naming)) }),
    pool: problem.pool.map((row) => altered.get(row)!),
    test: problem.test.map((row) => altered.get(row)!),
  };
}

function alteredText(text: string, naming: ReadonlySet<string>): string {
  return fieldLines(text)
    .map(({ path, head, value }) =>
      path === undefined || !naming.has(path) ? head + value : head + alteredValue(value),
    )
    .join("\n");
}

function alteredValue(value: string): string {
  const number = Number(value);
  return value === "" || !Number.isFinite(number)
    ? UNKNOWN_NAME
    : String(Number((number * MOVED_BY).toPrecision(4)));
}

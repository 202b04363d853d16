import { expect, test } from "vitest";
import { type Problem, speakableRows } from "../../../bench/accuracy/problem.ts";
import type { Example } from "../../../src/data/index.ts";

function row(task: string, host: string, size: number): Example {
  return { task, x: `system: db\nhost: ${host}\nsize: ${size}`, y: [size], split: "train" };
}

test("nobody who speaks for a known task was fitted on what shots could have been drawn from", () => {
  const problem: Problem = {
    protocol: "toy",
    target: "db/new",
    pool: [row("db/new", "new", 1)],
    test: [],
    sources: [1, 2, 3].flatMap((size) => [row("db/old", "old", size), row("db/far", "far", size)]),
    candidatesMeasured: false,
    shots: [1],
    speakersFor: "toy",
  };
  const view = { task: "db/old", replace: [{ path: "host", value: "old" }] };
  const sizes = (asked: Problem): number[] => speakableRows(asked, view).map(({ y }) => y[0]!);
  expect(sizes(problem)).toEqual([2, 3]);
  // What was trimmed from this target's pool may be in the pool of another that shares its speakers.
  const candidates = [row("db/new", "new", 1).x, row("db/new", "new", 2).x];
  expect(sizes({ ...problem, candidates })).toEqual([3]);
});

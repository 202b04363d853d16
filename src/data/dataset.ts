// Examples grouped by task, and the hash that names a dataset.

import { createHash } from "node:crypto";
import type { Example } from "./example.ts";

export interface TaskGroup<Row = Example> {
  readonly task: string;
  readonly examples: readonly Row[];
}

/** The examples of each task in their order; tasks in code-unit order, as `Mixture` counts them. */
export function groupByTask<Row extends { readonly task: string }>(
  examples: readonly Row[],
): TaskGroup<Row>[] {
  const groups = new Map<string, Row[]>();
  for (const example of examples) {
    const group = groups.get(example.task);
    if (group === undefined) groups.set(example.task, [example]);
    else group.push(example);
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([task, group]) => ({ task, examples: group }));
}

/** Sizes by task name, as `Mixture` takes them. */
export function taskSizes(groups: readonly TaskGroup[]): Record<string, number> {
  return Object.fromEntries(groups.map(({ task, examples }) => [task, examples.length]));
}

/** SHA-256 over what training sees: task, x, y and split of every row, in order. `meta` has no part in it. */
export function datasetHash(examples: Iterable<Example>): string {
  const hash = createHash("sha256");
  for (const { task, x, y, split } of examples) {
    hash.update(JSON.stringify([task, x, y, split]));
    hash.update("\n");
  }
  return hash.digest("hex");
}

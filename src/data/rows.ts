// Rows by task and split, wherever they lie: in memory, in a prepared dataset here, or at the coordinator.

import type { Example, Split } from "./example.ts";

/** The rows of one task and split in one source, in their order there. */
export interface RowGroup {
  readonly task: string;
  readonly split: Split;
  readonly numRows: number;
  readonly numChars: number;
  /** Most objectives that a row has. */
  readonly numObjectives: number;
  /** UTF-16 code units of a row's text; known without reading the row. */
  charsOf(index: number): number;
  /** The rows at these indices, in the order asked for. */
  read(indices: readonly number[]): Promise<readonly Example[]>;
}

/** Groups of rows in memory, in code-unit order of task, then split. */
export function groupsInMemory(examples: readonly Example[]): RowGroup[] {
  const groups = new Map<string, Example[]>();
  for (const example of examples) {
    const key = groupKey(example);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [example]);
    else group.push(example);
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, rows]) => ({
      task: rows[0]!.task,
      split: rows[0]!.split,
      numRows: rows.length,
      numChars: rows.reduce((sum, { x }) => sum + x.length, 0),
      numObjectives: rows.reduce((most, { y }) => Math.max(most, y.length), 0),
      charsOf: (index) => rows[index]!.x.length,
      read: (indices) => Promise.resolve(indices.map((index) => rows[index]!)),
    }));
}

/** Sorts groups by task, then split: NUL is before every other character. */
export function groupKey({ task, split }: Pick<Example, "task" | "split">): string {
  return `${task}\0${split}`;
}

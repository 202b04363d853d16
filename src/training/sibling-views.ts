// Views of a text as of a task that is known: the same configuration on another machine, the same kernel on
// another GPU, the same architecture on another device. Fields that never vary inside a task name its
// environment; a view puts the known task's values in their place. What the model says of the view, or what was
// measured there, is the strongest hint at what the new environment will say.

import { z } from "zod";
import type { Example, TaskGroup } from "../data/index.ts";
import { groupByTask } from "../data/index.ts";
import { fieldLines } from "./fields.ts";

export const siblingViewSchema = z.strictObject({
  /** The task whose environment the view puts in place. */
  task: z.string(),
  /** Paths of fields and the values they get. */
  replace: z.array(z.strictObject({ path: z.string(), value: z.string() })),
});

export type SiblingView = Readonly<z.infer<typeof siblingViewSchema>>;

/** Views at most: each is one more text for every prediction. */
const MAX_VIEWS = 9;
/** Rows of a task that are looked at for what never varies in it. */
const MAX_LOOKED_AT = 400;
/** Fewer rows do not tell what varies. */
const MIN_SOURCE_ROWS = 8;

/**
 * The tasks among `sources` that differ from `texts` only in the values of fields that are constant on both
 * sides. Without constant fields in common there is nothing that makes two tasks siblings.
 */
export function learnViews(texts: readonly string[], sources: readonly Example[]): SiblingView[] {
  const ours = shapeOf(texts);
  const views = groupByTask(sources).flatMap((group) => viewOf(ours, group) ?? []);
  return views.slice(0, MAX_VIEWS);
}

/** The text as the view's task would have it. */
export function viewText(text: string, { replace }: SiblingView): string {
  const values = new Map(replace.map(({ path, value }) => [path, value]));
  return fieldLines(text)
    .map(
      ({ path, head, value }) =>
        head + ((path === undefined ? undefined : values.get(path)) ?? value),
    )
    .join("\n");
}

interface Shape {
  /** Fields that have one value in all texts. */
  readonly constant: ReadonlyMap<string, string>;
  /** Paths of the fields that every text has, and of those that any has. */
  readonly inAll: ReadonlySet<string>;
  readonly inAny: ReadonlySet<string>;
}

function shapeOf(texts: readonly string[]): Shape {
  const looked = texts
    .slice(0, MAX_LOOKED_AT)
    .map(
      (text) =>
        new Map(
          fieldLines(text).flatMap(({ path, value }) =>
            path === undefined ? [] : [[path, value]],
          ),
        ),
    );
  const inAny = new Set(looked.flatMap((fields) => [...fields.keys()]));
  const inAll = new Set([...inAny].filter((path) => looked.every((fields) => fields.has(path))));
  const constant = new Map<string, string>();
  for (const path of inAll) {
    const value = looked[0]!.get(path)!;
    if (looked.every((fields) => fields.get(path) === value)) constant.set(path, value);
  }
  return { constant, inAll, inAny };
}

function viewOf(ours: Shape, { task, examples }: TaskGroup): SiblingView | undefined {
  if (examples.length < MIN_SOURCE_ROWS) return undefined;
  const theirs = shapeOf(examples.map(({ x }) => x));
  if (!isSubset(theirs.inAll, ours.inAll) || !isSubset(ours.inAll, theirs.inAny)) return undefined;
  const replace: { path: string; value: string }[] = [];
  let numShared = 0;
  for (const [path, value] of theirs.constant) {
    const own = ours.constant.get(path);
    if (own === value) numShared += value === "" ? 0 : 1;
    else if (own !== undefined) replace.push({ path, value });
  }
  return numShared > 0 && replace.length > 0 ? { task, replace } : undefined;
}

function isSubset(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].every((path) => b.has(path));
}

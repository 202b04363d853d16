// The two texts of a tree: what the model reads, and what names the configuration.

import { Buffer } from "node:buffer";
import { parse } from "yaml";
import type { YamlTree } from "./tree.ts";

export interface RenderOptions {
  /** Keys in code-point order. Off, they stay as written: models have seen them in the order of their data. */
  readonly sortKeys: boolean;
  /**
   * Keys whose maps mean something by their order (`layers`): those keep it, and it counts in the identity. For a
   * list under such a key, so do the maps in it.
   */
  readonly orderedKeys: ReadonlySet<string>;
}

/**
 * Block YAML with two spaces, without anchors, quotes that are not needed, or a newline at the end; comments where the
 * tree has them. Plain scalars keep their spelling: `True`, `1.10` and `0x1F` are what a model was trained on.
 */
export function renderBlock(tree: YamlTree, options: RenderOptions): string {
  const lines: string[] = [];
  const { before = [], inside = [], end = [] } = tree.comments ?? {};
  pushComments(lines, before, "");
  if (tree.type === "scalar" || isEmpty(tree)) {
    lines.push(withComment(renderInline(tree), inside));
    pushComments(lines, end, "");
  } else renderInto(lines, tree, 0, options, false);
  return lines.join("\n");
}

/**
 * Minified JSON with sorted keys and numbers in their shortest form: equal for equal values. Where order means
 * something, maps keep it behind a `!`; comments that are kept count, behind a `#`.
 */
export function renderIdentity(tree: YamlTree, options: RenderOptions): string {
  return identityOf(tree, options, false);
}

function identityOf(tree: YamlTree, options: RenderOptions, isOrdered: boolean): string {
  const said = tree.comments === undefined ? "" : `#${JSON.stringify(tree.comments)}`;
  switch (tree.type) {
    case "map":
      return `${said}${isOrdered ? "!" : ""}{${ordered(tree.entries, !isOrdered)
        .map(([key, value]) => {
          const within = identityOf(value, options, options.orderedKeys.has(key));
          return `${JSON.stringify(key)}:${within}`;
        })
        .join(",")}}`;
    case "list":
      return `${said}[${tree.items.map((item) => identityOf(item, options, isOrdered)).join(",")}]`;
    case "scalar":
      return said + scalarIdentity(tree.value);
    default:
      return tree satisfies never;
  }
}

function renderInto(
  lines: string[],
  tree: YamlTree,
  depth: number,
  options: RenderOptions,
  isOrdered: boolean,
): void {
  const indent = "  ".repeat(depth);
  pushComments(lines, tree.comments?.inside ?? [], indent);
  if (tree.type === "map") {
    for (const [key, value] of ordered(tree.entries, options.sortKeys && !isOrdered)) {
      const head = `${indent}${renderKey(key)}:`;
      renderChild(lines, head, value, depth, options, options.orderedKeys.has(key));
    }
  } else if (tree.type === "list") {
    for (const item of tree.items) {
      renderChild(lines, `${indent}-`, item, depth, options, isOrdered);
    }
  }
  pushComments(lines, tree.comments?.end ?? [], indent);
}

function renderChild(
  lines: string[],
  head: string,
  value: YamlTree,
  depth: number,
  options: RenderOptions,
  isOrdered: boolean,
): void {
  const indent = "  ".repeat(depth);
  const { before = [], inside = [], end = [] } = value.comments ?? {};
  pushComments(lines, before, indent);
  if (value.type === "scalar" || isEmpty(value)) {
    const inline = renderInline(value);
    lines.push(withComment(inline === "" ? head : `${head} ${inline}`, [...inside, ...end]));
    return;
  }
  const isItem = head.endsWith("-");
  // Above the dash, where it reads back as the same.
  if (isItem) pushComments(lines, inside, indent);
  const nested: string[] = [];
  const own = isItem && inside.length > 0 ? withoutInside(value) : value;
  renderInto(nested, own, depth + 1, options, isOrdered);
  // A map or list inside a list starts on the line of its dash.
  if (isItem) lines.push(`${head} ${nested.shift()!.trimStart()}`);
  else lines.push(head);
  for (const line of nested) lines.push(line);
}

function withoutInside(tree: YamlTree): YamlTree {
  return { ...tree, comments: { before: [], inside: [], end: tree.comments?.end ?? [] } };
}

function pushComments(lines: string[], comments: readonly string[], indent: string): void {
  for (const comment of comments) lines.push(`${indent}# ${comment}`);
}

/** Behind a value there is one line. */
function withComment(line: string, comments: readonly string[]): string {
  return comments.length === 0 ? line : `${line} # ${comments.join(" ")}`;
}

function renderInline(tree: YamlTree): string {
  if (tree.type === "map") return "{}";
  if (tree.type === "list") return "[]";
  const { value, source } = tree;
  if (source !== undefined) return source;
  return typeof value === "string" ? renderString(value) : String(value);
}

/** Numbers and words that are keys stay as written: as a key, `1` means the same with quotes and without. */
function renderKey(key: string): string {
  return /^[\w.+-]*\w$/.test(key) && key !== "<<" ? key : renderString(key);
}

/** Plain where reading it back gives the same string, else quoted as in JSON. */
function renderString(text: string): string {
  return isPlainSafe(text) ? text : JSON.stringify(text);
}

const plainSafe = new Map<string, boolean>();
const MAX_REMEMBERED = 10_000;

function isPlainSafe(text: string): boolean {
  const known = plainSafe.get(text);
  if (known !== undefined) return known;
  const safe = /^[^\s'"`@%&*!|>{}[\],#?][^\n\t]*$/u.test(text) && readsBack(text);
  if (plainSafe.size >= MAX_REMEMBERED) plainSafe.clear();
  if (text.length <= 200) plainSafe.set(text, safe);
  return safe;
}

function readsBack(text: string): boolean {
  try {
    return (
      (parse(text, { logLevel: "silent" }) as unknown) === text &&
      Object.is((parse(`k: ${text}`, { logLevel: "silent" }) as { k: unknown }).k, text) &&
      !text.endsWith(":")
    );
  } catch {
    return false;
  }
}

function scalarIdentity(value: string | number | bigint | boolean | null): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) return `"\u0000${value}"`;
  return JSON.stringify(value);
}

function isEmpty(tree: YamlTree): boolean {
  return tree.type === "map"
    ? tree.entries.length === 0
    : tree.type === "list" && tree.items.length === 0;
}

type Entries = readonly (readonly [key: string, value: YamlTree])[];

/** By bytes of UTF-8, which is by code point. */
function ordered(entries: Entries, sort: boolean): Entries {
  return sort
    ? entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    : entries;
}

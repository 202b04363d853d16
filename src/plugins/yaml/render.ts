// The two texts of a tree: what the model reads, and what names the configuration.

import { Buffer } from "node:buffer";
import { parse } from "yaml";
import type { YamlTree } from "./tree.ts";

export interface RenderOptions {
  /** Keys in code-unit order. Off, they stay as written: models have seen them in the order of their data. */
  readonly sortKeys: boolean;
}

/**
 * Block YAML with two spaces, without comments, anchors, quotes that are not needed, or a newline at the end.
 * Plain scalars keep their spelling: `True`, `1.10` and `0x1F` are what a model was trained on.
 */
export function renderBlock(tree: YamlTree, options: RenderOptions): string {
  const lines: string[] = [];
  if (tree.type === "scalar" || isEmpty(tree)) return renderInline(tree);
  renderInto(lines, tree, 0, options);
  return lines.join("\n");
}

/** Minified JSON with sorted keys and numbers in their shortest form: equal for equal values. */
export function renderIdentity(tree: YamlTree): string {
  switch (tree.type) {
    case "map":
      return `{${ordered(tree.entries, true)
        .map(([key, value]) => `${JSON.stringify(key)}:${renderIdentity(value)}`)
        .join(",")}}`;
    case "list":
      return `[${tree.items.map(renderIdentity).join(",")}]`;
    case "scalar":
      return scalarIdentity(tree.value);
    default:
      return tree satisfies never;
  }
}

function renderInto(lines: string[], tree: YamlTree, depth: number, options: RenderOptions): void {
  const indent = "  ".repeat(depth);
  if (tree.type === "map") {
    for (const [key, value] of ordered(tree.entries, options.sortKeys)) {
      renderChild(lines, `${indent}${renderKey(key)}:`, value, depth, options);
    }
  } else if (tree.type === "list") {
    for (const item of tree.items) renderChild(lines, `${indent}-`, item, depth, options);
  }
}

function renderChild(
  lines: string[],
  head: string,
  value: YamlTree,
  depth: number,
  options: RenderOptions,
): void {
  if (value.type === "scalar" || isEmpty(value)) {
    const inline = renderInline(value);
    lines.push(inline === "" ? head : `${head} ${inline}`);
    return;
  }
  const nested: string[] = [];
  renderInto(nested, value, depth + 1, options);
  // A map or list inside a list starts on the line of its dash.
  if (head.endsWith("-")) lines.push(`${head} ${nested.shift()!.trimStart()}`);
  else lines.push(head);
  for (const line of nested) lines.push(line);
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

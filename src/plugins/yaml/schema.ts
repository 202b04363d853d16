// Configurations under a schema of the user's: unknown keys refused, defaults filled in, values checked, so that
// configurations that mean the same become the same text. Any Standard Schema does (zod, valibot, arktype).

import { ConfigError } from "../../core/index.ts";
import type { KindContext } from "../kind.ts";
import type { YamlTree } from "./tree.ts";

/** What is needed of a Standard Schema (standardschema.dev, version 1). */
export interface ConfigurationSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Checked | Promise<Checked>;
  };
}

type Checked =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * The configuration as the schema gives it back. What the schema leaves as it was keeps its spelling and its order;
 * what it adds comes behind.
 *
 * @throws {CandidateError} YAML_SCHEMA with the path of the first issue.
 */
export async function applySchema(
  tree: YamlTree,
  schema: ConfigurationSchema,
  context: KindContext,
): Promise<YamlTree> {
  const checked = await schema["~standard"].validate(plainOf(tree));
  if (checked.issues === undefined) return treeOf(checked.value, tree);
  const [first] = checked.issues;
  const others = checked.issues.length - 1;
  throw context.invalid({
    code: "YAML_SCHEMA",
    message: `${first?.message ?? "not valid"}${others > 0 ? ` (and ${others} more)` : ""}`,
    at: pathOf(first?.path ?? []),
    hint: "the schema of this kind says what a configuration holds",
  });
}

/** Plain JavaScript values. Whole numbers beyond 2^53 stay exact, as bigint. */
function plainOf(tree: YamlTree): unknown {
  switch (tree.type) {
    case "map":
      // Own properties whatever they are called: `__proto__` too.
      return Object.fromEntries(tree.entries.map(([key, value]) => [key, plainOf(value)]));
    case "list":
      return tree.items.map(plainOf);
    case "scalar":
      return plainScalar(tree.value);
    default:
      return tree satisfies never;
  }
}

type ScalarValue = Extract<YamlTree, { type: "scalar" }>["value"];

function plainScalar(value: ScalarValue): ScalarValue {
  const isExact = typeof value === "bigint" && Number.isSafeInteger(Number(value));
  return isExact ? Number(value) : value;
}

/** A tree of `value`; `before` is what stood in its place. */
function treeOf(value: unknown, before: YamlTree | undefined): YamlTree {
  const { comments } = before ?? {};
  const kept = comments === undefined ? {} : { comments };
  if (Array.isArray(value)) {
    const items = before?.type === "list" ? before.items : [];
    return { type: "list", items: value.map((item, i) => treeOf(item, items[i])), ...kept };
  }
  if (isScalar(value)) {
    const isSame = before?.type === "scalar" && Object.is(plainScalar(before.value), value);
    return isSame ? before : { type: "scalar", value, source: undefined, ...kept };
  }
  if (typeof value === "object" && value !== null) {
    const old = new Map(before?.type === "map" ? before.entries : []);
    const now = new Map(Object.entries(value).filter(([, item]) => item !== undefined));
    const names = [...[...old.keys()].filter((name) => now.has(name)), ...now.keys()];
    const entries = [...new Set(names)].map(
      (name) => [name, treeOf(now.get(name), old.get(name))] as const,
    );
    return { type: "map", entries, ...kept };
  }
  throw new ConfigError(
    "schema",
    `it gives a ${typeof value}; a configuration holds text, numbers, true, false, null, lists and maps`,
  );
}

function isScalar(value: unknown): value is ScalarValue {
  return value === null || ["string", "number", "bigint", "boolean"].includes(typeof value);
}

/** `training.layers[2].size`; `(top)` for the whole. */
function pathOf(path: NonNullable<Issue["path"]>): string {
  const text = path
    .map((step) => (typeof step === "object" ? step.key : step))
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("");
  return text === "" ? "(top)" : text.replace(/^\./, "");
}

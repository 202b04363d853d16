// The kinds `yaml` and `json`: configurations. Both give the same text, so that one model serves both.

import { ConfigError } from "../../core/index.ts";
import { decodeText } from "../decode-text.ts";
import { defineKind, type KindContext, type KindPlugin, PLUGIN_API_VERSION } from "../kind.ts";
import { optionsVersion } from "../options-version.ts";
import { type RenderOptions, renderBlock, renderIdentity } from "./render.ts";
import { applySchema, type ConfigurationSchema } from "./schema.ts";
import { parseYamlTree, type YamlTree } from "./tree.ts";

const LIMITS = { maxBytes: 1024 * 1024, maxTextChars: 1024 * 1024, timeoutMs: 5000 } as const;
const VERSION = "1.0.0";
const SERIALISER_VERSION = 1;

export interface ConfigurationOptions {
  /** Keys in code-point order; as written unless set. */
  readonly sortKeys?: boolean;
  /**
   * Keys whose maps mean something by the order of their keys, such as `layers`; also the maps of a list there. They
   * are never sorted, and another order is another candidate.
   */
  readonly orderedKeys?: readonly string[];
  /** YAML: comments stay in the text, and count as a difference. Without it they are dropped. */
  readonly keepComments?: boolean;
  /** A Standard Schema (zod, valibot, ...): unknown keys and wrong values are refused, defaults filled in. */
  readonly schema?: ConfigurationSchema;
  /** Names the schema's texts in bundles: raise it whenever the schema changes. Default: 1. */
  readonly schemaVersion?: number;
}

/** YAML 1.2 configurations: one document, no unknown tags, unique keys, at most 64 deep. */
export function yamlKind(options: ConfigurationOptions = {}): KindPlugin<YamlTree> {
  const { keepComments = false } = options;
  const render = renderOptions(options);
  return defineKind<YamlTree>({
    name: "auspex/yaml",
    version: VERSION,
    apiVersion: PLUGIN_API_VERSION,
    serialiserVersion: serialiserVersion(options),
    kind: "yaml",
    match: {
      extensions: [".yaml", ".yml"],
      magic: (head) => (looksLikeYaml(head) ? 0.6 : 0),
    },
    limits: LIMITS,
    parse: (input, context) =>
      checked(
        parseYamlTree(decodeText(input, context), context, { keepComments }),
        options,
        context,
      ),
    serialise: (tree) => serialise(tree, render),
    features,
  });
}

/** JSON configurations (RFC 8259), with the limits and the text of `yaml`. */
export function jsonKind(
  options: Omit<ConfigurationOptions, "keepComments"> = {},
): KindPlugin<YamlTree> {
  const render = renderOptions(options);
  return defineKind<YamlTree>({
    name: "auspex/json",
    version: VERSION,
    apiVersion: PLUGIN_API_VERSION,
    serialiserVersion: serialiserVersion(options),
    kind: "json",
    match: {
      extensions: [".json"],
      magic: (head) => (/^[\s]*[{[]/.test(String.fromCharCode(...head.subarray(0, 64))) ? 0.8 : 0),
    },
    limits: LIMITS,
    parse(input, context) {
      const text = decodeText(input, context);
      expectJson(text, context);
      // Every JSON text is YAML 1.2; this parser also finds keys that appear twice, with their place.
      return checked(parseYamlTree(text.replaceAll("\t", " "), context), options, context);
    },
    serialise: (tree) => serialise(tree, render),
    features,
  });
}

function serialise(tree: YamlTree, options: RenderOptions): { text: string; identity: string } {
  return { text: renderBlock(tree, options), identity: renderIdentity(tree, options) };
}

/** Without a schema at once: nothing of a plain configuration is asynchronous. */
function checked(
  tree: YamlTree,
  { schema }: ConfigurationOptions,
  context: KindContext,
): YamlTree | Promise<YamlTree> {
  return schema === undefined ? tree : applySchema(tree, schema, context);
}

function renderOptions({
  sortKeys = false,
  orderedKeys = [],
}: ConfigurationOptions): RenderOptions {
  return { sortKeys, orderedKeys: new Set(orderedKeys) };
}

/** Other options are other texts: a bundle that was trained on one refuses the other. */
function serialiserVersion({
  sortKeys = false,
  orderedKeys = [],
  keepComments = false,
  schema,
  schemaVersion = 1,
}: ConfigurationOptions): number {
  if (!(Number.isInteger(schemaVersion) && schemaVersion >= 1)) {
    throw new ConfigError("schemaVersion", `must be a whole number from 1, not ${schemaVersion}`);
  }
  if (schema === undefined && !sortKeys && !keepComments && orderedKeys.length === 0) {
    return SERIALISER_VERSION;
  }
  return optionsVersion({
    version: SERIALISER_VERSION,
    sortKeys,
    orderedKeys: [...new Set(orderedKeys)].toSorted(),
    keepComments,
    schema: schema === undefined ? 0 : schemaVersion,
  });
}

function features(tree: YamlTree): Record<string, number> {
  return { numValues: countScalars(tree) };
}

function countScalars(tree: YamlTree): number {
  switch (tree.type) {
    case "map":
      return tree.entries.reduce((sum, [, value]) => sum + countScalars(value), 0);
    case "list":
      return tree.items.reduce((sum, item) => sum + countScalars(item), 0);
    case "scalar":
      return 1;
    default:
      return tree satisfies never;
  }
}

function expectJson(text: string, context: KindContext): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw context.invalid({
      code: "JSON_SYNTAX",
      message: (error as Error).message,
      hint: "declare kind yaml for YAML",
    });
  }
}

/** A first line such as `key:` or `key: value` or `- item`. */
function looksLikeYaml(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  // Each line in front matches in one way only: with `\s*\n` a run of empty lines would be split in 2^n ways.
  return /^(---|%YAML|(?:#[^\n]*\n|[^\S\n]*\n)*(- \S|["']?[\w.\- ]{1,60}["']?:(\s|$)))/.test(text);
}

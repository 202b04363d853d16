// The kinds `yaml` and `json`: configurations. Both give the same text, so that one model serves both.

import { decodeText } from "../decode-text.ts";
import { defineKind, type KindContext, type KindPlugin, PLUGIN_API_VERSION } from "../kind.ts";
import { type RenderOptions, renderBlock, renderIdentity } from "./render.ts";
import { parseYamlTree, type YamlTree } from "./tree.ts";

const LIMITS = { maxBytes: 1024 * 1024, maxTextChars: 1024 * 1024, timeoutMs: 5000 } as const;
const VERSION = "1.0.0";
const SERIALISER_VERSION = 1;

/** YAML 1.2 configurations: one document, no unknown tags, unique keys, at most 64 deep. */
export function yamlKind(options: RenderOptions = { sortKeys: false }): KindPlugin<YamlTree> {
  return defineKind<YamlTree>({
    name: "auspex/yaml",
    version: VERSION,
    apiVersion: PLUGIN_API_VERSION,
    serialiserVersion: SERIALISER_VERSION,
    kind: "yaml",
    match: {
      extensions: [".yaml", ".yml"],
      mime: ["application/yaml", "application/x-yaml", "text/yaml"],
      magic: (head) => (looksLikeYaml(head) ? 0.6 : 0),
    },
    limits: LIMITS,
    parse: (input, context) => parseYamlTree(decodeText(input, context), context),
    serialise: (tree) => serialise(tree, options),
    features,
  });
}

/** JSON configurations (RFC 8259), with the limits and the text of `yaml`. */
export function jsonKind(options: RenderOptions = { sortKeys: false }): KindPlugin<YamlTree> {
  return defineKind<YamlTree>({
    name: "auspex/json",
    version: VERSION,
    apiVersion: PLUGIN_API_VERSION,
    serialiserVersion: SERIALISER_VERSION,
    kind: "json",
    match: {
      extensions: [".json"],
      mime: ["application/json"],
      magic: (head) => (/^[\s]*[{[]/.test(String.fromCharCode(...head.subarray(0, 64))) ? 0.8 : 0),
    },
    limits: LIMITS,
    parse(input, context) {
      const text = decodeText(input, context);
      expectJson(text, context);
      // Every JSON text is YAML 1.2; this parser also finds keys that appear twice, with their place.
      return parseYamlTree(text.replaceAll("\t", " "), context);
    },
    serialise: (tree) => serialise(tree, options),
    features,
  });
}

function serialise(tree: YamlTree, options: RenderOptions): { text: string; identity: string } {
  return { text: renderBlock(tree, options), identity: renderIdentity(tree) };
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
  return /^(---|%YAML|(#[^\n]*\n|\s*\n)*(- \S|["']?[\w.\- ]{1,60}["']?:(\s|$)))/.test(text);
}

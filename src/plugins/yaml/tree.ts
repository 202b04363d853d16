// YAML text to a bounded tree of our own: aliases and merge keys expanded, keys unique, scalars with the text
// they were written as. Nothing of the parser's objects leaves this file.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from "yaml";
import type { KindContext } from "../kind.ts";

export type YamlTree =
  | { readonly type: "map"; readonly entries: readonly (readonly [key: string, value: YamlTree])[] }
  | { readonly type: "list"; readonly items: readonly YamlTree[] }
  | {
      readonly type: "scalar";
      readonly value: string | number | bigint | boolean | null;
      /** As written, where it was written plainly and on one line. */
      readonly source: string | undefined;
    };

const MAX_DEPTH = 64;
/** After expansion: an alias bomb ends here. */
const MAX_NODES = 100_000;

/**
 * @throws {CandidateError} YAML_SYNTAX, YAML_DUPLICATE_KEY, YAML_TAG, YAML_DEPTH, YAML_TOO_MANY_NODES (alias
 *   bombs), YAML_ALIAS, YAML_KEY or YAML_DOCUMENTS, with line and column.
 */
export function parseYamlTree(text: string, context: KindContext): YamlTree {
  checkCharacters(text, context);
  checkDepth(text, context);
  const lines = new LineCounter();
  const documents = parseDocuments(text, lines, context);
  if (documents.length > 1) {
    throw context.invalid({
      code: "YAML_DOCUMENTS",
      message: `${documents.length} documents in one candidate`,
      hint: "send each as a candidate of its own",
    });
  }
  const document = documents[0];
  const problem = document?.errors[0] ?? document?.warnings[0];
  if (problem !== undefined) {
    throw context.invalid({
      code:
        problem.code === "DUPLICATE_KEY"
          ? "YAML_DUPLICATE_KEY"
          : problem.code === "TAG_RESOLVE_FAILED"
            ? "YAML_TAG"
            : "YAML_SYNTAX",
      message: problem.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""),
      at: place(lines, problem.pos[0]),
    });
  }
  if (document === undefined || document.contents === null) return NULL;
  return new TreeBuilder(document, lines, context).build(document.contents, 0);
}

const NULL: YamlTree = { type: "scalar", value: null, source: undefined };

function parseDocuments(
  text: string,
  lines: LineCounter,
  context: KindContext,
): readonly Document.Parsed[] {
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter: lines,
      version: "1.2",
      schema: "core",
      uniqueKeys: true,
      prettyErrors: true,
      intAsBigInt: true,
      logLevel: "silent",
    });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(context);
    throw error;
  }
}

/** YAML 1.2 section 5.1: no control characters but tab and line feed. */
function checkCharacters(text: string, context: KindContext): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 127) {
      const line = text.slice(0, i).split("\n");
      throw context.invalid({
        code: "YAML_SYNTAX",
        message: `the control character U+${code.toString(16).padStart(4, "0")}`,
        at: `line ${line.length}, column ${line.at(-1)!.length + 1}`,
      });
    }
  }
}

/** Cheap upper bounds before the parser recurses: flow brackets that are open, block markers in one line. */
function checkDepth(text: string, context: KindContext): void {
  let open = 0;
  let markers = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "[" || char === "{") {
      open += 1;
      // Brackets inside strings count too; a thousand of them more than are closed is no configuration.
      if (open > 1000) throw tooDeep(context);
    } else if (char === "]" || char === "}") {
      open = Math.max(0, open - 1);
    } else if (char === "\n") {
      markers = 0;
    } else if ((char === "-" || char === "?" || char === ":") && text[i + 1] === " ") {
      markers += 1;
      if (markers > 10_000) throw tooDeep(context);
    }
  }
}

function tooDeep(context: KindContext, at?: string): Error {
  return context.invalid({
    code: "YAML_DEPTH",
    message: `nested deeper than ${MAX_DEPTH}`,
    ...(at === undefined ? {} : { at }),
  });
}

function place(lines: LineCounter, offset: number | undefined): string {
  const { line, col } = lines.linePos(offset ?? 0);
  return `line ${line}, column ${col}`;
}

class TreeBuilder {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #context: KindContext;
  #numNodes = 0;

  constructor(document: Document.Parsed, lines: LineCounter, context: KindContext) {
    this.#document = document;
    this.#lines = lines;
    this.#context = context;
  }

  build(node: Node | null, depth: number): YamlTree {
    if (node === null) return NULL;
    this.#numNodes += 1;
    if (this.#numNodes > MAX_NODES) {
      throw this.#invalid("YAML_TOO_MANY_NODES", `more than ${MAX_NODES} values`, node);
    }
    if (depth > MAX_DEPTH) throw tooDeep(this.#context, this.#at(node));
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) {
        throw this.#invalid("YAML_ALIAS", `no anchor ${node.source}`, node);
      }
      // A cycle comes to the depth limit.
      return this.build(target as Node, depth + 1);
    }
    if (isMap(node)) return { type: "map", entries: this.#entries(node, depth) };
    if (isSeq(node)) {
      return { type: "list", items: node.items.map((item) => this.build(item as Node, depth + 1)) };
    }
    return this.#scalar(node as Scalar);
  }

  #scalar(node: Scalar): YamlTree {
    const { value, source, type } = node;
    const written =
      type === "PLAIN" && source !== undefined && !source.includes("\n") ? source : undefined;
    if (value === null) return NULL;
    if (
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "bigint" ||
      typeof value === "boolean"
    ) {
      return { type: "scalar", value, source: written };
    }
    throw this.#invalid("YAML_TAG", "a value that is no plain string, number or boolean", node);
  }

  #entries(map: YAMLMap, depth: number): [string, YamlTree][] {
    const entries = new Map<string, YamlTree>();
    const merged: YamlTree[] = [];
    for (const pair of map.items) {
      const { key, value } = pair as Pair<Node, Node | null>;
      if (isMergeKey(key)) {
        merged.push(this.build(value, depth + 1));
        continue;
      }
      const name = this.#key(key);
      if (entries.has(name)) {
        throw this.#invalid(
          "YAML_DUPLICATE_KEY",
          `the key ${JSON.stringify(name)} appears twice`,
          key,
        );
      }
      entries.set(name, this.build(value, depth + 1));
    }
    for (const tree of merged) this.#mergeInto(entries, tree, map);
    return [...entries];
  }

  #key(key: Node | null): string {
    const target = isAlias(key) ? key.resolve(this.#document) : key;
    if (!isScalar(target)) {
      throw this.#invalid("YAML_KEY", "a key must be a plain value, not a list or map", key);
    }
    return target.source ?? String(target.value);
  }

  /** Keys that are there stay; of several merged maps the first wins (YAML merge, 2005). */
  #mergeInto(entries: Map<string, YamlTree>, tree: YamlTree, at: Node): void {
    const maps = tree.type === "list" ? tree.items : [tree];
    for (const map of maps) {
      if (map.type !== "map") throw this.#invalid("YAML_ALIAS", "<< must merge a map", at);
      for (const [key, value] of map.entries) if (!entries.has(key)) entries.set(key, value);
    }
  }

  #invalid(code: string, message: string, node: Node | null): Error {
    return this.#context.invalid({ code, message, at: this.#at(node) });
  }

  #at(node: Node | null): string {
    return place(this.#lines, node?.range?.[0]);
  }
}

function isMergeKey(key: Node | null): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.source === "<<";
}

// YAML text to a bounded tree of our own: aliases and merge keys expanded, keys unique, scalars with the text
// they were written as. Nothing of the parser's objects leaves this file.

import {
  type Alias,
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
  visit,
  type YAMLMap,
} from "yaml";
import type { KindContext } from "../kind.ts";

export type YamlTree = (
  | { readonly type: "map"; readonly entries: readonly (readonly [key: string, value: YamlTree])[] }
  | { readonly type: "list"; readonly items: readonly YamlTree[] }
  | {
      readonly type: "scalar";
      readonly value: string | number | bigint | boolean | null;
      /** As written, where it was written plainly and on one line. */
      readonly source: string | undefined;
    }
) & {
  /** Only where they are kept. */
  readonly comments?: Comments;
};

/** Comments of a value, a line each, without the `#`. */
export interface Comments {
  /** Above its key or dash. */
  readonly before: readonly string[];
  /** Behind it on its line; of a list or map, above its first entry. */
  readonly inside: readonly string[];
  /** Below the last entry of a list or map. */
  readonly end: readonly string[];
}

export interface TreeOptions {
  /** Comments become part of the tree. */
  readonly keepComments: boolean;
}

const MAX_DEPTH = 64;
/** After expansion: an alias bomb ends here. */
const MAX_NODES = 100_000;

/**
 * @throws {CandidateError} YAML_SYNTAX, YAML_DUPLICATE_KEY, YAML_TAG, YAML_DEPTH, YAML_TOO_MANY_NODES and
 *   YAML_TOO_LARGE (alias bombs), YAML_ALIAS, YAML_KEY or YAML_DOCUMENTS, with line and column.
 */
export function parseYamlTree(
  text: string,
  context: KindContext,
  options: TreeOptions = { keepComments: false },
): YamlTree {
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
      code: problem.code === "TAG_RESOLVE_FAILED" ? "YAML_TAG" : "YAML_SYNTAX",
      message: problem.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""),
      at: place(lines, problem.pos[0]),
    });
  }
  if (document === undefined) return NULL;
  return new TreeBuilder(document, lines, context, options).buildAll();
}

const NULL: YamlTree = { type: "scalar", value: null, source: undefined };
const NO_COMMENTS: Comments = { before: [], inside: [], end: [] };

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
      // Ours to check: the parser compares every key with every other one.
      uniqueKeys: false,
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

/**
 * What each alias stands for: the last node before it with that anchor. In one pass, because `Alias.resolve` walks the
 * whole document, which for an alias bomb of a kilobyte takes seconds before its size is known.
 */
function targetsOf(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

class TreeBuilder {
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #lines: LineCounter;
  readonly #context: KindContext;
  readonly #document: Document.Parsed;
  readonly #options: TreeOptions;
  #numNodes = 0;
  /** Of keys, values and kept comments, each time that an alias repeats them. */
  #numChars = 0;

  constructor(
    document: Document.Parsed,
    lines: LineCounter,
    context: KindContext,
    options: TreeOptions,
  ) {
    this.#targets = targetsOf(document);
    this.#lines = lines;
    this.#context = context;
    this.#document = document;
    this.#options = options;
  }

  /** The whole document. */
  buildAll(): YamlTree {
    const { contents, commentBefore, comment } = this.#document;
    const tree = this.#build(contents, 0);
    if (!this.#options.keepComments) return tree;
    const before = this.#commentLines(commentBefore, contents);
    const end = this.#commentLines(comment, contents);
    if (before.length + end.length === 0) return tree;
    const own = tree.comments ?? NO_COMMENTS;
    const comments = {
      before: [...before, ...own.before],
      inside: own.inside,
      end: [...own.end, ...end],
    };
    return { ...tree, comments };
  }

  #build(node: Node | null, depth: number): YamlTree {
    const tree = this.#bare(node, depth);
    if (node === null || isAlias(node) || !this.#options.keepComments) return tree;
    // Above a list or map the parser also puts what stands above its first entry.
    const above = this.#commentLines(node.commentBefore, node);
    const behind = this.#commentLines(node.comment, node);
    const comments =
      tree.type === "scalar"
        ? { before: above, inside: behind, end: [] }
        : { before: [], inside: above, end: behind };
    return above.length + behind.length === 0 ? tree : { ...tree, comments };
  }

  #commentLines(comment: string | null | undefined, node: Node | null): string[] {
    if (comment === null || comment === undefined) return [];
    this.#count(comment.length, node);
    return comment
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  }

  /** Counted as they are met, before anything is made of them: a string of megabytes that aliases repeat ends here. */
  #count(numChars: number, node: Node | null): void {
    this.#numChars += numChars;
    const { maxTextChars } = this.#context.limits;
    if (this.#numChars <= maxTextChars) return;
    const message = `more than ${maxTextChars} characters once aliases are written out`;
    throw this.#invalid("YAML_TOO_LARGE", message, node);
  }

  #bare(node: Node | null, depth: number): YamlTree {
    if (node === null) return NULL;
    this.#numNodes += 1;
    if (this.#numNodes > MAX_NODES) {
      throw this.#invalid("YAML_TOO_MANY_NODES", `more than ${MAX_NODES} values`, node);
    }
    if (depth > MAX_DEPTH) throw tooDeep(this.#context, this.#at(node));
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      if (target === undefined) {
        throw this.#invalid("YAML_ALIAS", `no anchor ${node.source}`, node);
      }
      // A cycle comes to the depth limit.
      return this.#build(target, depth + 1);
    }
    if (isMap(node)) return { type: "map", entries: this.#entries(node, depth) };
    if (isSeq(node)) {
      return {
        type: "list",
        items: node.items.map((item) => this.#build(item as Node, depth + 1)),
      };
    }
    return this.#scalar(node as Scalar);
  }

  #scalar(node: Scalar): YamlTree {
    const { value, source, type } = node;
    const written =
      type === "PLAIN" && source !== undefined && !source.includes("\n") ? source : undefined;
    if (value === null) return NULL;
    this.#count(typeof value === "string" ? value.length : (source ?? "").length, node);
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
    const meanings = new Set<string>();
    for (const pair of map.items) {
      const { key, value } = pair as Pair<Node, Node | null>;
      const isMerge = isMergeKey(key);
      const name = isMerge ? "<<" : this.#key(key);
      // Two spellings of one value are one key: `0x1` and `1`, `~` and `null`; and so are `1` and `"1"`, of one text.
      const meaning = isMerge ? "merge" : this.#meaning(key);
      if (meanings.has(meaning) || (!isMerge && entries.has(name))) {
        const message = `the key ${JSON.stringify(name)} appears twice`;
        throw this.#invalid("YAML_DUPLICATE_KEY", message, key);
      }
      meanings.add(meaning);
      const tree = this.#build(value, depth + 1);
      if (isMerge) merged.push(tree);
      else entries.set(name, this.#aboveKey(key, tree));
    }
    for (const tree of merged) this.#mergeInto(entries, tree, map);
    return [...entries];
  }

  #key(key: Node | null): string {
    const target = isAlias(key) ? this.#targets.get(key) : key;
    if (!isScalar(target)) {
      throw this.#invalid("YAML_KEY", "a key must be a plain value, not a list or map", key);
    }
    const name = target.source ?? String(target.value);
    this.#count(name.length, key);
    return name;
  }

  #meaning(key: Node | null): string {
    const target = isAlias(key) ? this.#targets.get(key) : key;
    const value: unknown = isScalar(target) ? target.value : undefined;
    return `${typeof value} ${String(value)}`;
  }

  /** Comments above a key belong to what it names. */
  #aboveKey(key: Node | null, value: YamlTree): YamlTree {
    if (!this.#options.keepComments) return value;
    const above = this.#commentLines(key?.commentBefore, key);
    if (above.length === 0) return value;
    const own = value.comments ?? NO_COMMENTS;
    return { ...value, comments: { ...own, before: [...above, ...own.before] } };
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

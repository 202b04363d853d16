// Comments by real grammars: tree-sitter's, as WebAssembly. Both packages are optional.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Node, Language as TreeSitterLanguage } from "web-tree-sitter";
import { AuspexError, EXIT, messageOf } from "../../core/index.ts";
import { LANGUAGES, type Language } from "./languages.ts";
import { lex, type Segment } from "./lexer.ts";

/** Grammar files by language; the other languages have the lexer alone. */
const FILES: Readonly<Record<string, string>> = {
  bash: "bash",
  c: "cpp",
  "c#": "c-sharp",
  "c++": "cpp",
  go: "go",
  java: "java",
  javascript: "javascript",
  php: "php",
  python: "python",
  ruby: "ruby",
  rust: "rust",
  typescript: "typescript",
};

/** Longer sources are left to the lexer, which is linear and never builds a tree. */
const MAX_CHARS = 1 << 20;

export interface Grammars {
  readonly languages: readonly string[];
  /** The source in segments, or undefined where there is no grammar or it finds no syntax of its language. */
  segments(source: string, language: Language): Segment[] | undefined;
}

/**
 * Loads the grammars: a second or so, once.
 *
 * @throws {AuspexError} GRAMMARS_MISSING when one of the optional packages is not installed.
 */
export async function loadGrammars(): Promise<Grammars> {
  const require = createRequire(import.meta.url);
  try {
    const { Parser, Language } = await import("web-tree-sitter");
    const folder = join(dirname(require.resolve("@vscode/tree-sitter-wasm/package.json")), "wasm");
    await Parser.init();
    const byFile = new Map<string, TreeSitterLanguage>();
    for (const file of new Set(Object.values(FILES))) {
      byFile.set(file, await Language.load(join(folder, `tree-sitter-${file}.wasm`)));
    }
    const parser = new Parser();
    return {
      languages: LANGUAGES.map(({ name }) => name).filter((name) => Object.hasOwn(FILES, name)),
      segments(source, language) {
        const grammar = byFile.get(FILES[language.name] ?? "");
        if (grammar === undefined || source.length > MAX_CHARS) return undefined;
        parser.setLanguage(grammar);
        const tree = parser.parse(source);
        if (tree === null) return undefined;
        try {
          return tree.rootNode.hasError
            ? undefined
            : segmentsAround(source, language, commentsOf(tree.rootNode, source, language));
        } finally {
          tree.delete();
        }
      },
    };
  } catch (error) {
    throw new AuspexError(
      "GRAMMARS_MISSING",
      EXIT.unavailable,
      `grammars cannot be loaded: ${messageOf(error)}`,
      { cause: error, hint: "npm install web-tree-sitter @vscode/tree-sitter-wasm" },
    );
  }
}

type Range = readonly [start: number, end: number];

function commentsOf(root: Node, source: string, language: Language): Range[] {
  const ranges: Range[] = [];
  const cursor = root.walk();
  try {
    // Depth first by hand: trees of generated code are deeper than a call stack.
    for (let isDone = false; !isDone; ) {
      if (cursor.nodeType.endsWith("comment")) {
        ranges.push([cursor.startIndex, cursor.endIndex]);
      } else if (cursor.nodeType === "preproc_arg") {
        // To the grammar the rest of a directive is one piece of text.
        ranges.push(...lexedComments(source, cursor.startIndex, cursor.endIndex, language));
      } else if (cursor.gotoFirstChild()) {
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) {
          isDone = true;
          break;
        }
      }
    }
  } finally {
    cursor.delete();
  }
  return ranges;
}

function lexedComments(source: string, start: number, end: number, language: Language): Range[] {
  let at = start;
  return lex(source.slice(start, end), language).flatMap(({ kind, text }): Range[] => {
    const from = at;
    at += text.length;
    return kind === "comment" ? [[from, at]] : [];
  });
}

/** Between the comments the lexer says what is a string; what it takes for a comment there is code. */
function segmentsAround(source: string, language: Language, comments: readonly Range[]): Segment[] {
  const segments: Segment[] = [];
  const addCode = (start: number, end: number): void => {
    for (const { kind, text } of lex(source.slice(start, end), language)) {
      segments.push({ kind: kind === "comment" ? "code" : kind, text });
    }
  };
  let at = 0;
  for (const [start, end] of comments) {
    addCode(at, start);
    // Some grammars count the line's end to the comment.
    const text = source.slice(start, end);
    const trimmed = text.endsWith("\n") ? text.slice(0, -1) : text;
    segments.push({ kind: "comment", text: trimmed });
    at = start + trimmed.length;
  }
  addCode(at, source.length);
  return segments;
}

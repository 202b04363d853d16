// The kind `code`: source text, nearly as it is. Layout carries meaning (Python) and names carry signal, so both
// stay. Comments go by default: they can give the answer away ("O(n^2), slow"), and a search could write them to
// please the model.

import { decodeText } from "../decode-text.ts";
import { defineKind, type KindContext, type KindPlugin, PLUGIN_API_VERSION } from "../kind.ts";
import { optionsVersion } from "../options-version.ts";
import type { Grammars } from "./grammars.ts";
import { LANGUAGES, type Language, languageByFilename, languageByName } from "./languages.ts";
import { lex, type Segment } from "./lexer.ts";

export interface CodeKindOptions {
  /** `strip`: safe against comments that argue with the model. `keep`: as published corpora have them. */
  readonly comments: "strip" | "keep";
  /** `evolve`: only what stands between EVOLVE-BLOCK-START and EVOLVE-BLOCK-END, where there is such. */
  readonly blocks?: "all" | "evolve";
  /** Comments by real grammars (`await loadGrammars()`) where there is one; default: by the lexer everywhere. */
  readonly grammars?: Grammars;
  /** Whether the text starts with `lang: python`. */
  readonly languageHeader?: boolean;
}

export interface ParsedCode {
  readonly language: Language | undefined;
  readonly source: string;
}

const SERIALISER_VERSION = 1;
const GRAMMARS_VERSION = 1001;
const DEFAULTS: CodeKindOptions = { comments: "strip" };

/** Source code of 24 languages; in others, text is kept whole, comments included. */
export function codeKind(options: CodeKindOptions = DEFAULTS): KindPlugin<ParsedCode> {
  const { comments, blocks = "all", languageHeader = true, grammars } = options;
  const segmentsOf = (source: string, language: Language): readonly Segment[] =>
    grammars?.segments(source, language) ?? lex(source, language);
  return defineKind<ParsedCode>({
    name: "auspex/code",
    version: "1.0.0",
    apiVersion: PLUGIN_API_VERSION,
    serialiserVersion: serialiserVersion({
      comments,
      blocks,
      languageHeader,
      hasGrammars: grammars !== undefined,
    }),
    kind: "code",
    match: { extensions: [...new Set(LANGUAGES.flatMap(({ extensions }) => extensions))] },
    limits: { maxBytes: 4 * 1024 * 1024, maxTextChars: 4 * 1024 * 1024, timeoutMs: 5000 },
    parse(input, context) {
      const source = decodeText(input, context).replaceAll("\r", "\n");
      if (source.includes("\0")) {
        throw context.invalid({ code: "CODE_BINARY", message: "a NUL character: no source text" });
      }
      return { language: languageOf(input, context), source };
    },
    serialise({ language, source }) {
      const header = languageHeader && language !== undefined ? `lang: ${language.name}\n` : "";
      const chosen = blocks === "evolve" ? evolveBlocks(source) : source;
      const stripped = normalize(source, language, true, segmentsOf);
      const isStripped = comments === "strip" && chosen === source;
      const body = isStripped
        ? stripped
        : normalize(chosen, language, comments === "strip", segmentsOf);
      // The same characters are another program in another language.
      return { text: header + body, identity: `${language?.name ?? ""}\n${stripped}` };
    },
    features: ({ language, source }) => features(normalize(source, language, true, segmentsOf)),
  });
}

/** Other options are other texts: a bundle that was trained on one refuses the other. */
function serialiserVersion(written: {
  readonly comments: "strip" | "keep";
  readonly blocks: "all" | "evolve";
  readonly languageHeader: boolean;
  readonly hasGrammars: boolean;
}): number {
  const { comments, blocks, languageHeader, hasGrammars } = written;
  if (comments === "strip" && blocks === "all" && languageHeader) {
    // The texts differ where grammar and lexer do, too.
    return hasGrammars ? GRAMMARS_VERSION : SERIALISER_VERSION;
  }
  return optionsVersion({ version: SERIALISER_VERSION, ...written });
}

function languageOf(
  { filename, language }: { readonly filename?: string; readonly language?: string },
  context: KindContext,
): Language | undefined {
  if (language === undefined) return languageByFilename(filename ?? "");
  const known = languageByName(language);
  if (known === undefined) context.warn(`language ${language} is not known: comments are kept`);
  return known;
}

const START = "EVOLVE-BLOCK-START";
const END = "EVOLVE-BLOCK-END";

/** The marked blocks, one after the other; the whole source where nothing is marked. */
function evolveBlocks(source: string): string {
  const blocks: string[] = [];
  let open: string[] | undefined;
  for (const line of source.split("\n")) {
    if (line.includes(START)) open = [];
    else if (line.includes(END) && open !== undefined) {
      blocks.push(open.join("\n"));
      open = undefined;
    } else open?.push(line);
  }
  if (open !== undefined) blocks.push(open.join("\n"));
  return blocks.length === 0 ? source : blocks.join("\n...\n");
}

/** No white space at line ends, at most one blank line in a row, one newline at the end; strings stay whole. */
function normalize(
  source: string,
  language: Language | undefined,
  strip: boolean,
  segmentsOf: (source: string, language: Language) => readonly Segment[],
): string {
  const segments: readonly Segment[] =
    language === undefined ? [{ kind: "code", text: source }] : segmentsOf(source, language);
  // Strings stand as placeholders while lines are tidied, so that nothing inside them changes.
  const opaque: string[] = [];
  const joined = segments
    .map(({ kind, text }, i) => {
      if (kind === "opaque") return `\0${opaque.push(text) - 1}\0`;
      if (kind === "code" || !strip) return text;
      return replacement(segments[i - 1]?.text, segments[i + 1]?.text);
    })
    .join("");
  const tidied = tidyLines(joined.split("\n"))
    .join("\n")
    .replaceAll(/\0(\d+)\0/g, (_, index: string) => opaque[Number(index)]!);
  return tidied === "" || tidied.endsWith("\n") ? tidied : `${tidied}\n`;
}

/** Stands for a comment that went; control characters cannot be in code. */
const STRIPPED = "\u0001";

/** A comment between two words keeps them apart. */
function replacement(before: string | undefined, after: string | undefined): string {
  const joins = /\w$/.test(before?.slice(-1) ?? "") && /^\w/.test(after?.slice(0, 1) ?? "");
  return joins ? " " : STRIPPED;
}

/** Line by line, in linear time: expressions over long runs of spaces are not. */
function tidyLines(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (const line of lines) {
    const tidied = line.includes(STRIPPED) ? withoutMarks(line) : line.trimEnd();
    if (tidied === undefined) continue;
    const isSecondBlank = tidied === "" && (kept.length === 0 || kept.at(-1) === "");
    if (!isSecondBlank) kept.push(tidied);
  }
  if (kept.at(-1) === "") kept.pop();
  return kept;
}

/** Undefined for a line that held nothing but comments. Before code the indentation stays. */
function withoutMarks(line: string): string | undefined {
  const [indentation = "", ...rest] = line.split(STRIPPED);
  const parts = [indentation];
  let hasCode = indentation.trim() !== "";
  for (const part of rest) {
    if (hasCode) {
      parts.push(parts.pop()!.trimEnd(), part);
    } else {
      parts.push(part.trimStart());
      hasCode = part.trim() !== "";
    }
  }
  return hasCode ? parts.join("").trimEnd() : undefined;
}

function features(text: string): Record<string, number> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const indents = lines.map((line) => /^[ \t]*/.exec(line)![0].replaceAll("\t", "    ").length);
  return {
    lines: lines.length,
    characters: text.length,
    branches:
      text.match(/\b(?:if|for|while|case|when|match|elif|catch|except|until)\b/g)?.length ?? 0,
    maxIndent: indents.reduce((a, b) => Math.max(a, b), 0),
  };
}

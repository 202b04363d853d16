// Cuts source text into code, comments and opaque parts (strings and the like). Linear in the text, never fails:
// what is unclosed ends with its line or with the text.

import type { BlockRule, Language, StringRule } from "./languages.ts";
import { scanSpecial } from "./special-scans.ts";

export interface Segment {
  readonly kind: "code" | "comment" | "opaque";
  readonly text: string;
}

/** The segments cover the text in order. */
export function lex(source: string, language: Language): Segment[] {
  const segments: Segment[] = [];
  let codeStart = 0;
  const cut = (kind: Segment["kind"], start: number, end: number): void => {
    if (start > codeStart) segments.push({ kind: "code", text: source.slice(codeStart, start) });
    segments.push({ kind, text: source.slice(start, end) });
    codeStart = end;
  };
  const starters = startingCharacters(language);
  const unclosed = new Set<string>();
  for (let at = 0; at < source.length; ) {
    if (!starters.has(source[at]!) && !(language.fixedForm === true && isLineStart(source, at))) {
      at += 1;
      continue;
    }
    const comment = commentEnd(source, at, language);
    if (comment > at) {
      cut("comment", at, comment);
      at = comment;
      continue;
    }
    const opaque = opaqueEnd(source, at, language, unclosed);
    if (opaque > at) {
      cut("opaque", at, opaque);
      at = opaque;
      continue;
    }
    at += 1;
  }
  if (codeStart < source.length) segments.push({ kind: "code", text: source.slice(codeStart) });
  return segments;
}

/** Characters at which anything but code can begin. */
function startingCharacters(language: Language): ReadonlySet<string> {
  const openings = [
    ...language.lineComments,
    ...language.blocks.map(({ open }) => open),
    ...language.strings.map(({ open }) => open),
  ];
  const specials =
    language.specials.length > 0 ? ["'", "`", "/", "<", "[", "-", "R", "r", "b", "#", "?"] : [];
  return new Set([...openings.map((open) => open[0]!), ...specials]);
}

function commentEnd(source: string, at: number, language: Language): number {
  if (language.fixedForm === true && isLineStart(source, at) && /[Cc*]/.test(source[at]!)) {
    return lineEnd(source, at);
  }
  if (language.specials.includes("lua-long") && source.startsWith("--[", at)) {
    const end = scanSpecial("lua-long", source, at + 2);
    if (end > at + 2) return end;
  }
  for (const block of language.blocks) {
    if (source.startsWith(block.open, at) && opensBlock(source, at, block)) {
      return blockEnd(source, at, block);
    }
  }
  const sign = language.lineComments.find((each) => source.startsWith(each, at));
  if (sign === undefined || !opensLineComment(source, at, sign, language)) return -1;
  let end = lineEnd(source, at);
  while (language.continuedComments === true && source[end - 1] === "\\" && end < source.length) {
    end = lineEnd(source, end + 1);
  }
  return end;
}

function opensBlock(source: string, at: number, { open, atLineStart }: BlockRule): boolean {
  if (atLineStart !== true) {
    // `(*)` is an operator of ML languages, not the start of a comment.
    return !(open === "(*" && source[at + 2] === ")");
  }
  return isLineStart(source, at) && /[a-z]/.test(source[at + 1] ?? "");
}

function opensLineComment(source: string, at: number, sign: string, language: Language): boolean {
  if (sign === "#") {
    if (language.name === "php" && source[at + 1] === "[") return false;
    if (language.hashNeedsSpace === true) return at === 0 || /[\s;&|()}]/.test(source[at - 1]!);
  }
  if (language.operatorAfterDash === true) {
    const rest = /^-+(.?)/s.exec(source.slice(at, at + 64));
    return (
      !/[!#$%&*+./<=>?@\\^|~:]/.test(rest?.[1] ?? "") &&
      !/[!#$%&*+./<=>?@\\^|~:]/.test(source[at - 1] ?? " ")
    );
  }
  return true;
}

function blockEnd(
  source: string,
  at: number,
  { open, close, nested, atLineStart }: BlockRule,
): number {
  let depth = 1;
  for (let i = at + open.length; i < source.length; ) {
    if (source.startsWith(close, i)) {
      i += close.length;
      depth -= 1;
      if (depth === 0) return atLineStart === true ? lineEnd(source, i) : i;
    } else if (nested && source.startsWith(open, i)) {
      i += open.length;
      depth += 1;
    } else {
      i += 1;
    }
  }
  return source.length;
}

function opaqueEnd(source: string, at: number, language: Language, unclosed: Set<string>): number {
  for (const special of language.specials) {
    const end = scanSpecial(special, source, at, unclosed);
    if (end > at) return end;
  }
  const rule = language.strings.find(({ open }) => source.startsWith(open, at));
  return rule === undefined ? -1 : stringEnd(source, at, rule);
}

function stringEnd(source: string, at: number, rule: StringRule): number {
  let end = at + rule.open.length;
  while (end < source.length) {
    const char = source[end]!;
    if (char === "\\" && rule.escape) end += 2;
    else if (source.startsWith(rule.close, end)) {
      end += rule.close.length;
      if (rule.doubled !== true || !source.startsWith(rule.close, end)) return end;
      end += rule.close.length;
    } else if (char === "\n" && !rule.multiline) return end;
    else end += 1;
  }
  return source.length;
}

function isLineStart(source: string, at: number): boolean {
  return at === 0 || source[at - 1] === "\n";
}

function lineEnd(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end < 0 ? source.length : end;
}

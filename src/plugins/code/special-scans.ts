// Opaque parts that need a look around. Each returns where the part ends, or -1 where none starts.

import type { SpecialScan } from "./languages.ts";

/**
 * @param unclosed Here-document words that nothing closes from here on: remembered, so that a file full of
 *   them is not searched to its end for each.
 */
export function scanSpecial(
  special: SpecialScan,
  source: string,
  at: number,
  unclosed: Set<string> = new Set(),
): number {
  return SCANS[special](source, at, unclosed);
}

const MAX_TEMPLATE_DEPTH = 100;
/** After so many here-documents without an end, no more are looked for. */
const MAX_UNCLOSED = 50;
const MAX_REGEX_CHARS = 2000;
const IDENTIFIER = /[\w$]/;

const SCANS: Readonly<
  Record<SpecialScan, (source: string, at: number, unclosed: Set<string>) => number>
> = {
  /** 'x' or '\n'; a quote that closes nothing (a lifetime, a type variable, a prime) is code. */
  character(source, at) {
    if (source[at] !== "'" || IDENTIFIER.test(source[at - 1] ?? " ")) return -1;
    const match = matchAt(/'(?:\\[^\n]|[^\\'\n])[^'\n]{0,10}?'/uy, source, at);
    // 'a, b' is two type variables, 'abc' no character: only one character or an escape counts.
    return match !== undefined && (match[1] === "\\" || Array.from(match).length === 3)
      ? at + match.length
      : -1;
  },
  /** R"delimiter( ... )delimiter" */
  "cpp-raw"(source, at) {
    const match = matchAt(/R"([^\s()\\]{0,16})\(/y, source, at);
    if (match === undefined || IDENTIFIER.test(source[at - 1] ?? " ")) return -1;
    return after(source, `)${match.slice(2, -1)}"`, at + match.length);
  },
  /** <<EOF, <<-'EOF', <<~EOF, <<<EOT: to the line that holds the word alone. */
  "here-document"(source, at, unclosed) {
    const match = /^<<<?[-~]?\s?(["']?)([A-Za-z_]\w*)\1/.exec(source.slice(at, at + 80));
    const word = match?.[2];
    if (match === null || word === undefined || source[at - 1] === "<") return -1;
    if (unclosed.has(word) || unclosed.size >= MAX_UNCLOSED) return -1;
    const lineEnd = source.indexOf("\n", at);
    if (lineEnd < 0) return -1;
    const close = new RegExp(`^[ \\t]*${word}\\b`, "gm");
    close.lastIndex = lineEnd + 1;
    const end = close.exec(source);
    if (end !== null) return end.index + end[0].length;
    unclosed.add(word);
    return -1;
  },
  /** A slash where an operand is expected. */
  "js-regex"(source, at) {
    if (source[at] !== "/" || /[/*]/.test(source[at + 1] ?? "")) return -1;
    const before = source.slice(Math.max(0, at - 40), at).trimEnd();
    const expectsOperand =
      before === "" ||
      /[(,=:[!&|?{};+\-*%~^<>]$|\b(?:return|typeof|case|in|of|do|else|void|delete|throw)$/.test(
        before,
      );
    if (!expectsOperand) return -1;
    const match = matchAt(
      /\/(?:\\[^\n]|\[(?:\\[^\n]|[^\]\n\\])*\]|[^/\n\\[])+\/\w*/y,
      source.slice(at, at + MAX_REGEX_CHARS),
      0,
    );
    return match === undefined ? -1 : at + match.length;
  },
  "js-template": (source, at) => (source[at] === "`" ? templateEnd(source, at, 0) : -1),
  /** #\; and #\" are characters. */
  "lisp-character": (source, at) =>
    source.startsWith("#\\", at) ? Math.min(at + 3, source.length) : -1,
  /** [[ ... ]] and [==[ ... ]==] */
  "lua-long"(source, at) {
    const match = matchAt(/\[(=*)\[/y, source, at);
    return match === undefined ? -1 : after(source, `]${match.slice(1, -1)}]`, at + match.length);
  },
  /** From ?> to the next <?, and from the start of the file to the first. */
  "php-outside"(source, at) {
    const isOutside = source.startsWith("?>", at) || (at === 0 && !source.startsWith("<?"));
    if (!isOutside) return -1;
    const next = source.indexOf("<?", at);
    return next < 0 ? source.length : next;
  },
  /** r"...", r#"..."#, br##"..."## */
  "rust-raw"(source, at) {
    const match = matchAt(/b?r(#{0,16})"/y, source, at);
    if (match === undefined || IDENTIFIER.test(source[at - 1] ?? " ")) return -1;
    const hashes = match.replace(/^b?r/, "").slice(0, -1);
    return after(source, `"${hashes}`, at + match.length);
  },
};

function matchAt(expression: RegExp, source: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(source)?.[0];
}

function after(source: string, close: string, from: number): number {
  const end = source.indexOf(close, from);
  return end < 0 ? source.length : end + close.length;
}

/** Templates hold expressions, which hold templates. */
function templateEnd(source: string, at: number, depth: number): number {
  let braces = 0;
  for (let i = at + 1; i < source.length; i++) {
    const char = source[i];
    if (char === "\\") i += 1;
    else if (char === "`") {
      if (braces === 0) return i + 1;
      if (depth >= MAX_TEMPLATE_DEPTH) return source.length;
      i = templateEnd(source, i, depth + 1) - 1;
    } else if (char === "$" && source[i + 1] === "{" && braces === 0) {
      braces = 1;
      i += 1;
    } else if (braces > 0 && char === "{") braces += 1;
    else if (braces > 0 && char === "}") braces -= 1;
  }
  return source.length;
}

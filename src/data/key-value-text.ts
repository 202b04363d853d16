// Texts made of `key: value`, taken apart without losing a character: nested blocks by indentation, or a JSON
// object. What is no mapping (code, lists, prose, repeated keys) stays one opaque piece.

export interface Entry {
  /** Keys from the outside in, joined by dots: `config.threads`. */
  readonly path: string;
  /** Everything up to the value: indentation, key, colon, space. */
  readonly head: string;
  /** A scalar as it is written; empty where a block or an opaque rest follows. */
  readonly value: string;
  /** The entries below this one. */
  readonly child: Block | undefined;
  /** What belongs to the entry and is not looked into. */
  readonly rest: string;
}

export interface Block {
  readonly open: string;
  readonly entries: readonly Entry[];
  /** Between entries; one fewer than there are. They keep their places when entries move. */
  readonly separators: readonly string[];
  readonly close: string;
}

export interface KeyValueText {
  readonly kind: "json" | "lines";
  readonly block: Block;
}

/** The parts of a text; undefined where it is no mapping at its top level. */
export function parseKeyValueText(text: string): KeyValueText | undefined {
  if (/^\s*\{/u.test(text)) {
    const block = isJson(text) ? new JsonReader(text).whole() : undefined;
    return block && { kind: "json", block };
  }
  // The end of the last line stays at the end of the text, whichever entry comes last.
  const at = text.indexOf("\n", text.trimEnd().length);
  const close = at < 0 ? "" : text.slice(at);
  const block = parseLines(text.slice(0, text.length - close.length).split("\n"), "", "");
  return block && { kind: "lines", block: { ...block, close } };
}

/** The inverse of parsing. */
export function renderBlock({ open, entries, separators, close }: Block): string {
  const body = entries.map(
    ({ head, value, child, rest }, i) =>
      head + value + (child === undefined ? "" : renderBlock(child)) + rest + (separators[i] ?? ""),
  );
  return open + body.join("") + close;
}

// A key ends at the first colon that a space or the line's end follows; a dash and a space begin a list.
const LINE = /^([ \t]*)(?!- |#)(\S.*?):(?:([ \t]+)(.*))?$/u;
const BLOCK_SCALAR = /^[|>][-+\d]*$/u;

/** Lines of one indentation, each with the deeper ones below it. */
function parseLines(lines: readonly string[], open: string, parent: string): Block | undefined {
  const indent = indentOf(lines[0]!);
  const starts = lines.flatMap((line, i) =>
    line.trim() !== "" && indentOf(line) <= indent ? [i] : [],
  );
  if (starts[0] !== 0) return undefined;
  const entries: Entry[] = [];
  for (const [i, start] of starts.entries()) {
    const match = LINE.exec(lines[start]!);
    if (match === null || match[1]!.length !== indent) return undefined;
    const [, before, key, space = "", value = ""] = match;
    const path = parent === "" ? key! : `${parent}.${key!}`;
    const below = lines.slice(start + 1, starts[i + 1] ?? lines.length);
    const head = `${before!}${key!}:${space}`;
    const child =
      value === "" && below.length > 0 && below[0]!.trim() !== ""
        ? parseLines(below, "\n", path)
        : undefined;
    const isOpaque = child === undefined && below.length > 0;
    const rest = isOpaque ? `\n${below.join("\n")}` : "";
    const isScalar = !isOpaque && !BLOCK_SCALAR.test(value);
    entries.push({
      path,
      head: isScalar ? head : head + value,
      value: isScalar ? value : "",
      child,
      rest,
    });
  }
  return blockOf(open, entries, Array<string>(entries.length - 1).fill("\n"), "");
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Walks a text that is known to be JSON. */
class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Block | undefined {
    const before = this.#space();
    const block = this.#object("");
    const after = this.#space();
    return block && { ...block, open: before + block.open, close: block.close + after };
  }

  #object(parent: string): Block | undefined {
    const open = this.#take(1) + this.#space();
    const entries: Entry[] = [];
    const separators: string[] = [];
    while (this.#text[this.#at] !== "}") {
      entries.push(this.#entry(parent));
      const end = this.#at;
      this.#space();
      if (this.#text[this.#at] !== ",") {
        this.#at = end;
        break;
      }
      this.#take(1);
      this.#space();
      separators.push(this.#text.slice(end, this.#at));
    }
    const close = this.#space() + this.#take(1);
    return blockOf(open, entries, separators, close);
  }

  #entry(parent: string): Entry {
    const start = this.#at;
    const key = JSON.parse(this.#string()) as string;
    this.#space();
    this.#take(1);
    this.#space();
    const head = this.#text.slice(start, this.#at);
    const path = parent === "" ? key : `${parent}.${key}`;
    const valueAt = this.#at;
    if (this.#text[valueAt] === "{") {
      const child = this.#object(path);
      if (child !== undefined) return { path, head, value: "", child, rest: "" };
      return { path, head, value: "", child: undefined, rest: this.#text.slice(valueAt, this.#at) };
    }
    if (this.#text[valueAt] === "[") {
      return { path, head, value: "", child: undefined, rest: this.#array() };
    }
    return { path, head, value: this.#scalar(), child: undefined, rest: "" };
  }

  #array(): string {
    const start = this.#at;
    let depth = 0;
    do {
      const char = this.#text[this.#at]!;
      if (char === '"') {
        this.#string();
        continue;
      }
      if (char === "[" || char === "{") depth++;
      if (char === "]" || char === "}") depth--;
      this.#at++;
    } while (depth > 0);
    return this.#text.slice(start, this.#at);
  }

  #scalar(): string {
    if (this.#text[this.#at] === '"') return this.#string();
    const start = this.#at;
    while (/[^\s,}\]]/u.test(this.#text[this.#at]!)) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #string(): string {
    const start = this.#at++;
    while (this.#text[this.#at] !== '"') this.#at += this.#text[this.#at] === "\\" ? 2 : 1;
    this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #space(): string {
    const start = this.#at;
    while (/\s/u.test(this.#text[this.#at] ?? "")) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #take(length: number): string {
    this.#at += length;
    return this.#text.slice(this.#at - length, this.#at);
  }
}

/** A key that comes twice makes it no mapping. */
function blockOf(
  open: string,
  entries: readonly Entry[],
  separators: readonly string[],
  close: string,
): Block | undefined {
  const isMapping = new Set(entries.map(({ path }) => path)).size === entries.length;
  return isMapping ? { open, entries, separators, close } : undefined;
}

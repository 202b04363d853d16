// What the lexer must know of each language: how comments start and end, and what looks like one but is not
// (strings, characters, regular expressions, here-documents).

/** A string or something as opaque as one. */
export interface StringRule {
  readonly open: string;
  readonly close: string;
  /** Whether a backslash takes the next character's meaning away. */
  readonly escape: boolean;
  /** Whether it may span lines; if not, an unclosed one ends with its line. */
  readonly multiline: boolean;
  /** Whether the closing quote written twice stands for itself. */
  readonly doubled?: boolean;
}

export interface BlockRule {
  readonly open: string;
  readonly close: string;
  readonly nested: boolean;
  /** Only at the start of a line: Ruby's =begin, Perl's =pod. */
  readonly atLineStart?: boolean;
}

/** Opaque things that need more than an opening and a closing text. */
export type SpecialScan =
  | "character"
  | "cpp-raw"
  | "here-document"
  | "js-regex"
  | "js-template"
  | "lisp-character"
  | "lua-long"
  | "php-outside"
  | "rust-raw";

export interface Language {
  readonly name: string;
  readonly extensions: readonly string[];
  readonly lineComments: readonly string[];
  readonly blocks: readonly BlockRule[];
  /** Longer openings first. */
  readonly strings: readonly StringRule[];
  readonly specials: readonly SpecialScan[];
  /** A `#` inside a word or after `$` is no comment (shells, Perl). */
  readonly hashNeedsSpace?: boolean;
  /** A line comment sign followed by a symbol is an operator (Haskell's `-->`). */
  readonly operatorAfterDash?: boolean;
  /** A backslash at its end carries a line comment over (C). */
  readonly continuedComments?: boolean;
  /** `C` or `*` in the first column makes the line a comment (Fortran 77). */
  readonly fixedForm?: boolean;
}

const DOUBLE: StringRule = { open: '"', close: '"', escape: true, multiline: false };
const DOUBLE_LONG: StringRule = { ...DOUBLE, multiline: true };
const SINGLE: StringRule = { open: "'", close: "'", escape: true, multiline: false };
const SINGLE_PLAIN: StringRule = { open: "'", close: "'", escape: false, multiline: true };
const SINGLE_DOUBLED: StringRule = {
  open: "'",
  close: "'",
  escape: false,
  multiline: false,
  doubled: true,
};
const TRIPLE: StringRule = { open: '"""', close: '"""', escape: true, multiline: true };
const TRIPLE_RAW: StringRule = { ...TRIPLE, escape: false };
const TRIPLE_SINGLE: StringRule = { open: "'''", close: "'''", escape: true, multiline: true };
const BACKTICK_RAW: StringRule = { open: "`", close: "`", escape: false, multiline: true };
const VERBATIM: StringRule = {
  open: '@"',
  close: '"',
  escape: false,
  multiline: true,
  doubled: true,
};

const C_BLOCK: BlockRule = { open: "/*", close: "*/", nested: false };
const C_BLOCK_NESTED: BlockRule = { ...C_BLOCK, nested: true };
const ML_BLOCK: BlockRule = { open: "(*", close: "*)", nested: true };

interface Definition extends Partial<Language> {
  readonly name: string;
  readonly extensions: readonly string[];
}

function language(definition: Definition): Language {
  return {
    lineComments: ["//"],
    blocks: [C_BLOCK],
    strings: [DOUBLE],
    specials: ["character"],
    ...definition,
  };
}

/** The 24 languages of the published code corpora, with the dialects that share their syntax. */
export const LANGUAGES: readonly Language[] = [
  language({ name: "c", extensions: [".c", ".h"], continuedComments: true }),
  language({
    name: "c++",
    extensions: [".cc", ".cpp", ".cxx", ".hpp", ".hh", ".cu", ".cuh", ".cl"],
    specials: ["cpp-raw", "character"],
    continuedComments: true,
  }),
  language({ name: "go", extensions: [".go"], strings: [DOUBLE, BACKTICK_RAW] }),
  language({
    name: "d",
    extensions: [".d"],
    blocks: [C_BLOCK, { open: "/+", close: "+/", nested: true }],
    strings: [
      { open: 'r"', close: '"', escape: false, multiline: true },
      DOUBLE_LONG,
      BACKTICK_RAW,
    ],
  }),
  language({
    name: "python",
    extensions: [".py", ".pyi"],
    lineComments: ["#"],
    blocks: [],
    strings: [TRIPLE, TRIPLE_SINGLE, DOUBLE, SINGLE],
    specials: [],
  }),
  language({
    name: "ocaml",
    extensions: [".ml", ".mli"],
    lineComments: [],
    blocks: [ML_BLOCK],
    strings: [DOUBLE_LONG],
  }),
  language({
    name: "kotlin",
    extensions: [".kt", ".kts"],
    blocks: [C_BLOCK_NESTED],
    strings: [TRIPLE_RAW, DOUBLE],
  }),
  language({
    name: "swift",
    extensions: [".swift"],
    blocks: [C_BLOCK_NESTED],
    strings: [TRIPLE, DOUBLE],
    specials: [],
  }),
  language({
    name: "lisp",
    extensions: [".lisp", ".lsp", ".cl", ".el", ".scm", ".rkt"],
    lineComments: [";"],
    blocks: [{ open: "#|", close: "|#", nested: true }],
    strings: [DOUBLE_LONG],
    specials: ["lisp-character"],
  }),
  language({
    name: "lua",
    extensions: [".lua"],
    lineComments: ["--"],
    blocks: [],
    strings: [DOUBLE, SINGLE],
    specials: ["lua-long"],
  }),
  language({
    name: "haskell",
    extensions: [".hs"],
    lineComments: ["--"],
    blocks: [{ open: "{-", close: "-}", nested: true }],
    operatorAfterDash: true,
  }),
  language({
    name: "rust",
    extensions: [".rs"],
    blocks: [C_BLOCK_NESTED],
    strings: [DOUBLE_LONG],
    specials: ["rust-raw", "character"],
  }),
  language({
    name: "perl",
    extensions: [".pl", ".pm"],
    lineComments: ["#"],
    blocks: [{ open: "=", close: "\n=cut", nested: false, atLineStart: true }],
    strings: [DOUBLE_LONG, { ...SINGLE, multiline: true }],
    specials: ["here-document"],
    hashNeedsSpace: true,
  }),
  language({ name: "c#", extensions: [".cs"], strings: [TRIPLE_RAW, VERBATIM, DOUBLE] }),
  language({ name: "java", extensions: [".java"], strings: [TRIPLE, DOUBLE] }),
  language({
    name: "scala",
    extensions: [".scala", ".sc"],
    blocks: [C_BLOCK_NESTED],
    strings: [TRIPLE_RAW, DOUBLE],
  }),
  language({
    name: "fortran",
    extensions: [".f90", ".f95", ".f03", ".f08"],
    lineComments: ["!"],
    blocks: [],
    strings: [{ ...SINGLE_DOUBLED, open: '"', close: '"' }, SINGLE_DOUBLED],
    specials: [],
  }),
  language({
    name: "fortran77",
    extensions: [".f", ".for"],
    lineComments: ["!"],
    blocks: [],
    strings: [{ ...SINGLE_DOUBLED, open: '"', close: '"' }, SINGLE_DOUBLED],
    specials: [],
    fixedForm: true,
  }),
  language({
    name: "typescript",
    extensions: [".ts", ".tsx", ".mts", ".cts"],
    strings: [DOUBLE, SINGLE],
    specials: ["js-template", "js-regex"],
  }),
  language({
    name: "pascal",
    extensions: [".pas", ".pp", ".dpr"],
    blocks: [
      { open: "{", close: "}", nested: false },
      { ...ML_BLOCK, nested: false },
    ],
    strings: [SINGLE_DOUBLED],
    specials: [],
  }),
  language({
    name: "ruby",
    extensions: [".rb"],
    lineComments: ["#"],
    blocks: [{ open: "=begin", close: "\n=end", nested: false, atLineStart: true }],
    strings: [DOUBLE_LONG, { ...SINGLE, multiline: true }],
    specials: ["here-document"],
    hashNeedsSpace: true,
  }),
  language({
    name: "bash",
    extensions: [".sh", ".bash"],
    lineComments: ["#"],
    blocks: [],
    strings: [DOUBLE_LONG, SINGLE_PLAIN],
    specials: ["here-document"],
    hashNeedsSpace: true,
  }),
  language({
    name: "f#",
    extensions: [".fs", ".fsx"],
    blocks: [ML_BLOCK],
    strings: [TRIPLE_RAW, VERBATIM, DOUBLE_LONG],
  }),
  language({
    name: "javascript",
    extensions: [".js", ".jsx", ".mjs", ".cjs"],
    strings: [DOUBLE, SINGLE],
    specials: ["js-template", "js-regex"],
  }),
  language({
    name: "php",
    extensions: [".php"],
    lineComments: ["//", "#"],
    strings: [DOUBLE_LONG, { ...SINGLE, multiline: true }],
    specials: ["php-outside", "here-document"],
  }),
];

const ALIASES: Readonly<Record<string, string>> = {
  cpp: "c++",
  cxx: "c++",
  cuda: "c++",
  py: "python",
  python3: "python",
  triton: "python",
  golang: "go",
  "common-lisp": "lisp",
  csharp: "c#",
  fsharp: "f#",
  ts: "typescript",
  js: "javascript",
  sh: "bash",
  shell: "bash",
  rs: "rust",
  rb: "ruby",
  kt: "kotlin",
};

/** By declared name (or a usual alias), in any case. */
export function languageByName(name: string): Language | undefined {
  const wanted = name.toLowerCase();
  const known = Object.hasOwn(ALIASES, wanted) ? ALIASES[wanted] : wanted;
  return LANGUAGES.find((each) => each.name === known);
}

/** By the extension of a file name; the first language that claims it. */
export function languageByFilename(filename: string): Language | undefined {
  const extension = /\.[^./\\]+$/.exec(filename)?.[0].toLowerCase();
  return extension === undefined
    ? undefined
    : LANGUAGES.find((each) => each.extensions.includes(extension));
}

// The lexer against real grammars: on every language that has one they must cut the same comments.

import { beforeAll, describe, expect, test } from "vitest";
import { languageByName } from "../../../src/plugins/code/languages.ts";
import { codeKind, type Grammars, KindHost, loadGrammars } from "../../../src/plugins/index.ts";

let grammars: Grammars;
let byLexer: KindHost;
let byGrammar: KindHost;

beforeAll(async () => {
  grammars = await loadGrammars();
  byLexer = new KindHost([codeKind()]);
  byGrammar = new KindHost([codeKind({ comments: "strip", grammars })]);
}, 60_000);

/** Programs with everything that looks like a comment and is none. `@@` is where a comment may stand. */
const SNIPPETS: Readonly<Record<string, readonly string[]>> = {
  c: [
    '#include <stdio.h>\n/* a\n * b */ int main(void) { // c "d"\n  char q = \'"\'; /* e */ printf("// no /* no */ %c\\n", q);\n  return 7 / 2; }\n',
    "#define LONG(x) \\\n  ((x) / 2) // half\nint a; // goes on \\\n   still\nint b;\n",
  ],
  "c++": [
    'auto s = R"x(// not )" /* nor this */)x"; // yes\nint big = 1\'000\'000; /* sep */\ntemplate <class T> T f(T a) { return a /*in*/ + 1; }\n',
  ],
  go: [
    'package main\n\n// a\nimport "fmt"\n\nfunc main() {\n\tr := \'"\' /* b */\n\tfmt.Println(`raw // no\n  /* no */`, "x // no", r)\n}\n',
  ],
  java: [
    'class A {\n  /** doc */\n  char c = \'\\\'\'; // "x\n  String s = "/* no */ \\" // no";\n  int d = 4 / 2 /* two */ ;\n}\n',
  ],
  "c#": [
    'class A {\n  /// doc\n  string p = @"c:\\dir // ""no"" "; // yes\n  string q = "/* no */"; /* yes */\n}\n',
  ],
  javascript: [
    'const re = /\\/\\*[/"]/g; // regex\nconst t = `a ${b + "//"} // no`;\nlet x = 6 / 3 /* y */ / 2;\nreturn_(/x\\/y/);\n',
  ],
  typescript: [
    'interface A { b: string } // "c"\nconst f = (x: number): string => `// ${x} /*`; /* d */\nexport type T = "/*" | "//";\n',
  ],
  python: [
    '# head\ndef f(a):\n    """doc # no"""\n    s = \'# no\' + "\\"# no"  # yes\n    return f"{a}#no" # end\n',
    "x = r'\\# no'\ny = '''\n# no\n'''\nif x:\n    # alone\n    pass\n",
  ],
  ruby: [
    "# head\ndef f(a)\n  s = \"# no #{a}\" # yes\n  t = '# no'\n  s + t\nend\n=begin\nall of it\n=end\nf(1)\n",
  ],
  rust: [
    '/* a /* b */ c */ fn f<\'a>(x: &\'a str) -> char { // d\n  let r = r#"// "no" /*"#; let c = \'"\'; /* e */\n  let s = "// no"; c }\n',
  ],
  bash: [
    "#!/bin/bash\n# head\na=\"# no\"; b='# no' # yes\necho ${#a} $# a#b # end\ncat <<EOF\n# no\nEOF\n",
  ],
  php: ["<?php\n// a\n$s = \"// no # no\"; # yes\n/* b */ $t = '/* no */';\necho $s . $t;\n"],
};

const textOf = async (host: KindHost, language: string, text: string): Promise<string> =>
  (await host.serialise({ kind: "code", language, text })).text;

describe.each(Object.entries(SNIPPETS))("%s", (language, snippets) => {
  test("has a grammar that reads the snippets", () => {
    expect(grammars.languages).toContain(language);
    const { length } = snippets.flatMap((snippet) => {
      const rule = { ...codeLanguage(language) };
      return grammars.segments(snippet, rule) === undefined ? [] : [snippet];
    });
    expect(length).toBe(snippets.length);
  });

  test("lexer and grammar agree", async () => {
    for (const snippet of snippets) {
      expect(await textOf(byLexer, language, snippet)).toBe(
        await textOf(byGrammar, language, snippet),
      );
    }
  });

  test("comments and blank ends of lines change neither text nor hash", async () => {
    const [open, close] = ["python", "ruby", "bash"].includes(language)
      ? ["# ", ""]
      : ["/* ", " */"];
    for (const host of [byLexer, byGrammar]) {
      for (const snippet of snippets) {
        const plain = await host.serialise({ kind: "code", language, text: snippet });
        const lines = plain.text.split("\n").slice(1);
        // After a line that ends a statement a comment may stand in each of these languages.
        const argued = lines
          .map((line) =>
            /[;}]$|^import \S+$/.test(line)
              ? `${line}  ${open}best of all, score 9.9${close}  `
              : line,
          )
          .join("\n");
        const again = await host.serialise({ kind: "code", language, text: argued });
        expect(again.text).toBe(plain.text);
        expect(again.hash).toBe(plain.hash);
      }
    }
  });
});

function codeLanguage(name: string) {
  const found = languageByName(name);
  expect(found).toBeDefined();
  return found!;
}

test("a comment inside a template's expression goes by grammar; to the lexer it is part of the string", async () => {
  const snippet = "f(`a ${b /* best */} c`);\n";
  expect(await textOf(byGrammar, "javascript", snippet)).not.toContain("best");
  expect(await textOf(byLexer, "javascript", snippet)).toContain("best");
});

test("a source that is no syntax of its language is left to the lexer", async () => {
  const broken = "def f(:\n  x = '# no' # yes\n";
  expect(await textOf(byGrammar, "python", broken)).toBe(await textOf(byLexer, "python", broken));
});

test("texts by grammar are texts of another serialiser", () => {
  expect(byGrammar.serialiserVersions).not.toEqual(byLexer.serialiserVersions);
});

import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readExamples } from "../../src/data/index.ts";
import { builtInKinds, jsonKind, KindHost, testKind, yamlKind } from "../../src/plugins/index.ts";

const host = new KindHost(builtInKinds());
const yaml = (text: string) => host.serialise({ kind: "yaml", text });

describe("canonical text", () => {
  test("texts as the SeMPL rows come out as they went in", async () => {
    const path = fileURLToPath(new URL("../../examples/data/sempl.jsonl.gz", import.meta.url));
    const examples = await readExamples([path]);
    for (let i = 0; i < examples.length; i += 137) {
      expect((await yaml(examples[i]!.x)).text).toBe(examples[i]!.x);
    }
  });

  test.each([
    ["a:   1 # one\n\n\nb: 'x'\n", "a: 1\nb: x"],
    ["{a: 1, b: [1, 2.50, {c: True}]}", "a: 1\nb:\n  - 1\n  - 2.50\n  - c: True"],
    [
      "base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3",
      "base:\n  x: 1\n  y: 2\nuse:\n  y: 3\n  x: 1",
    ],
    ["a: ~\nb:\nc: {}\nd: []\ne: ''", 'a: null\nb: null\nc: {}\nd: []\ne: ""'],
    ["a: 'true'\nb: '1.5'\nc: \"x: y\"", 'a: "true"\nb: "1.5"\nc: "x: y"'],
    ["a: |\n  two\n  lines\n", 'a: "two\\nlines\\n"'],
    ["- - 1\n  - 2\n- k: v\n  l: w", "- - 1\n  - 2\n- k: v\n  l: w"],
    [
      "version: 1.10\nbig: 12345678901234567890\nno: no",
      "version: 1.10\nbig: 12345678901234567890\nno: no",
    ],
    ["", "null"],
    ["__proto__:\n  polluted: 1", "__proto__:\n  polluted: 1"],
  ])("%j becomes %j", async (text, expected) => {
    expect((await yaml(text)).text).toBe(expected);
    expect((await yaml(expected)).text).toBe(expected);
  });

  // What YAML 1.1 would read otherwise, or a parser would lose: the spelling stays.
  test.each([
    "a: no",
    "a: 010",
    "a: 0o10",
    "a: 2001-01-01",
    "a: 1_000",
    "a: 1.10",
    "a: 1:30",
    "a: .inf",
    "a: -.inf",
    "a: .nan",
    "a: 1e400",
    "a: 123456789012345678901234567890",
  ])("%s stays as written", async (text) => {
    expect((await yaml(text)).text).toBe(text);
  });

  test("keys can be sorted on request", async () => {
    const sorting = new KindHost([yamlKind({ sortKeys: true })]);
    expect((await sorting.serialise({ kind: "yaml", text: "b: 1\na: {d: 1, c: 2}" })).text).toBe(
      "a:\n  c: 2\n  d: 1\nb: 1",
    );
  });

  test("JSON gives the text that YAML gives", async () => {
    const text = '{"a": 1,\n\t"b": ["x", true, null]}';
    expect((await host.serialise({ kind: "json", text })).text).toBe(
      "a: 1\nb:\n  - x\n  - true\n  - null",
    );
  });
});

describe("identity", () => {
  const hash = async (text: string): Promise<string> => (await yaml(text)).hash;

  test("order of keys, comments, quotes and number formats do not count", async () => {
    const expected = await hash("a: 1\nb: 2.5");
    expect(await hash("{b: 2.50, a: 0x1} # same")).toBe(expected);
    expect(await hash('"a": 1\n"b": 25e-1')).toBe(expected);
  });

  test("values, types and order of lists count", async () => {
    const texts = [
      "a: 1",
      "a: '1'",
      "a: 2",
      "a: true",
      "a: [1]",
      "a: [1, 2]",
      "a: [2, 1]",
      "a: .nan",
    ];
    expect(new Set(await Promise.all(texts.map(hash))).size).toBe(texts.length);
  });

  test("spellings of one number are one, what only looks like a number is a string", async () => {
    const same = async (a: string, b: string): Promise<boolean> =>
      (await hash(`a: ${a}`)) === (await hash(`a: ${b}`));
    expect(await same("010", "10")).toBe(true);
    expect(await same("0o10", "8")).toBe(true);
    expect(await same("1.10", "1.1")).toBe(true);
    expect(await same("1e3", "1000.0")).toBe(true);
    expect(await same("no", "'no'")).toBe(true);
    expect(await same("no", "false")).toBe(false);
    expect(await same("1_000", "1000")).toBe(false);
    expect(await same("2001-01-01", "'2001-01-01'")).toBe(true);
    expect(await same(".inf", "-.inf")).toBe(false);
    expect(await same(".nan", "'.nan'")).toBe(false);
  });

  test("aliases and merges are what they stand for", async () => {
    expect(await hash("a: &x {p: 1}\nb: *x")).toBe(await hash("a: {p: 1}\nb: {p: 1}"));
    expect(await hash("a: &x {p: 1}\nb: {<<: *x, q: 2}")).toBe(
      await hash("a: {p: 1}\nb: {p: 1, q: 2}"),
    );
  });

  test("keys are ordered by code point, not by code unit", async () => {
    const sorting = new KindHost([yamlKind({ sortKeys: true })]);
    const { text } = await sorting.serialise({ kind: "yaml", text: "😀: 1\n\uFF5E: 2" });
    expect(text.indexOf("\uFF5E")).toBeLessThan(text.indexOf("😀"));
  });

  test("integers beyond doubles stay apart", async () => {
    expect(await hash("a: 9007199254740993")).not.toBe(await hash("a: 9007199254740992"));
  });
});

describe("refused, with code and place", () => {
  const bomb = [
    "a: &a [x, x, x, x, x, x, x, x, x]",
    ..."bcdefghi".split("").map((name, i) => {
      const previous = "abcdefghi"[i]!;
      return `${name}: &${name} [${Array(9).fill(`*${previous}`).join(", ")}]`;
    }),
  ].join("\n");

  test.each([
    ["a: 1\nb: 2\na: 3", "YAML_DUPLICATE_KEY", "line 3, column 1"],
    ["1: x\n'1': y", "YAML_DUPLICATE_KEY", "line 2, column 1"],
    ["0x1: x\n1: y", "YAML_DUPLICATE_KEY", 'line 2, column 1: the key "1" appears twice'],
    ["~: x\nnull: y", "YAML_DUPLICATE_KEY", "line 2, column 1: the key"],
    ["true: x\nTrue: y", "YAML_DUPLICATE_KEY", "line 2, column 1: the key"],
    ["a:\n  &k b: 1\n  *k : 2", "YAML_DUPLICATE_KEY", "line 3, column 3"],
    ["<<: {a: 1}\n<<: {b: 2}", "YAML_DUPLICATE_KEY", "line 2, column 1: the key"],
    [
      `${Array.from({ length: 60_000 }, (_, i) => `k${i}: 1\n`).join("")}k0: 2`,
      "YAML_DUPLICATE_KEY",
      "line 60001, column 1",
    ],
    ["a: [1, 2", "YAML_SYNTAX", "line 1"],
    ["a: 1\nb: 2: 3", "YAML_SYNTAX", "line 2"],
    ["a: !custom 1", "YAML_TAG", "line 1, column 4"],
    ["a: *none", "YAML_", "line 1, column 4"],
    ["? [1, 2]\n: x", "YAML_KEY", "line 1, column 3"],
    ["a: 1\n---\nb: 2", "YAML_DOCUMENTS", ""],
    ["a: &x\n  b: *x", "YAML_DEPTH", "line"],
    [bomb, "YAML_TOO_MANY_NODES", "line"],
    ["[".repeat(1_000_000), "YAML_DEPTH", ""],
    ["- ".repeat(100_000), "YAML_DEPTH", ""],
    [Array.from({ length: 400 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), "YAML_DEPTH", "line"],
    ["x".repeat(2_000_000), "CANDIDATE_TOO_LARGE", ""],
  ])("case %#", async (text, code, at) => {
    const start = performance.now();
    await expect(yaml(text)).rejects.toMatchObject({
      code: expect.stringContaining(code) as string,
      message: expect.stringContaining(at) as string,
      exitCode: 2,
    });
    expect(performance.now() - start).toBeLessThan(30_000);
  });

  // An expression that reads empty lines in more than one way does not come back from the second of them.
  test.each([
    ["\n".repeat(4000)],
    [" \n".repeat(2000)],
    ["#\n\n \r\n".repeat(600)],
    [" ".repeat(4095)],
  ])("the kind of no kind at all is told at once, case %#", (head) => {
    expect(() => host.kindOf({ text: `${head}!` })).toThrow(/cannot be told/);
    expect(host.kindOf({ text: `${head.slice(0, 40)}\na: 1` })).toBe("yaml");
  });

  test("bytes that are no UTF-8, with the first bad byte", async () => {
    const bytes = Uint8Array.from([97, 58, 32, 0xff, 98]);
    await expect(host.serialise({ kind: "yaml", bytes })).rejects.toMatchObject({
      code: "NOT_UTF8",
      at: "byte 3",
    });
  });

  test("JSON that is no JSON, or has a key twice", async () => {
    const json = (text: string) => host.serialise({ kind: "json", text });
    await expect(json("{a: 1}")).rejects.toMatchObject({ code: "JSON_SYNTAX" });
    await expect(json('{"a": 1, "a": 2}')).rejects.toMatchObject({ code: "YAML_DUPLICATE_KEY" });
    await expect(json("[".repeat(20_000) + "]".repeat(20_000))).rejects.toMatchObject({
      code: "YAML_DEPTH",
    });
  });
});

test("yaml and json pass the conformance kit", async () => {
  const row =
    "system: x264\nconfig:\n  --no-cabac: True\n  threads: 4\n  list: [a, 'b', {c: &x 1, d: *x}]";
  expect(
    await testKind(yamlKind(), {
      valid: [row, "", "- 1\n- two"],
      invalid: ["a: [", "a: 1\na: 2", "\u0000"],
      same: [["a: 1\nb: 2", "{b: 2, a: 1}"]],
      different: [["a: 1", "a: 1.5"]],
    }),
  ).toEqual([]);
  expect(
    await testKind(jsonKind(), {
      valid: ['{"a": [1, {"b": "c"}], "d": 1e5}'],
      invalid: ["", "{", "a: 1"],
    }),
  ).toEqual([]);
});

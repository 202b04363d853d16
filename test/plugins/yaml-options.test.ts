import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type ConfigurationOptions,
  jsonKind,
  KindHost,
  testKind,
  yamlKind,
} from "../../src/plugins/index.ts";

const hostOf = (options: ConfigurationOptions) =>
  new KindHost([yamlKind(options), jsonKind(options)]);
const reader = (options: ConfigurationOptions) => {
  const host = hostOf(options);
  return (text: string, kind = "yaml") => host.serialise({ kind, text });
};

describe("orderedKeys", () => {
  const layers = (order: string): string => `lr: 1\nlayers:\n${order}`;
  const forwards = layers("  conv: 3\n  pool: 2");
  const backwards = layers("  pool: 2\n  conv: 3");

  test("the order of keys counts there, and nowhere else", async () => {
    const read = reader({ orderedKeys: ["layers"] });
    expect((await read(forwards)).hash).not.toBe((await read(backwards)).hash);
    expect((await read("layers: {conv: 3, pool: 2}\nlr: 1")).hash).toBe(
      (await read(forwards)).hash,
    );
    const inner = "layers:\n  conv: {a: 1, b: 2}";
    expect((await read(inner)).hash).toBe((await read("layers:\n  conv: {b: 2, a: 1}")).hash);
    const plain = reader({});
    expect((await plain(forwards)).hash).toBe((await plain(backwards)).hash);
  });

  test("such maps are not sorted where all others are; maps of a list there neither", async () => {
    const read = reader({ orderedKeys: ["layers"], sortKeys: true });
    expect((await read("z: {d: 1, c: 2}\nlayers:\n  - pool: 2\n    conv: {y: 1, x: 2}")).text).toBe(
      "layers:\n  - pool: 2\n    conv:\n      x: 2\n      y: 1\nz:\n  c: 2\n  d: 1",
    );
  });

  test("a map in order and the like list are two things", async () => {
    const read = reader({ orderedKeys: ["layers"] });
    const hashes = await Promise.all(
      ["layers: {a: 1}", "layers: [{a: 1}]", "other: {a: 1}"].map(
        async (x) => (await read(x)).hash,
      ),
    );
    expect(new Set(hashes).size).toBe(3);
  });
});

describe("keepComments", () => {
  const read = reader({ keepComments: true });

  test.each([
    ["a: 1 # one\n\n# of b\nb: 2", "a: 1 # one\n# of b\nb: 2"],
    ["# head\n\n# of a\n#   indented\na: 1\n# tail", "# head\n# of a\n# indented\na: 1\n# tail"],
    [
      "b: # of the map\n  # of c\n  c: 2\n  # end\n",
      "b:\n  # of the map\n  # of c\n  c: 2\n  # end",
    ],
    [
      "l:\n  # first\n  - 1 # one\n  # second\n  - k: v # kv\n    m: w\n",
      "l:\n  # first\n  - 1 # one\n  # second\n  - k: v # kv\n    m: w",
    ],
    ["f: {x: 1, # fx\n  y: 2}", "f:\n  x: 1 # fx\n  y: 2"],
    ["- # of the item\n  # of a\n  a: 1\n  b: 2", "# of the item\n# of a\n- a: 1\n  b: 2"],
    ['s: "# no comment" # but this', 's: "# no comment" # but this'],
    ["a: {} # empty", "a: {} # empty"],
    ["---\n# alone\n", "null # alone"],
  ])("%j becomes %j, and stays so", async (text, expected) => {
    const once = await read(text);
    expect(once.text).toBe(expected);
    const twice = await read(expected);
    expect(twice.text).toBe(expected);
    expect(twice.hash).toBe(once.hash);
  });

  test("comments count as a difference, and only where they are kept", async () => {
    const dropping = reader({});
    expect((await read("a: 1 # fast")).hash).not.toBe((await read("a: 1 # slow")).hash);
    expect((await read("a: 1 # fast")).hash).not.toBe((await read("a: 1")).hash);
    expect((await dropping("a: 1 # fast")).hash).toBe((await dropping("a: 1")).hash);
    // Formatting alone still does not.
    expect((await read("{a: 0x1, # fast\n b: 2}")).hash).toBe(
      (await read("b: 2\na: 1 # fast")).hash,
    );
  });
});

describe("schema", () => {
  const schema = z.strictObject({
    optimizer: z.enum(["adam", "sgd"]),
    lr: z.number().positive().default(0.001),
    layers: z.array(z.strictObject({ size: z.int(), act: z.string().default("relu") })).default([]),
  });
  const read = reader({ schema });

  test("defaults are filled in behind what is there, so that equal configurations are one", async () => {
    const short = await read("optimizer: adam\nlayers:\n  - size: 8");
    expect(short.text).toBe("optimizer: adam\nlayers:\n  - size: 8\n    act: relu\nlr: 0.001");
    const long = await read("lr: 1e-3\nlayers: [{act: relu, size: 8}]\noptimizer: adam");
    expect(long.hash).toBe(short.hash);
    // What the schema leaves alone keeps its spelling.
    expect(long.text).toMatch(/^lr: 1e-3\n/);
    const json = '{"optimizer": "adam", "layers": [{"size": 8}]}';
    expect((await read(json, "json")).text).toBe(short.text);
  });

  test.each([
    ["optimizer: adan", "optimizer"],
    ["optimizer: adam\nlearning_rate: 1", "(top)"],
    ["optimizer: adam\nlr: fast", "lr"],
    ["optimizer: adam\nlayers:\n  - size: 1\n  - size: big", "layers[1].size"],
    ["[]", "(top)"],
  ])("%j is refused at %s", async (text, at) => {
    await expect(read(text)).rejects.toMatchObject({ code: "YAML_SCHEMA", at });
  });

  test("whole numbers beyond 2^53 come through exactly, keys of prototypes are keys", async () => {
    const loose = reader({ schema: z.record(z.string(), z.unknown()) });
    const text = "big: 12345678901234567890\nversion: 1.10";
    expect((await loose(text)).text).toBe(text);
    const proto = reader({ schema: z.looseObject({}) });
    expect((await proto("constructor: 1")).text).toBe("constructor: 1");
  });

  test("schemas that answer later do too; one that gives no configuration is its author's error", async () => {
    const validate = async (value: unknown) => ({ value: { ...(value as object), added: true } });
    const later = reader({ schema: { "~standard": { version: 1, vendor: "test", validate } } });
    expect((await later("a: 1")).text).toBe("a: 1\nadded: true");
    const date = { version: 1, vendor: "test", validate: () => ({ value: () => 1 }) } as const;
    await expect(reader({ schema: { "~standard": date } })("a: 1")).rejects.toMatchObject({
      code: expect.any(String),
    });
  });
});

test("other options are other texts: their serialiser version differs, and stays what it was", () => {
  const schema = z.unknown();
  const versions = [
    {},
    { sortKeys: true },
    { orderedKeys: ["a"] },
    { orderedKeys: ["a", "b"] },
    { keepComments: true },
    { schema },
    { schema, schemaVersion: 2 },
  ].map((options) => yamlKind(options).serialiserVersion);
  expect(versions[0]).toBe(1);
  expect(new Set(versions).size).toBe(versions.length);
  const swapped = yamlKind({ orderedKeys: ["b", "a", "b"] });
  expect(swapped.serialiserVersion).toBe(versions[3]);
  expect(() => yamlKind({ schema, schemaVersion: 0.5 })).toThrow(/schemaVersion/);
});

test("kinds with options pass the conformance kit", async () => {
  const schema = z.looseObject({ a: z.number().default(1) });
  const kind = yamlKind({ keepComments: true, orderedKeys: ["l"], sortKeys: true, schema });
  const problems = await testKind(kind, {
    valid: ["a: 2 # two", "l: {b: 1, a: 2}"],
    invalid: ["a: x", "[1]"],
    same: [["a: 1\nb: 2", "b: 2"]],
    different: [
      ["l: {b: 1, a: 2}", "l: {a: 2, b: 1}"],
      ["b: 2", "b: 2 # said"],
    ],
  });
  expect(problems).toEqual([]);
});

test("long texts and comments that aliases repeat are refused before they are written out", async () => {
  const long = "x".repeat(200_000);
  const aliases = Array.from({ length: 50_000 }, () => "*a").join(", ");
  const refused = { code: "YAML_TOO_LARGE", at: expect.stringMatching(/^line \d/) };
  await expect(reader({})(`a: &a "${long}"\nb: [${aliases}]`)).rejects.toMatchObject(refused);
  await expect(
    reader({ keepComments: true })(`a: &a\n  # ${long}\n  k: 1\nb: [${aliases}]`),
  ).rejects.toMatchObject(refused);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { datasetHash, groupByTask, readExamples } from "../../src/data/index.ts";

const dir = mkdtempSync(join(tmpdir(), "auspex-data-"));
afterAll(() => rmSync(dir, { recursive: true }));

let numFiles = 0;
function file(content: string | Buffer, extension = ".jsonl"): string {
  const path = join(dir, `${numFiles++}${extension}`);
  writeFileSync(path, content);
  return path;
}

const good = [
  '{"task":"sempl/x264/E9","x":"a: 1\\nb: 2","y":3.5}',
  '{"task":"sempl/x264/E10","x":"c","y":[1,2],"split":"val","meta":{"row":7}}',
  '{"task":"nas/ofa","x":"d","y":0,"split":"search"}',
];

describe("reading", () => {
  test("a missing split means train, a number is one objective, blank lines are skipped", async () => {
    const examples = await readExamples([file(`\uFEFF${good[0]}\r\n\n${good[1]}\n`)]);
    expect(examples).toEqual([
      { task: "sempl/x264/E9", x: "a: 1\nb: 2", y: [3.5], split: "train" },
      { task: "sempl/x264/E10", x: "c", y: [1, 2], split: "val", meta: { row: 7 } },
    ]);
  });

  test("gzip is unpacked, files follow one another", async () => {
    const examples = await readExamples([
      file(gzipSync(good.join("\n")), ".jsonl.gz"),
      file(good[0]!),
    ]);
    expect(examples.map((example) => example.x)).toEqual(["a: 1\nb: 2", "c", "d", "a: 1\nb: 2"]);
  });

  test.each([
    [["task=sempl/x264/E9"], ["a: 1\nb: 2"]],
    [["task=sempl/*"], ["a: 1\nb: 2", "c"]],
    [
      ["task=*/ofa", "split=val"],
      ["c", "d"],
    ],
    [["task=sempl/*,split=val"], ["c"]],
    [["task=sempl/x264/E"], []],
  ])("--where %j selects %j", async (where, expected) => {
    const examples = await readExamples([file(good.join("\n"))], { where });
    expect(examples.map((example) => example.x)).toEqual(expected);
  });

  test("splits keep search rows out of training", async () => {
    const examples = await readExamples([file(good.join("\n"))], { splits: ["train", "val"] });
    expect(examples.map((example) => example.split)).toEqual(["train", "val"]);
  });

  test("candidates need no y when told so", async () => {
    const path = file('{"task":"t","x":"candidate"}');
    expect((await readExamples([path], { requireY: false }))[0]?.y).toEqual([]);
    await expect(readExamples([path])).rejects.toThrow(`${path}:1: "y" is missing`);
  });
});

test("null among objectives reads as NaN where that is allowed; null alone is no label", async () => {
  const path = file('{"task":"t","x":"a","y":[1,null,3]}');
  expect((await readExamples([path], { allowMissing: true }))[0]?.y).toEqual([1, NaN, 3]);
  const empty = file('{"task":"t","x":"a","y":[null,null]}');
  await expect(readExamples([empty], { allowMissing: true })).rejects.toThrow("only null");
});

describe("bad input names file, line and rule", () => {
  test.each([
    ["{", "not JSON"],
    ["[1]", "expected an object"],
    ['{"x":"a","y":1}', '"task" must be'],
    ['{"task":"t","y":1}', '"x" must be'],
    ['{"task":"t","x":1,"y":1}', '"x" must be'],
    ['{"task":"t","x":"a","y":"1"}', '"y" must hold finite numbers, got "1"'],
    ['{"task":"t","x":"a","y":[1,null]}', '"y" must hold finite numbers, got null'],
    ['{"task":"t","x":"a","y":[]}', "empty array"],
    ['{"task":"t","x":"a","y":1e999}', '"y" must hold finite numbers'],
    ['{"task":"t","x":"a","y":1,"split":"dev"}', '"split" must be train, val, test, search'],
    ['{"task":"t","x":"a","y":1,"splits":"val"}', 'unknown field "splits"'],
  ])("%s", async (line, rule) => {
    const path = file(`${good[0]}\n\n${line}\n`);
    await expect(readExamples([path])).rejects.toMatchObject({
      file: path,
      line: 3,
      message: expect.stringContaining(rule) as string,
    });
  });

  test("a missing file and a damaged archive are data errors", async () => {
    await expect(readExamples([join(dir, "none.jsonl")])).rejects.toThrow("ENOENT");
    const damaged = file(gzipSync(good.join("\n")).subarray(0, 60), ".jsonl.gz");
    await expect(readExamples([damaged])).rejects.toMatchObject({ code: "DATA_INVALID" });
    await expect(readExamples([file("no gzip", ".gz")])).rejects.toMatchObject({
      code: "DATA_INVALID",
    });
  });

  test.each(["E9", "tasks=E9", "task=", "split=dev"])(
    "the selector %s is refused",
    async (where) => {
      await expect(readExamples([file(good[0]!)], { where: [where] })).rejects.toThrow("selector");
    },
  );
});

describe("the bundled data", () => {
  const bundled = (name: string): string =>
    fileURLToPath(new URL(`../../examples/data/${name}`, import.meta.url));

  test("SeMPL has 65,258 rows of 28 tasks, and no search rows", async () => {
    const examples = await readExamples([bundled("sempl.jsonl.gz")]);
    expect(examples).toHaveLength(65_258);
    expect(groupByTask(examples)).toHaveLength(28);
    expect(examples.every((example) => example.split !== "search")).toBe(true);
  });

  test.each([
    ["nb201_latency.jsonl.gz", 15_625, 21],
    ["fbnet_latency.jsonl.gz", 5000, 24],
    ["ofa_latency.jsonl.gz", 5000, 11],
  ])("%s has %i rows of %i objectives", async (name, numRows, numObjectives) => {
    const examples = await readExamples([bundled(name)]);
    expect(examples).toHaveLength(numRows);
    expect(examples.every((example) => example.y.length === numObjectives)).toBe(true);
  });
});

test("the dataset hash depends on what training sees, not on meta", async () => {
  const [one, two] = await readExamples([file(good.join("\n"))]);
  expect(datasetHash([one!])).toBe(datasetHash([{ ...one!, meta: { row: 9 } }]));
  expect(datasetHash([one!, two!])).not.toBe(datasetHash([two!, one!]));
  expect(datasetHash([one!])).not.toBe(datasetHash([{ ...one!, y: [3.6] }]));
});

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteFile } from "hyparquet-writer";
import { expect, test } from "vitest";
import {
  type Example,
  type ImportOptions,
  importRows,
  PreparedDataset,
  prepareDataset,
} from "../../src/data/index.ts";
import { localParts } from "../../src/data/prepared/parts.ts";
import { temporaryDirectory } from "../support/toy-run.ts";

const CSV = `\uFEFFsystem,threads,note,latency,power
x264,8,"a ""quoted"", note",1.5,20
x264,16,"two
lines",2.5e3,
vp9,4,,0,7
`;

function file(name: string, content: string | Uint8Array): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, content);
  return path;
}

async function rowsOf(path: string, options: ImportOptions = {}): Promise<Example[]> {
  const all: Example[] = [];
  for await (const rows of importRows(path, options)) all.push(...rows);
  return all;
}

const mapping = {
  x: "threads: {threads}\\nnote: {note}",
  y: ["latency", "power"],
  task: "bench/{system}",
  allowMissing: true,
};

test("columns of a CSV file become rows by template, gzipped or not", async () => {
  const expected = [
    { task: "bench/x264", x: 'threads: 8\nnote: a "quoted", note', y: [1.5, 20], split: "train" },
    {
      task: "bench/x264",
      x: "threads: 16\nnote: two\nlines",
      y: [2500, Number.NaN],
      split: "train",
    },
    { task: "bench/vp9", x: "threads: 4\nnote: ", y: [0, 7], split: "train" },
  ];
  expect(await rowsOf(file("a.csv", CSV), mapping)).toEqual(expected);
  expect(await rowsOf(file("a.csv.gz", gzipSync(CSV)), mapping)).toEqual(expected);
  expect(await rowsOf(file("a.tsv", CSV.replaceAll(",", "\t")), mapping)).toHaveLength(3);
});

test("* takes all columns that are not used otherwise", async () => {
  const [first] = await rowsOf(file("a.csv", CSV), { ...mapping, x: "*" });
  expect(first!.x).toBe('threads: 8\nnote: a "quoted", note');
});

test("a Parquet file gives the rows that the same CSV file gives", async () => {
  const path = join(temporaryDirectory(), "a.parquet");
  parquetWriteFile({
    filename: path,
    rowGroupSize: 2,
    columnData: [
      { name: "system", data: ["x264", "x264", "vp9"], type: "STRING" },
      { name: "threads", data: [8n, 16n, 4n], type: "INT64" },
      { name: "note", data: ['a "quoted", note', "two\nlines", null], type: "STRING" },
      { name: "latency", data: [1.5, 2500, 0], type: "DOUBLE" },
      { name: "power", data: [20, null, 7], type: "DOUBLE" },
    ],
  });
  expect(await rowsOf(path, mapping)).toEqual(await rowsOf(file("a.csv", CSV), mapping));
  await expect(rowsOf(path, { ...mapping, allowMissing: false })).rejects.toThrow(
    'a.parquet: row 2: column "power" is empty',
  );
  await expect(rowsOf(path, { ...mapping, y: ["watt"] })).rejects.toThrow(
    'row 1: there is no column "watt"; there are',
  );
  await expect(rowsOf(file("b.parquet", "no parquet"), mapping)).rejects.toThrow("b.parquet: ");
});

test("JSON lines of any shape are mapped too; rows of ours need no mapping", async () => {
  const path = file("a.jsonl", '{"cpu": "arm", "ms": 3}\n\n{"cpu": "x86", "ms": "4.5"}\n');
  expect(await rowsOf(path, { x: "cpu", y: ["ms"], task: "t" })).toEqual([
    { task: "t", x: "arm", y: [3], split: "train" },
    { task: "t", x: "x86", y: [4.5], split: "train" },
  ]);
  const ours = file("b.jsonl", '{"task": "t", "x": "a", "y": [1, 2], "split": "val"}');
  expect(await rowsOf(ours)).toEqual([{ task: "t", x: "a", y: [1, 2], split: "val" }]);
});

test.each([
  ["a.csv", "x,y,task\na,1,t\nb,abc,t\n", 'a.csv:3: column "y": "abc" is no finite number'],
  ["a.csv", "x,y,task\na,,t\n", 'a.csv:2: column "y" is empty'],
  ["a.csv", "x,y,task\na,1\n", "a.csv:2: Invalid Record Length"],
  ["a.csv", "x,y,x\na,1,t\n", 'a.csv:1: column "x" comes twice'],
  ["a.csv", "x,y,task,split\na,1,t,dev\n", 'a.csv:2: split "dev"'],
  ["a.csv", "x,y,task\na,1,\n", "a.csv:2: its task is empty"],
  ["a.jsonl", '{"task": "t", "x": "a"}', 'a.jsonl:1: "y" is missing'],
  ["a.jsonl", '{"task": "t", "x": "\\ud800", "y": 1}', "a.jsonl:1: its text has half"],
])("%s %j is refused: %s", async (name, content, message) => {
  await expect(rowsOf(file(name, content))).rejects.toThrow(message);
});

test("shares put equal texts into the same split, in about the right numbers", async () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `${i % 1000},${i},t`);
  const path = file("a.csv", `x,y,task\n${lines.join("\n")}\n`);
  const rows = await rowsOf(path, { split: "val=0.1,test=0.2" });
  const splits = rows.map(({ split }) => split);
  expect(splits.slice(0, 1000)).toEqual(splits.slice(1000));
  expect(splits.filter((split) => split === "val").length / 2000).toBeCloseTo(0.1, 1);
  expect(splits.filter((split) => split === "test").length / 2000).toBeCloseTo(0.2, 1);
});

test.each([
  [{ x: "a {b" }, "a brace without its partner"],
  [{ split: "dev" }, "expected train"],
  [{ split: "val=2" }, "expected shares"],
  [{ split: "val=0.6,test=0.6" }, "more than 1"],
])("the mapping %j is refused", async (options, message) => {
  await expect(rowsOf(file("a.csv", "x,y,task\n"), options)).rejects.toThrow(message);
});

test("several files become one dataset; a bad row leaves nothing behind", async () => {
  const first = file("a.csv", "x,y,task\na,1,t\n");
  const second = file("b.jsonl", '{"task": "t", "x": "b", "y": 2}');
  const parent = temporaryDirectory();
  const manifest = await prepareDataset([first, second], join(parent, "set"));
  expect(manifest!.numRows).toBe(2);
  const { groups } = await PreparedDataset.open(localParts(join(parent, "set")));
  expect(await groups[0]!.read([1, 0])).toEqual([
    { task: "t", x: "b", y: [2], split: "train" },
    { task: "t", x: "a", y: [1], split: "train" },
  ]);
  const bad = file("c.csv", "x,y,task\na,1,t\na,nine,t\n");
  await expect(prepareDataset([first, bad], join(parent, "bad"))).rejects.toThrow("c.csv:3");
  expect(await prepareDataset([first], join(parent, "no"), { isStopped: () => true })).toBe(
    undefined,
  );
  expect(readdirSync(parent)).toEqual(["set"]);
});

// A run's samples, whatever form its data is in.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { augmentConfigSchema } from "../../src/data/config.ts";
import { groupByTask, localParts, prepareDataset } from "../../src/data/index.ts";
import { type FetchPart, readRunData } from "../../src/training/index.ts";
import { temporaryDirectory } from "../support/toy-run.ts";

const FILE = fileURLToPath(new URL("../../examples/data/sempl.jsonl.gz", import.meta.url));
const WHERE = ["task=sempl/imagemagick/*", "task=sempl/x264/E1"];
const augment = augmentConfigSchema.parse({
  shuffleKeys: true,
  dropKeys: 0.1,
  respellNumbers: 0.3,
});
const spec = {
  seed: 3,
  holdOut: ["task=sempl/imagemagick/E3"],
  mixture: { temperature: 2 },
  evalExamples: 40,
};
const source = { file: FILE, where: WHERE, augment };

async function prepared(): Promise<string> {
  const directory = join(temporaryDirectory(), "sempl");
  await prepareDataset([FILE], directory, { blockBytes: 2048 });
  return directory;
}

test("a prepared dataset, here or streamed, gives the samples of its JSON lines, bit for bit", async () => {
  const directory = await prepared();
  const fromLines = await readRunData({ ...spec, data: [source] });
  const local = await readRunData({ ...spec, data: [{ ...source, file: directory }] });
  const [sha256] = local.preparedHashes;
  const parts = localParts(directory);
  let numFetched = 0;
  const fetch: FetchPart = (index, part) => {
    numFetched++;
    expect(index).toBe(0);
    return parts.read(part);
  };
  const streamed = await readRunData(
    { ...spec, data: [{ ...source, file: "elsewhere", access: "streamed", sha256 }] },
    fetch,
  );
  expect(numFetched).toBe(0);
  expect(streamed.datasetHash).toBe(local.datasetHash);
  expect(fromLines.datasetHash).not.toBe(local.datasetHash);
  const [a, b, c] = await Promise.all([fromLines.rows(), local.rows(), streamed.rows()]);
  expect(b.tasks.map(({ task, numRows }) => [task, numRows])).toEqual(
    a.tasks.map(({ task, numRows }) => [task, numRows]),
  );
  // Examples are dealt out by length before any row is fetched: manifest and index are enough.
  expect(c.sampleChars(0, 500)).toHaveLength(500);
  expect(numFetched).toBe(2);
  const withoutMeta = (rows: readonly object[]): object[] =>
    rows.map((row) => ({ ...row, meta: undefined }));
  for (const first of [0, 777, 50_000]) {
    const numbers = Array.from({ length: 32 }, (_, i) => first + i);
    const expected = withoutMeta(await a.samples(numbers));
    expect(withoutMeta(await b.samples(numbers))).toEqual(expected);
    expect(withoutMeta(await c.samples(numbers))).toEqual(expected);
    const lengths = a.sampleChars(first, 32);
    expect(b.sampleChars(first, 32)).toEqual(lengths);
    expect(c.sampleChars(first, 32)).toEqual(lengths);
  }
  const validation = withoutMeta(await a.validation());
  expect(validation.length).toBeGreaterThan(30);
  expect(withoutMeta(await b.validation())).toEqual(validation);
  expect(withoutMeta(await c.validation())).toEqual(validation);
  expect(await b.texts({})).toEqual(await a.texts({}));
  parts.close();
});

test("every task has its part of the validation rows, the last ones too", async () => {
  const directory = temporaryDirectory();
  const file = join(directory, "rows.jsonl");
  const numTasks = 60;
  const lines = Array.from({ length: numTasks }, (_, task) =>
    Array.from({ length: 12 }, (_row, row) =>
      JSON.stringify({
        task: `t${String(task).padStart(2, "0")}`,
        x: `text ${task} ${row}`,
        y: [row],
        split: row === 0 ? "train" : "val",
      }),
    ),
  );
  writeFileSync(file, `${lines.flat().join("\n")}\n`);
  const data = await readRunData({
    seed: 1,
    holdOut: [],
    mixture: { temperature: 1 },
    evalExamples: 512,
    data: [{ file, where: [], augment: augmentConfigSchema.parse({}) }],
  });
  const validation = await (await data.rows()).validation();
  expect(validation).toHaveLength(512);
  const counts = groupByTask(validation).map(({ examples }) => examples.length);
  expect(counts).toHaveLength(numTasks);
  expect([Math.min(...counts), Math.max(...counts)]).toEqual([8, 9]);
});

test("a vocabulary is trained from an even part of more text than it may take", async () => {
  const rows = await (await readRunData({ ...spec, data: [source] })).rows();
  const all = await rows.texts({});
  const part = await rows.texts({ maxChars: all.join("").length / 10 });
  expect(part.length).toBeGreaterThan(all.length / 11);
  expect(part.length).toBeLessThan(all.length / 8);
});

test("streaming needs a prepared dataset", async () => {
  const data = [{ ...source, access: "streamed" as const }];
  await expect(readRunData({ ...spec, data })).rejects.toThrow("is no prepared dataset");
});

import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canonicalJson, sha256Hex } from "../../src/core/index.ts";
import { type Example, PreparedDataset, verifyPrepared } from "../../src/data/index.ts";
import { localParts } from "../../src/data/prepared/parts.ts";
import { PreparedWriter, type WriteOptions } from "../../src/data/prepared/write.ts";
import fc from "../support/property.ts";
import { temporaryDirectory } from "../support/toy-run.ts";

function row(task: string, i: number, override: Partial<Example> = {}): Example {
  return { task, x: `text ${i}: é 🎈\n`, y: [i / 3], split: "train", ...override };
}

function write(rows: readonly Example[], options: WriteOptions = {}): string {
  const directory = join(temporaryDirectory(), "set");
  const writer = new PreparedWriter(directory, options);
  for (const each of rows) writer.add(each);
  writer.finish();
  return directory;
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const fd = openSync(path, "r+");
  writeSync(fd, Uint8Array.of(bytes[at]! ^ 1), 0, 1, at);
  closeSync(fd);
}

test("every row comes back by its number in its task and split, from any order and block size", async () => {
  const rows = fc.array(
    fc.record({
      task: fc.constantFrom("a", "b/c", "ü"),
      split: fc.constantFrom("train", "val") as fc.Arbitrary<"train" | "val">,
      x: fc.string({ unit: "binary", maxLength: 30 }).filter((x) => !/\p{Surrogate}/u.test(x)),
      y: fc.array(fc.double({ noDefaultInfinity: true }), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom(1, 64, 8192), async (examples, blockBytes) => {
      const directory = write(examples, { blockBytes, shardBytes: 256 });
      const parts = localParts(directory);
      const dataset = await PreparedDataset.open(parts, { cacheBytes: 300 });
      for (const group of dataset.groups) {
        const expected = examples.filter(
          ({ task, split }) => task === group.task && split === group.split,
        );
        const backwards = expected.map((_, i) => expected.length - 1 - i);
        expect(await group.read(backwards)).toEqual(expected.toReversed());
        expect(expected.map((_, i) => group.charsOf(i))).toEqual(expected.map(({ x }) => x.length));
      }
      expect(dataset.manifest.numRows).toBe(examples.length);
      parts.close();
    }),
    { numRuns: 25 },
  );
});

test("the bytes of version 2 are these", () => {
  const directory = write([row("b", 1), row("a", 2, { y: [1, Number.NaN], split: "val" })]);
  const files = readdirSync(directory).toSorted();
  expect(files).toEqual(["dataset.json", "index.bin", "shard-00000.bin"]);
  expect(readFileSync(join(directory, "shard-00000.bin")).toString("hex")).toBe(
    [
      "01000000", // rows of a/val: one
      "28000000", // it ends after 40 bytes
      "00000000", // tokens: not counted
      "02000000", // objectives
      "000000000000f03f", // 1
      "000000000000f87f", // missing
      "7465787420323a20c3a920f09f8e880a",
      "01000000",
      "20000000",
      "00000000",
      "01000000",
      "555555555555d53f",
      "7465787420313a20c3a920f09f8e880a",
    ].join(""),
  );
  const index = readFileSync(join(directory, "index.bin")).toString("hex");
  expect(index.slice(0, 48)).toBe("000000000000000001000000000000000000000030000000");
  expect(index.slice(112, 160)).toBe("010000000000000001000000000000003000000028000000");
  expect(index.slice(224)).toBe("0d0000000d000000"); // characters of each text
  const manifest = JSON.parse(readFileSync(join(directory, "dataset.json"), "utf8")) as {
    readonly sha256: string;
  };
  const { sha256, ...fields } = manifest;
  expect(sha256).toBe(sha256Hex(canonicalJson(fields)));
  expect(manifest).toMatchObject({
    format: "auspex-dataset",
    formatVersion: 2,
    numRows: 2,
    groups: [
      { task: "a", split: "val", numRows: 1, minObjectives: 2, maxObjectives: 2, numMissing: 1 },
      { task: "b", split: "train", numRows: 1, numMissing: 0, numTokens: null },
    ],
  });
});

test("the same rows give the same dataset, another order another", async () => {
  const rows = Array.from({ length: 50 }, (_, i) => row(i % 3 === 0 ? "a" : "b", i));
  const one = await verifyPrepared(write(rows));
  expect((await verifyPrepared(write(rows))).sha256).toBe(one.sha256);
  expect((await verifyPrepared(write(rows.toReversed()))).sha256).not.toBe(one.sha256);
});

test("any flipped bit is found, when all is verified and when its row is read", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => row("a", i));
  const options = { blockBytes: 200 };
  const shard = write(rows, options);
  flip(join(shard, "shard-00000.bin"), 700);
  await expect(verifyPrepared(shard)).rejects.toThrow("shard-00000.bin: its sha256 is wrong");
  const { groups } = await PreparedDataset.open(localParts(shard));
  const reads = await Promise.allSettled(rows.map((_, i) => groups[0]!.read([i])));
  const failed = reads.filter(({ status }) => status === "rejected");
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.length).toBeLessThan(10);
  const index = write(rows, options);
  flip(join(index, "index.bin"), 40);
  await expect(verifyPrepared(index)).rejects.toThrow("the index: its sha256 is wrong");
  const manifest = write(rows, options);
  const path = join(manifest, "dataset.json");
  writeFileSync(path, readFileSync(path, "utf8").replace('"numRows": 40', '"numRows": 41'));
  await expect(verifyPrepared(manifest)).rejects.toThrow("the manifest: its sha256 is wrong");
  const short = write(rows, options);
  rmSync(join(short, "shard-00000.bin"));
  await expect(verifyPrepared(short)).rejects.toThrow("ENOENT");
});

test("what was given up leaves nothing, and what is there is not overwritten", () => {
  const directory = join(temporaryDirectory(), "set");
  const writer = new PreparedWriter(directory);
  writer.add(row("a", 1));
  writer.abort();
  expect(existsSync(directory)).toBe(false);
  expect(readdirSync(join(directory, ".."))).toEqual([]);
  const there = write([row("a", 1)]);
  expect(() => new PreparedWriter(there)).toThrow("is there already");
});

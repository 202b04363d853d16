import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openJournal, readJournal } from "../../src/checkpoint/index.ts";
import { CorruptError } from "../../src/core/index.ts";

let root: string;
let path: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "auspex-journal-"));
  path = join(root, "journal.log");
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A journal of three records, closed. */
async function threeRecords(): Promise<Buffer> {
  const journal = openJournal(path);
  for (const step of [1, 2, 3]) await journal.append({ type: "commit", step, note: "ä" });
  journal.close();
  return readFileSync(path);
}

test("records come back in order after reopening, and appending goes on", async () => {
  await threeRecords();
  const journal = openJournal(path);
  expect(journal.records.map((record) => record["step"])).toEqual([1, 2, 3]);
  await journal.append({ type: "close" });
  journal.close();
  expect(readJournal(path).records).toHaveLength(4);
});

test("a tail torn at any byte of the last record is cut off, and the journal starts", async () => {
  const whole = await threeRecords();
  const lastStart = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
  for (let end = lastStart; end < whole.length; end++) {
    writeFileSync(path, whole.subarray(0, end));
    const journal = openJournal(path);
    expect(journal.records).toHaveLength(2);
    journal.close();
    expect(readFileSync(path)).toEqual(whole.subarray(0, lastStart));
  }
});

test("a flipped bit before the last record refuses to start and names the record and its offset", async () => {
  const whole = await threeRecords();
  const secondStart = whole.indexOf(0x0a) + 1;
  for (const at of [secondStart, secondStart + 64, secondStart + 70]) {
    const bad = Buffer.from(whole);
    bad[at]! ^= 4;
    writeFileSync(path, bad);
    expect(() => openJournal(path)).toThrow(CorruptError);
    expect(() => openJournal(path)).toThrow(`record 2 at byte ${secondStart}`);
  }
});

test("a record that was exchanged for another valid one breaks the chain", async () => {
  const whole = (await threeRecords()).toString();
  const [first, second, third] = whole.trimEnd().split("\n");
  writeFileSync(path, `${[second, first, third].join("\n")}\n`);
  expect(() => readJournal(path)).toThrow(CorruptError);
});

// Numbers that the run's number tokenizer cannot write.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setUpRun } from "../../src/cli/run-setup.ts";
import { readRunConfig } from "../../src/config/index.ts";
import { describeClamped, prepareDataset } from "../../src/data/index.ts";
import { runCli } from "../support/cli.ts";
import { TINY_TRAINING } from "../support/tiny-training.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const NARROW_IEEE = "{ kind: ieee, base: 10, numExponentDigits: 1, numMantissaDigits: 3 }";
const NARROW_P10 = "{ kind: p10, numDigits: 3, exponentRange: 6 }";
const NORMALIZED = "{ kind: normalized, base: 10, length: 3 }";
const GOOD = { task: "a", x: "n: 1", y: 0.25 };

function jsonLines(name: string, rows: readonly object[]): string {
  const path = join(directory, name);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path;
}

/** A configuration of a very small model. */
function configFile(name: string, data: string, tokenizer: string, holdOut = "[]"): string {
  const path = join(directory, name);
  writeFileSync(
    path,
    `name: values
seed: 1
data: [{ file: ${data} }]
holdOut: ${holdOut}
vocabulary: { kind: default }
numberTokenizer: ${tokenizer}
model: { dModel: 8, numEncoderLayers: 1, numDecoderLayers: 1, numHeads: 2, maxObjectives: 2 }
${TINY_TRAINING}`,
  );
  return path;
}

async function setUp(rows: readonly object[], tokenizer: string, holdOut?: string) {
  const data = jsonLines("rows.jsonl", rows);
  const config = readRunConfig(configFile("run.yaml", data, tokenizer, holdOut));
  return setUpRun(config, config.engine);
}

test.each([
  [
    NARROW_IEEE,
    { y: [0.5, 1e12] },
    /rows\.jsonl:2: y\[1\]: .*cannot write 1000000000000: the largest number is/,
  ],
  [NARROW_IEEE, { y: 1e12, split: "val" }, /rows\.jsonl:2: y: .*cannot write/],
  [NORMALIZED, { y: 1.5 }, /rows\.jsonl:2: y: .*cannot write 1.5: it must lie between 0 and 1/],
])("%s refuses %j before the run starts", async (tokenizer, bad, message) => {
  await expect(setUp([GOOD, { ...GOOD, ...bad }], tokenizer)).rejects.toMatchObject({
    message: expect.stringMatching(message),
    exitCode: 2,
    hint: expect.stringMatching(/scale y/),
  });
});

test("rows that are left out may hold anything", async () => {
  const bad = { ...GOOD, task: "b", y: 1e12 };
  const { targets } = await setUp(
    [GOOD, bad, { ...bad, task: "a", split: "test" }],
    NARROW_IEEE,
    "[task=b]",
  );
  expect(targets).toMatchObject({ numValues: 1, numClamped: 0 });
});

test("P10 clamps, and says how many values", async () => {
  const rows = [GOOD, { ...GOOD, y: 1e9 }, { ...GOOD, y: [1e-9, null] }, { ...GOOD, y: 0 }];
  const { targets } = await setUp(rows, NARROW_P10);
  expect(targets).toMatchObject({ numValues: 4, numClamped: 2 });
  expect(describeClamped(targets)).toMatch(/^2 of 4 values lie outside of what p10/);
});

test("special values are not clamped", async () => {
  const tokenizer = NARROW_P10.replace("}", ", specialValues: { FAILED: 1000000000000 } }");
  const { targets } = await setUp([GOOD, { ...GOOD, y: 1e12 }], tokenizer);
  expect(targets).toMatchObject({ numValues: 2, numClamped: 0 });
});

test("some rows of a prepared dataset are looked at", async () => {
  const file = jsonLines("source.jsonl", [GOOD, { ...GOOD, y: 1e12 }]);
  const prepared = join(directory, "few");
  await prepareDataset([file], prepared);
  const config = readRunConfig(configFile("few.yaml", prepared, NARROW_IEEE));
  await expect(setUpRun(config, config.engine)).rejects.toThrow(
    /few: row 2 of a \(train\): y: .*cannot write/,
  );
});

test.each([
  ["pretrain", []],
  ["coordinator", ["--listen", "tcp://127.0.0.1:*"]],
])(
  "auspex %s ends with 2",
  async (command, flags) => {
    const data = jsonLines("bad.jsonl", [GOOD, { ...GOOD, y: 1e12 }]);
    const config = configFile("bad.yaml", data, NARROW_IEEE);
    const { code, stderr } = await runCli([
      command,
      config,
      "--run",
      join(directory, "bad"),
      ...flags,
    ]);
    expect(stderr).toMatch(/^error: .*bad\.jsonl:2: y: .*\nhint: /m);
    expect(code).toBe(2);
  },
  60_000,
);

test("a row that only a worker sees ends the run with the worker's reason", async () => {
  // Of 6,000 prepared rows every second one is looked at before.
  const rows = Array.from({ length: 6000 }, (_, i) => (i % 2 === 0 ? GOOD : { ...GOOD, y: 1e12 }));
  const prepared = join(directory, "many");
  await prepareDataset([jsonLines("many.jsonl", rows)], prepared);
  const config = configFile("many.yaml", prepared, NARROW_IEEE);
  const run = join(directory, "many-run");
  const { code, stderr } = await runCli(["pretrain", config, "--run", run, "--workers", "2"]);
  expect(stderr).toMatch(
    /^error: workers cannot compute step 1: task a: y: .*cannot write 1000000000000/m,
  );
  expect(stderr).toMatch(/^hint: .*scale y/m);
  expect(code).toBe(2);
  expect(readFileSync(join(run, "journal.log"), "utf8")).not.toContain('"commit"');
}, 120_000);

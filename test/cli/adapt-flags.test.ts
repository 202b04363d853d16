// What `auspex adapt` can be told, on a tiny bundle; and texts that are too long, wherever a bundle reads texts.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AdaptFlags, adaptOptionsOf } from "../../src/cli/adapt-flags.ts";
import { saveModel } from "../../src/training/index.ts";
import { runCli } from "../support/cli.ts";
import { linearTask, smallModel } from "../training/small.ts";

let directory: string;
let bundle: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
  bundle = join(directory, "bundle");
  saveModel(bundle, smallModel(), "test");
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function jsonLines(name: string, rows: readonly object[]): string {
  const path = join(directory, name);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path;
}

const adapt = (data: string, ...flags: string[]) =>
  runCli([
    "adapt",
    "--bundle",
    bundle,
    "--data",
    data,
    "--out",
    join(directory, "out"),
    "--json",
    ...flags,
  ]);

test("everything that training takes can be said on the command line", async () => {
  const rows = linearTask(12);
  const files = {
    data: jsonLines("rows.jsonl", rows.slice(0, 8)),
    validation: jsonLines("validation.jsonl", rows.slice(8)),
    replay: jsonLines("replay.jsonl", linearTask(4, "toy/before")),
  };
  const asked =
    `--method lora --lora-rank 2 --lora-alpha 4 --lora-targets encoder --epochs 2 --patience 9
    --learning-rate 0.001 --batch-size 4 --micro-batch 2 --seed 5 --replay-share 0.25`.split(
      /\s+/u,
    );
  asked.push("--validation", files.validation, "--replay", files.replay);
  const { code, stdout, stderr } = await adapt(files.data, ...asked);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ shots: 8, chosen: ["lora"], numEpochs: 2 });
}, 60_000);

const flags = (given: Partial<AdaptFlags>): AdaptFlags => ({ method: "full", seed: 0, ...given });

test("flags become options", () => {
  const given = flags({ method: "lora", loraTargets: "^head", microBatch: 3, epochs: 7 });
  expect(adaptOptionsOf(given)).toEqual({
    method: "lora",
    seed: 0,
    maxEpochs: 7,
    microBatchSize: 3,
    loraTargets: /^head/u,
  });
});

test("the effort of auto can be said", () => {
  const given = flags({ method: "auto", effort: "full" });
  expect(adaptOptionsOf(given)).toEqual({ method: "auto", seed: 0, effort: "full" });
});

test.each<[Partial<AdaptFlags>, string]>([
  [{ effort: "full" }, "--effort goes with --method auto; it is full"],
  [{ loraRank: 4 }, "--lora-rank goes with --method lora; it is full"],
  [{ method: "auto", validation: "v" }, "--validation goes with --method full, head, lora"],
  [{ method: "instant", learningRate: 1 }, "--learning-rate goes with --method auto, full"],
  [{ validation: "v", validationShare: 0.1 }, "give one of them"],
  [{ replayShare: 0.5 }, "--replay-share needs --replay"],
  [{ method: "lora", loraTargets: "(" }, "--lora-targets: ( is no regular expression"],
])("%j is a wrong command line", (given, message) => {
  expect(() => adaptOptionsOf(flags(given))).toThrow(message);
});

test.each([
  [["--validation-share", "1.5"], "--validation-share must be above 0 and below 1"],
  [["--method", "full", "--lora-rank", "0"], "--lora-rank must be an integer of at least 1"],
  [["--method", "instant", "--patience", "3"], "--patience goes with --method"],
])(
  "adapt %j ends with 64",
  async (given, message) => {
    const { code, stderr } = await adapt(jsonLines("one.jsonl", linearTask(1)), ...given);
    expect(stderr).toContain(message);
    expect(code).toBe(64);
  },
  60_000,
);

test("a value that the bundle cannot write is named by file, line and field", async () => {
  const [first, second] = linearTask(2);
  const data = jsonLines("bad.jsonl", [first!, { ...second!, y: [1, 1e12] }]);
  const { code, stderr } = await adapt(data, "--method", "full");
  expect(stderr).toMatch(/^error: .*bad\.jsonl:2: y\[1\]: ieee.* cannot write 1000000000000/m);
  expect(code).toBe(2);
}, 60_000);

test("predict, eval and adapt refuse long texts when told to", async () => {
  const [first, second] = linearTask(2);
  const data = jsonLines("long.jsonl", [first!, { ...second!, x: "a: 1\n".repeat(99) }]);
  const source = ["--bundle", bundle, "--data", data];
  const commands = [
    ["predict", ...source],
    ["eval", ...source],
    ["adapt", ...source, "--out", join(directory, "refused")],
  ];
  await Promise.all(
    commands.map(async (command) => {
      const { code, stderr } = await runCli([...command, "--refuse-long-texts"]);
      expect(stderr, command[0]).toMatch(
        /error: text \d \("a: 1\\na.*\) has \d+ tokens; model.maxInputTokens is 64/,
      );
      expect(code, command[0]).toBe(2);
    }),
  );
}, 120_000);

// A run with everything beyond the plain one (objectives of varying number with missing ones, a Performer that
// redraws, Muon, an average of the parameters): neither fleet nor restart has any influence on the bundle.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createModel } from "../../src/model/index.ts";
import { openModel } from "../../src/training/index.ts";
import { runCli } from "../support/cli.ts";

const file = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/runs/${name}`, import.meta.url));

let directory: string;
let reference: Buffer;

async function pretrain(name: string, ...flags: string[]): Promise<Buffer> {
  const run = join(directory, name);
  const args = ["pretrain", file("objectives.yaml"), "--run", run, "--json", ...flags];
  const { code, stderr } = await runCli(args);
  if (code !== 0) throw new Error(stderr);
  return readFileSync(join(run, "bundle", "model.safetensors"));
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
  reference = await pretrain("one", "--workers", "1");
}, 120_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("two workers write the bundle of one, bit for bit", async () => {
  expect((await pretrain("two", "--workers", "2")).equals(reference)).toBe(true);
}, 120_000);

test("resumed from an earlier checkpoint, the run ends with the same bundle", async () => {
  const again = join(directory, "again");
  cpSync(join(directory, "one"), again, { recursive: true });
  for (const lost of ["checkpoints/step-00000012", "checkpoints/step-00000014", "bundle"]) {
    rmSync(join(again, lost), { recursive: true });
  }
  const resumed = await pretrain("again", "--workers", "1", "--resume");
  expect(resumed.equals(reference)).toBe(true);
}, 120_000);

test("the bundle holds the directions of the last redraw, not those of the start", () => {
  const { model, parameters } = openModel(join(directory, "one", "bundle"));
  const start = createModel(model.config, model.sizes).initialParameters(3);
  const features = model.layout.specs.filter(({ role }) => role === "constant");
  expect(features.length).toBe(2);
  for (const { offset, size, name } of features) {
    const part = (flat: Float32Array): number[] => [...flat.subarray(offset, offset + size)];
    expect(part(parameters), name).not.toEqual(part(start));
    // An average of several draws would be shorter: a draw has rows of Gaussian length.
    const squares = part(parameters).reduce((sum, value) => sum + value * value, 0) / size;
    expect(squares, name).toBeGreaterThan(0.6);
  }
});

test.each([
  ["maxObjectives: 3", "maxObjectives: 2", "task objectives/three has rows of 3 objectives"],
  ["clipNorm: 1", "clipNorm: 1\n  longTexts: refuse", "model.maxInputTokens is 8"],
])(
  "instead of %j a run with %j is refused before it starts",
  async (old, fresh, message) => {
    const config = readFileSync(file("objectives.yaml"), "utf8")
      .replace(old, fresh)
      .replace("maxInputTokens: 64", "maxInputTokens: 8")
      .replace("objectives.jsonl", file("objectives.jsonl"))
      .replace("../sentencepiece/bpe1024.model", file("../sentencepiece/bpe1024.model"));
    const path = join(directory, "bad.yaml");
    writeFileSync(path, config);
    const { code, stderr } = await runCli(["pretrain", path, "--run", join(directory, "bad")]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  },
  60_000,
);

test("eval counts what was measured, objective by objective", async () => {
  const { code, stdout } = await runCli([
    "eval",
    "--bundle",
    join(directory, "one", "bundle"),
    "--data",
    file("objectives.jsonl"),
    "--where",
    "split=val",
    "--calibration",
    "--json",
  ]);
  expect(code).toBe(0);
  const { tasks } = JSON.parse(stdout);
  const counts = (task: string): number[] =>
    tasks[task].objectives.map(({ n }: { n: number }) => n);
  expect(tasks["objectives/one"]).toMatchObject({ n: 4 });
  expect(tasks["objectives/two"].nll).toBeGreaterThan(0);
  const rows = readFileSync(file("objectives.jsonl"), "utf8").trim().split("\n").map(parsed);
  for (const task of ["objectives/two", "objectives/three"]) {
    const ofTask = rows.filter((row) => row.task === task && row.split === "val");
    const expected = counts(task).map(
      (_, objective) => ofTask.filter(({ y }) => typeof y[objective] === "number").length,
    );
    expect(counts(task), task).toEqual(expected);
  }
}, 60_000);

function parsed(line: string): { task: string; split: string; y: (number | null)[] } {
  return JSON.parse(line);
}

// The commands on one small bundle, as a user would run them.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli, startCli } from "../support/cli.ts";

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const DATA = file("examples/data/sempl.jsonl.gz");
const HELD_OUT = "task=sempl/imagemagick/E3";

let directory: string;
let bundle: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
  const run = join(directory, "run");
  const { code, stderr } = await runCli([
    "pretrain",
    file("test/fixtures/runs/tiny.yaml"),
    "--run",
    run,
    "--workers",
    "1",
    "--json",
  ]);
  if (code !== 0) throw new Error(stderr);
  bundle = join(run, "bundle");
}, 120_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("predict writes one line per row, in order, with quantiles that rise", async () => {
  const out = join(directory, "predictions.jsonl");
  const { code } = await runCli([
    "predict",
    "--bundle",
    bundle,
    "--data",
    DATA,
    "--where",
    `${HELD_OUT},split=test`,
    "--out",
    out,
    "--json",
  ]);
  expect(code).toBe(0);
  const lines = readFileSync(out, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) {
    expect(line.task).toBe("sempl/imagemagick/E3");
    const { quantiles } = line;
    const levels = ["0.05", "0.25", "0.5", "0.75", "0.95"].map((level) => quantiles[level]);
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect(line.median).toBe(quantiles["0.5"]);
  }
}, 60_000);

test("predict answers for whole files; a bundle of bf16 weights is half as large and answers alike", async () => {
  const text = join(directory, "some.yaml");
  writeFileSync(text, "system: x264\nconfig:\n  ref: 1\n");
  const half = join(directory, "half");
  expect((await runCli(["export", bundle, "--out", half, "--json"])).code).toBe(0);
  const size = (of: string): number => readFileSync(join(of, "model.safetensors")).byteLength;
  expect(size(half) / size(bundle)).toBeLessThan(0.6);
  const answers = await Promise.all(
    [bundle, half].map(async (of) => {
      const { code, stdout } = await runCli(["predict", text, "--bundle", of, "--json"]);
      expect(code).toBe(0);
      return JSON.parse(stdout)[0];
    }),
  );
  expect(answers[0].file).toBe(text);
  expect(answers[1].median / answers[0].median).toBeCloseTo(1, 0);
}, 240_000);

test("adapt writes a bundle that predicts the shots' environment better than before", async () => {
  const adapted = join(directory, "adapted");
  const adapt = await runCli([
    "adapt",
    "--bundle",
    bundle,
    "--data",
    DATA,
    "--where",
    HELD_OUT,
    "--shots",
    "40",
    "--method",
    "instant",
    "--sources",
    DATA,
    "--seed",
    "1",
    "--out",
    adapted,
    "--json",
  ]);
  expect(adapt.code).toBe(0);
  const evaluation = async (of: string) => {
    const { stdout } = await runCli([
      "eval",
      "--bundle",
      of,
      "--data",
      DATA,
      "--where",
      `${HELD_OUT},split=test`,
      "--json",
    ]);
    return JSON.parse(stdout).overall;
  };
  const [before, after] = [await evaluation(bundle), await evaluation(adapted)];
  expect(after.n).toBe(before.n);
  expect(after.mre).toBeLessThan(before.mre);
}, 120_000);

test("score ranks YAML candidates and names the one that cannot be read", async () => {
  const good = join(directory, "good.yaml");
  const bad = join(directory, "bad.yaml");
  writeFileSync(good, "system: imagemagick\nconfig:\n  memory: 1\n");
  writeFileSync(bad, "a: 1\na: 2\n");
  const { code, stdout } = await runCli(["score", "--bundle", bundle, good, bad, "--json"]);
  expect(code).toBe(2);
  const { scores, ranking } = JSON.parse(stdout);
  expect(ranking).toEqual([0]);
  expect(scores[0]).toMatchObject({ file: good, rank: 1, kind: "yaml" });
  expect(scores[1].error.code).toMatch(/YAML/);
}, 60_000);

test("serve answers a score request and survives wrong ones", async () => {
  const { child, done } = startCli(["serve", "--bundle", bundle, "--port", "0", "--json"]);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.once("data", (text: string) => resolve(JSON.parse(text).url));
    child.once("close", () => reject(new Error("the server ended")));
  });
  const post = (body: string) =>
    fetch(`${url}/v1/score`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
  expect((await post("{")).status).toBe(400);
  const answer = await post(
    JSON.stringify({ candidates: [{ kind: "yaml", text: "system: x264\n" }] }),
  );
  expect(answer.status).toBe(200);
  expect(JSON.stringify(await answer.json())).toContain("median");
  child.kill("SIGTERM");
  expect((await done).code).toBe(0);
}, 60_000);

test("a corrupted bundle is refused with the file and the reason", async () => {
  const broken = join(directory, "broken");
  await runCli([
    "adapt",
    "--bundle",
    bundle,
    "--data",
    DATA,
    "--where",
    HELD_OUT,
    "--shots",
    "5",
    "--out",
    broken,
    "--json",
  ]);
  const weights = join(broken, "model.safetensors");
  const bytes = readFileSync(weights);
  bytes[bytes.length - 5]! ^= 1;
  writeFileSync(weights, bytes);
  const { code, stderr } = await runCli([
    "eval",
    "--bundle",
    broken,
    "--data",
    DATA,
    "--where",
    HELD_OUT,
  ]);
  expect(code).toBe(65);
  expect(stderr).toContain("model.safetensors");
}, 60_000);

test.each([
  { args: ["pretrain", "nowhere.yaml"], code: 2, says: "nowhere.yaml" },
  { args: ["predict", "--bundle", "nowhere", "--data", DATA], code: 65, says: "nowhere" },
  { args: ["frobnicate"], code: 64, says: "unknown command" },
  { args: ["pretrain", "x.yaml", "--workers", "many"], code: 64, says: "--workers" },
  { args: ["doctor", "--engine", "abacus"], code: 64, says: "--engine" },
])(
  "auspex $args ends with $code",
  async ({ args, code, says }) => {
    const result = await runCli(args);
    expect(result.stderr).toContain(says);
    expect(result.code).toBe(code);
  },
  60_000,
);

test("tokens train and encode: the pieces spell the text, digits apart", async () => {
  const vocabulary = join(directory, "vocabulary.json");
  const train = await runCli([
    "tokens",
    "train",
    "--data",
    DATA,
    "--where",
    "task=sempl/x264/E1",
    "--size",
    "400",
    "--out",
    vocabulary,
    "--json",
  ]);
  expect(train.code).toBe(0);
  const encode = await runCli([
    "tokens",
    "encode",
    "--vocab",
    vocabulary,
    "--text",
    "ref: 16\n",
    "--json",
  ]);
  const { ids, pieces } = JSON.parse(encode.stdout);
  expect(ids).toHaveLength(pieces.length);
  expect(pieces.join("")).toBe("ref: 16\n");
  expect(pieces).toContain("1");
}, 60_000);

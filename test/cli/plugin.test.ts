// The example plugin from end to end: texts, the bundle of a run, scoring by every way in, and what happens when its
// serialiser changes. In this process but for one command.

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { evaluateCommand } from "../../src/cli/commands/evaluate.ts";
import { textsCommand } from "../../src/cli/commands/texts.ts";
import { openKinds } from "../../src/cli/kinds.ts";
import { setUpRun } from "../../src/cli/run-setup.ts";
import { openBundleSurrogate } from "../../src/cli/surrogate.ts";
import { readRunConfig } from "../../src/config/index.ts";
import { startService } from "../../src/evaluator/index.ts";
import { openEngine } from "../../src/tensor/index.ts";
import { openModel, saveModel } from "../../src/training/index.ts";
import { runCli } from "../support/cli.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/plugin/", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../src/plugins/index.ts", import.meta.url));
const OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3"];
const CELL = "|none~0|+|nor_conv_3x3~0|none~1|+|none~0|none~1|nor_conv_3x3~2|";
const KIND = "x/nas-cell";

let folder: string;
let plugin: string;
let bundle: string;
let texts: unknown;

/** The example's module, as one that stands in another folder. */
const pluginSource = (): string =>
  readFileSync(join(EXAMPLE, "nas-cell-kind.ts"), "utf8").replace(
    "../../src/plugins/index.ts",
    SOURCES,
  );

/** What `auspex texts` prints as JSON. */
async function writeTexts(data: string, out: string, override = {}): Promise<unknown> {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await textsCommand({
      kind: KIND,
      plugin: [plugin],
      data: [join(folder, data)],
      where: [],
      skipInvalid: false,
      out: join(folder, out),
      json: true,
      ...override,
    });
    return JSON.parse(String(written.mock.calls.at(-1)?.[0]));
  } finally {
    written.mockRestore();
  }
}

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
  folder = mkdtempSync(join(tmpdir(), "auspex-plugin-"));
  plugin = join(folder, "nas-cell-kind.ts");
  bundle = join(folder, "bundle");
  writeFileSync(plugin, pluginSource());
  const cells = OPERATIONS.flatMap((a) =>
    OPERATIONS.map((b) => `| ${a}~0 | + |${b}~0|none~1|\n+|${a}~0|none~1|${b}~2|`),
  );
  const rows = cells.map((x, i) => JSON.stringify({ task: "cells", x, y: 1 + i / 4 }));
  writeFileSync(join(folder, "raw.jsonl"), `${rows.join("\n")}\n`);
  texts = await writeTexts("raw.jsonl", "cells.jsonl");
  copyFileSync(join(EXAMPLE, "run.yaml"), join(folder, "run.yaml"));
  const config = readRunConfig(join(folder, "run.yaml"));
  // What the run would end with, but for what it learns.
  saveModel(bundle, (await setUpRun(config, config.engine)).untrained, "test");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  process.exitCode = 0;
});

test("rows hold the plugin's texts, and the bundle its serialiser's version", () => {
  expect(texts).toMatchObject({ rows: 16, numInvalid: 0, serialiser: 1 });
  const [first] = readFileSync(join(folder, "cells.jsonl"), "utf8").split("\n");
  expect(JSON.parse(first!)).toMatchObject({
    x: "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
    y: [1],
  });
  expect(openModel(bundle).serialisers).toEqual({ [KIND]: "1" });
});

test("score --jsonl FILE --plugin answers candidates of the plugin's kind, and bad ones with its own errors", async () => {
  const lines = [
    { text: ` ${CELL}\n`, kind: KIND },
    { text: CELL.replace("none", "conv"), kind: KIND },
    { text: CELL, filename: "one.cell" },
  ];
  const file = join(folder, "candidates.jsonl");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const args = ["score", "--bundle", bundle, "--plugin", plugin, "--jsonl", file];
  const { code, stdout } = await runCli(args, { AUSPEX_ENGINE: "cpu" });
  expect(code).toBe(2);
  const answers = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(answers).toMatchObject([
    { line: 1, kind: KIND },
    { line: 2, error: { code: "CELL_EDGE", place: expect.stringContaining("group 1") } },
    { line: 3, kind: KIND, hash: answers[0]!["hash"] },
  ]);
}, 120_000);

/** What `auspex serve --plugin` starts. */
async function serve(plugins: readonly string[]) {
  const { surrogate, predictor } = openBundleSurrogate(bundle, await openKinds(plugins));
  const service = await startService({ surrogate });
  onTestFinished(async () => {
    await service.close(100);
    predictor.dispose();
  });
  const post = async (path: string, body: unknown) => {
    const response = await fetch(service.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, json: (await response.json()) as unknown };
  };
  return { url: service.url, post };
}

test("a service with the plugin scores its kind, keeps studies of it, and serves `auspex evaluate`", async () => {
  const { url, post } = await serve([plugin]);
  const body = { candidates: [{ kind: KIND, text: CELL }] };
  expect(await post("/v1/score", body)).toMatchObject({
    status: 200,
    json: { scores: [{ kind: KIND, rank: 1 }] },
  });
  expect(await post("/v1/score", { candidates: [{ kind: KIND, text: "|none~0|" }] })).toMatchObject(
    { status: 422, json: { error: { code: "CELL_SIZE" } } },
  );

  const [program, results] = [join(folder, "one.cell"), join(folder, "results.json")];
  writeFileSync(program, CELL);
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await evaluateCommand([program, results], {
    study: "cells",
    objective: "y0:min",
    fitness: "negative",
    fitnessKey: "fitness",
    service: url,
    timeoutMs: 30_000,
    json: true,
  });
  written.mockRestore();
  const { fitness } = JSON.parse(readFileSync(results, "utf8")) as { fitness: number };
  expect(Number.isFinite(fitness)).toBe(true);
});

test("without the plugin there is no such kind", async () => {
  const { post } = await serve([]);
  const body = { candidates: [{ kind: KIND, text: CELL }] };
  expect(await post("/v1/score", body)).toMatchObject({
    status: 415,
    json: { error: { code: "UNKNOWN_KIND" } },
  });
});

test("a plugin that writes other texts than those of the training is refused", async () => {
  const other = join(folder, "other", "nas-cell-kind.ts");
  mkdirSync(dirname(other));
  writeFileSync(other, pluginSource().replace("serialiserVersion: 1", "serialiserVersion: 2"));
  const kinds = await openKinds([other]);
  expect(() => openBundleSurrogate(bundle, kinds)).toThrow(
    expect.objectContaining({
      code: "SERIALISER_DRIFT",
      exitCode: 77,
      message: expect.stringContaining(
        "trained on x/nas-cell texts of serialiser 1, this one writes 2",
      ),
      hint: expect.stringContaining("example/nas-cell"),
    }),
  );
});

test("what is wrong with rows or kinds is said before anything is trained", async () => {
  const row = JSON.stringify({ task: "cells", x: "|conv~0|", y: 1 });
  writeFileSync(join(folder, "bad.jsonl"), `${row}\n`);
  await expect(writeTexts("bad.jsonl", "out.jsonl", { plugin: [] })).rejects.toMatchObject({
    message: expect.stringContaining("no plugin reads x/nas-cell"),
  });
  await expect(writeTexts("bad.jsonl", "out.jsonl")).rejects.toMatchObject({
    message: expect.stringContaining("row 1: group 1:"),
    exitCode: 2,
  });
  expect(await writeTexts("bad.jsonl", "out.jsonl", { skipInvalid: true })).toMatchObject({
    rows: 0,
    numInvalid: 1,
  });
  const path = join(folder, "no-plugin.yaml");
  const run = readFileSync(join(folder, "run.yaml"), "utf8");
  writeFileSync(path, run.replace("plugins: [./nas-cell-kind.ts]\n", ""));
  const config = readRunConfig(path);
  await expect(setUpRun(config, config.engine)).rejects.toMatchObject({
    message: expect.stringContaining("no plugin reads x/nas-cell"),
    exitCode: 2,
  });
});

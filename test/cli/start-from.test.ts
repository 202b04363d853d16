// A run that starts from a bundle's parameters instead of from initial values.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setUpRun } from "../../src/cli/run-setup.ts";
import { readRunConfig } from "../../src/config/index.ts";
import { openModel, saveModel } from "../../src/training/index.ts";
import { TINY_TRAINING } from "../support/tiny-training.ts";

let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
  const rows = ["a", "b", "c", "d"].map((name, y) => ({ task: "t", x: `name: ${name}`, y }));
  writeFileSync(
    join(directory, "rows.jsonl"),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  );
  const { untrained } = await setUp();
  const parameters = untrained.parameters.map((value) => value + 1);
  const provenance = { run: "first", parametersDigest: "abc" };
  saveModel(join(directory, "bundle"), { ...untrained, parameters, provenance });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** @param more Lines of the configuration that come last. */
function setUp(more = "", sizes = "dModel: 8", digits = 4, vocabulary = "{ kind: default }") {
  const path = join(directory, "run.yaml");
  writeFileSync(
    path,
    `name: start
seed: 1
data: [{ file: rows.jsonl }]
vocabulary: ${vocabulary}
numberTokenizer: { kind: ieee, base: 10, numExponentDigits: 2, numMantissaDigits: ${digits} }
model: { ${sizes}, numEncoderLayers: 1, numDecoderLayers: 1, numHeads: 2, maxObjectives: 1 }
${TINY_TRAINING}${more}`,
  );
  const config = readRunConfig(path);
  return setUpRun(config, config.engine);
}

test("the parameters are the bundle's, found beside the configuration", async () => {
  const { untrained } = await setUp("startFrom: bundle\n");
  expect(untrained.parameters).toEqual(openModel(join(directory, "bundle")).parameters);
  expect(untrained.parameters).not.toEqual((await setUp()).untrained.parameters);
  expect(untrained.provenance["startedFrom"]).toEqual({ run: "first", parametersDigest: "abc" });
});

test("another size is an error that names the field", async () => {
  await expect(setUp("startFrom: bundle\n", "dModel: 16")).rejects.toThrow(
    /startFrom: .*has other parameters; the sizes under model must be the same/,
  );
});

test("other numbers are an error that names the field", async () => {
  await expect(setUp("startFrom: bundle\n", "dModel: 8", 3)).rejects.toThrow(
    /startFrom: .*writes numbers differently/,
  );
});

test("another vocabulary is an error that says which file to name", async () => {
  await expect(
    setUp("startFrom: bundle\n", "dModel: 8", 4, "{ kind: train, size: 320 }"),
  ).rejects.toThrow(/startFrom: .*has another vocabulary; name its text-vocabulary\.json/);
});

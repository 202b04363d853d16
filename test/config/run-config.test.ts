import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRunConfig } from "../../src/config/index.ts";

const bundled = (name: string): string =>
  fileURLToPath(new URL(`../../configs/${name}.yaml`, import.meta.url));

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The smoke run with one line replaced. */
function changed(from: string, to: string): string {
  const text = readFileSync(bundled("smoke"), "utf8");
  expect(text).toContain(from);
  const path = join(directory, "run.yaml");
  writeFileSync(path, text.replace(from, to));
  return path;
}

test.each(["demo", "demo-portable", "smoke"])("configs/%s.yaml is a whole run", (name) => {
  const config = readRunConfig(bundled(name));
  expect(config.name).toBe(name);
  expect(config.holdOut.length).toBeGreaterThan(0);
});

test("a file name in a config starts at the config's folder", () => {
  const [source] = readRunConfig(bundled("smoke")).data;
  expect(source!.file).toBe(
    fileURLToPath(new URL("../../examples/data/sempl.jsonl.gz", import.meta.url)),
  );
});

test.each([
  ["numHeads: 2", "numHead: 2", /model/u],
  ["numHeads: 2", "numHeads: 5", /model\.numHeads: numHeads \(5\) must divide dModel \(32\)/u],
  ["numMicroshards: 4", "numMicroshards: 3", /training\.numMicroshards.*power of two/u],
  ["globalBatchSize: 16", "globalBatchSize: 18", /globalBatchSize \(18\) must be a multiple/u],
  ["clipNorm: 1", "clipNorm: -1", /training\.clipNorm/u],
  ["clipNorm: 1", "clipNorm: 1\n  optimizerState: shared", /training\.optimizerState/u],
  [
    "clipNorm: 1",
    "clipNorm: 1\n  optimizerState: replicated\n  sync: { kind: diloco, localSteps: 5 }",
    /training\.optimizerState: .*sync: diloco/u,
  ],
  [
    "clipNorm: 1",
    "clipNorm: 1\n  optimizerState: replicated\n  exchange: { parameters: bf16 }",
    /training\.optimizerState: .*exchange\.parameters: bf16/u,
  ],
  ["seed: 1", "", /seed/u],
  ["seed: 1", "seed: [1", /run\.yaml:\d+: not YAML/u],
])("%s changed to %s is refused by name", (from, to, message) => {
  expect(() => readRunConfig(changed(from, to))).toThrow(message);
});

test("a config that does not exist is named", () => {
  expect(() => readRunConfig("nowhere.yaml")).toThrow(/nowhere\.yaml/u);
});

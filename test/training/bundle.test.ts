import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readBundle, writeBundle } from "../../src/checkpoint/index.ts";
import { openEngine } from "../../src/tensor/index.ts";
import { adapt, openModel, Predictor, saveModel } from "../../src/training/index.ts";
import { linearTask, smallModel } from "./small.ts";

let directory: string;

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "auspex-bundle-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function medians(path: string, texts: readonly string[]): Promise<number[]> {
  const predictor = Predictor.open(path);
  try {
    return (await predictor.distributions(texts)).map(([first]) => first!.median);
  } finally {
    predictor.dispose();
  }
}

test("a saved and opened model predicts the same numbers", async () => {
  const trained = smallModel();
  const path = join(directory, "bundle");
  saveModel(path, trained);
  const texts = linearTask(4).map(({ x }) => x);
  const predictor = new Predictor(trained);
  const expected = (await predictor.distributions(texts)).map(([first]) => first!.median);
  predictor.dispose();
  expect(await medians(path, texts)).toEqual(expected);
});

test("a refined model predicts the same numbers after saving", async () => {
  const { trained, chosen } = await adapt(smallModel(), linearTask(16), { method: "instant" });
  expect(chosen).toEqual(["gaussian-process"]);
  const path = join(directory, "bundle");
  saveModel(path, trained);
  const texts = linearTask(5).map(({ x }) => x);
  const predictor = new Predictor(trained);
  const expected = (await predictor.distributions(texts)).map(([first]) => first!.median);
  predictor.dispose();
  expect(await medians(path, texts)).toEqual(expected);
});

describe("a bundle that does not fit is refused with the reason", () => {
  function saved(): string {
    const path = join(directory, "bundle");
    saveModel(path, smallModel());
    return path;
  }

  test("another vocabulary", () => {
    const path = saved();
    const { manifest, files } = readBundle(path, "auspex-bundle");
    const textVocabulary = { ...(manifest["textVocabulary"] as object), hash: "0".repeat(64) };
    writeBundle(path, { manifest: { ...manifest, textVocabulary }, files });
    expect(() => openModel(path)).toThrow("the model was trained with 000000000000");
  });

  test("a configuration of another size", () => {
    const path = saved();
    const { manifest, files } = readBundle(path, "auspex-bundle");
    const model = { ...(manifest["model"] as object), dModel: 32 };
    writeBundle(path, { manifest: { ...manifest, model }, files });
    expect(() => openModel(path)).toThrow(/the configuration says/);
  });

  test("a flipped byte", () => {
    const path = saved();
    const file = join(path, "model.safetensors");
    const bytes = readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(file, bytes);
    expect(() => openModel(path)).toThrow(/SHA-256/);
  });
});

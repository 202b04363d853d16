import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Example } from "../../src/data/index.ts";
import { openEngine } from "../../src/tensor/index.ts";
import {
  adapt,
  openModel,
  Predictor,
  saveModel,
  type TrainedModel,
} from "../../src/training/index.ts";
import { learnViews, viewText } from "../../src/training/sibling-views.ts";
import { learnSiblings } from "../../src/training/siblings.ts";
import { smallModel } from "./small.ts";

function text(host: string, cache: number, system = "db"): string {
  return `system: ${system}\nenvironment:\n  host: ${host}\nconfig:\n  cache: ${cache}\n  log: ${cache % 2}`;
}

function rows(task: string, make: (i: number) => string): Example[] {
  return Array.from({ length: 12 }, (_, i) => ({ task, x: make(i), y: [i], split: "train" }));
}

describe("views of a text as of a known task", () => {
  const shots = [text("new", 1), text("new", 2), text("new", 3)];

  it("puts the other environment's values in place, and nothing else", () => {
    const [view, ...others] = learnViews(shots, [
      ...rows("db/old", (i) => text("old", i)),
      ...rows("web/old", (i) => `system: web\nthreads: ${i}`),
    ]);
    expect(others).toEqual([]);
    expect(view?.task).toBe("db/old");
    expect(viewText(text("new", 7), view!)).toBe(text("old", 7));
  });

  it("takes a field that varies among the known rows for no part of the environment", () => {
    const same = [text("new", 4), text("new", 4)];
    const [view] = learnViews(
      same,
      rows("db/old", (i) => text("old", i)),
    );
    expect(view!.replace.map(({ path }) => path)).toEqual(["environment/host"]);
  });

  it("is no view of a task with nothing in common", () => {
    expect(
      learnViews(
        shots,
        rows("x", (i) => text("old", i, "other")).map((row) => ({
          ...row,
          x: row.x.replace("config", "settings"),
        })),
      ),
    ).toEqual([]);
  });

  it("keeps assembly and other lines that are no fields", () => {
    const block = (target: string, i: number): string =>
      `target: ${target}\nmetric: cycles\nasm:\n  add eax, ${i}\n  ret`;
    const [view] = learnViews(
      [block("ivybridge", 1), block("ivybridge", 2)],
      rows("haswell", (i) => block("haswell", i)),
    );
    expect(viewText(block("ivybridge", 5), view!)).toBe(block("haswell", 5));
  });
});

describe("adapting with rows of a known environment", () => {
  const value = (cache: number): number => 10 + 7 * ((cache * 5) % 8) + cache;
  const known = rows("db/old", (i) => text("old", i)).map((row, i) => ({ ...row, y: [value(i)] }));
  const base = smallModel();

  beforeAll(async () => {
    await openEngine({ engine: "cpu" });
  });

  it("takes over what the same candidate measured there, and says so again after saving", async () => {
    const shots = [0, 3, 5, 6].map(
      (cache): Example => ({
        task: "db/new",
        x: text("new", cache),
        y: [3 * value(cache)],
        split: "train",
      }),
    );
    const { trained } = await adapt(base, shots, { method: "instant", sources: known });
    // Others may be asked about that were not measured there.
    expect(trained.refinement?.siblings.speakers[0]).toBeDefined();
    const directory = mkdtempSync(join(tmpdir(), "auspex-siblings-"));
    try {
      saveModel(directory, trained);
      const texts = [1, 2, 4, 7].map((cache) => text("new", cache));
      const expected = await medians(trained, texts);
      for (const [i, cache] of [1, 2, 4, 7].entries()) {
        expect(expected[i]! / (3 * value(cache))).toBeCloseTo(1, 1);
      }
      expect(await medians(openModel(directory), texts)).toEqual(expected);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }, 60_000);

  it("lets an instant fit speak for candidates that were not measured there", async () => {
    const shots = [0, 3, 5, 6].map(
      (cache): Example => ({
        task: "db/new",
        x: text("new", cache),
        y: [3 * value(cache)],
        split: "train",
      }),
    );
    const { trained } = await adapt(base, shots, {
      method: "instant",
      sources: known,
      useMeasured: false,
    });
    expect(trained.refinement?.siblings.speakers[0]).toBeDefined();
    const directory = mkdtempSync(join(tmpdir(), "auspex-siblings-"));
    try {
      saveModel(directory, trained);
      const texts = [1, 7].map((cache) => text("new", cache));
      expect(await medians(openModel(directory), texts)).toEqual(await medians(trained, texts));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }, 60_000);
});

it("known rows with other numbers of objectives do not answer for those that were asked for", () => {
  const known = rows("db/old", (i) => text("old", i)).map((row, i) => ({
    ...row,
    y: i < 2 ? [i] : i < 5 ? [i, i, i] : [i, 2 * i],
  }));
  const texts = [text("new", 1), text("new", 2)];
  const sizesFor = (numObjectives: number): number[] =>
    [
      ...learnSiblings(texts, known, { keepMeasured: true, numObjectives }).measured[0]!.values(),
    ].map(({ length }) => length);
  expect(sizesFor(2)).toEqual([2, 2, 2, 2, 2, 2, 2]);
  expect(sizesFor(3)).toEqual([3, 3, 3]);
  expect(sizesFor(4)).toEqual([]);
});

async function medians(trained: TrainedModel, texts: readonly string[]): Promise<number[]> {
  const predictor = new Predictor(trained);
  try {
    return (await predictor.distributions(texts)).map(([first]) => first!.median);
  } finally {
    predictor.dispose();
  }
}

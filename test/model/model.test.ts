import { beforeAll, describe, expect, test } from "vitest";
import type { LabelledBatch, Model, ModelConfigInput } from "../../src/model/index.ts";
import { modelConfigSchema, redrawFeatures } from "../../src/model/index.ts";
import {
  disposeParameters,
  memory,
  openEngine,
  type ParameterTensors,
} from "../../src/tensor/index.ts";
import { labelled, TEXTS, tinyModel, tinyParameters, tinyVocabulary } from "./tiny.ts";

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
});

const vocabulary = tinyVocabulary();

async function logitsOf(model: Model, parameters: ParameterTensors, batch: LabelledBatch) {
  const logits_MV = model.logits(parameters, batch);
  const values = await logits_MV.data<"float32">();
  logits_MV.dispose();
  return [...values];
}

function targets(count: number): number[][] {
  return Array.from({ length: count }, (_, row) => [...vocabulary.encode([3 * row + 1])]);
}

const VARIANTS: readonly (readonly [string, Partial<ModelConfigInput>])[] = [
  ["modern", { preset: "modern" }],
  ["modern with a narrower decoder", { preset: "modern", dDecoder: 8 }],
  ["modern performer", { preset: "modern", encoder: { kind: "performer", kernel: "softmax" } }],
  ["reference", { preset: "reference" }],
  ["reference performer", { preset: "reference", encoder: { kind: "performer" } }],
];

describe.each(VARIANTS)("%s", (_name, config) => {
  const model = tinyModel(config, vocabulary);

  test("a row's logits do not depend on the rows beside it", async () => {
    const parameters = tinyParameters(model);
    const together = await logitsOf(model, parameters, labelled(TEXTS, targets(TEXTS.length)));
    const perRow = together.length / TEXTS.length;
    for (const [row, text] of TEXTS.entries()) {
      const alone = await logitsOf(model, parameters, labelled([text], [targets(4)[row]!]));
      for (const [i, value] of alone.entries()) {
        expect(value).toBeCloseTo(together[row * perRow + i]!, 4);
      }
    }
    disposeParameters(parameters);
  });

  test("the order of tokens matters", async () => {
    const parameters = tinyParameters(model);
    const [there] = [await logitsOf(model, parameters, labelled([[3, 5, 7]], targets(1)))];
    const back = await logitsOf(model, parameters, labelled([[7, 5, 3]], targets(1)));
    const difference = Math.max(...there.map((value, i) => Math.abs(value - back[i]!)));
    expect(difference).toBeGreaterThan(1e-3);
    disposeParameters(parameters);
  });

  test("a target does not see those after it", async () => {
    const parameters = tinyParameters(model);
    const first = [...vocabulary.encode([12])];
    const changed = [...first.slice(0, -1), first.at(-1)! === 3 ? 4 : 3];
    const a = await logitsOf(model, parameters, labelled([TEXTS[0]!], [[...first, ...first]]));
    const b = await logitsOf(model, parameters, labelled([TEXTS[0]!], [[...changed, ...first]]));
    // The last token of the first number is first seen when the next one is predicted.
    const seen = first.length * vocabulary.size;
    expect(b.slice(0, seen)).toEqual(a.slice(0, seen));
    expect(b.slice(seen)).not.toEqual(a.slice(seen));
    disposeParameters(parameters);
  });

  test("every layer and tensor starts with values of its own, the same for the same seed", () => {
    const flat = model.initialParameters(7);
    expect(model.initialParameters(7)).toEqual(flat);
    const matrices = model.layout.specs.filter(({ role }) => role === "matrix");
    const begins = matrices.map(({ offset }) => flat.subarray(offset, offset + 4).join());
    expect(new Set(begins).size).toBe(matrices.length);
    expect(model.initialParameters(8)).not.toEqual(flat);
  });

  test("forward passes leave only their result behind", async () => {
    const parameters = tinyParameters(model);
    const before = memory().numTensors;
    const losses_M = model.tokenLosses(parameters, labelled(TEXTS, targets(TEXTS.length)));
    expect(memory().numTensors).toBe(before + 1);
    losses_M.dispose();
    disposeParameters(parameters);
  });
});

test("a fresh model of the modern preset predicts nearly uniform tokens", async () => {
  const model = tinyModel({}, vocabulary);
  const parameters = tinyParameters(model, 3, 1);
  const losses_M = model.tokenLosses(parameters, labelled(TEXTS, targets(TEXTS.length)));
  const losses = await losses_M.data<"float32">();
  for (const loss of losses) expect(loss).toBeCloseTo(Math.log(vocabulary.size), 0);
  losses_M.dispose();
  disposeParameters(parameters);
});

test("dropout is named by its seed and absent without one", async () => {
  const model = tinyModel({ dropoutRate: 0.5 }, vocabulary);
  const parameters = tinyParameters(model);
  const losses = async (seed?: number): Promise<number[]> => {
    const dropout = seed === undefined ? undefined : { rate: 0.5, seed };
    const losses_M = model.tokenLosses(parameters, labelled(TEXTS, targets(4)), dropout);
    const values = [...(await losses_M.data<"float32">())];
    losses_M.dispose();
    return values;
  };
  expect(await losses(1)).toEqual(await losses(1));
  expect(await losses(1)).not.toEqual(await losses(2));
  expect(await losses()).toEqual(await losses());
  disposeParameters(parameters);
});

test("a redraw changes the random directions alone, keeps their scale, and depends on the step", () => {
  const config = { encoder: { kind: "performer", numFeatures: 64 } } as const;
  const model = tinyModel(config, vocabulary);
  const before = model.initialParameters(1);
  const at = (step: number): Float32Array => {
    const flat = Float32Array.from(before);
    redrawFeatures(model, flat, 5, step);
    return flat;
  };
  const redrawn = at(10);
  expect(at(10)).toEqual(redrawn);
  expect(at(20)).not.toEqual(redrawn);
  const part = (flat: Float32Array, { offset, size }: { offset: number; size: number }) =>
    flat.subarray(offset, offset + size);
  const isFeatures = ({ name }: { name: string }): boolean => name.endsWith("features");
  for (const spec of model.layout.specs.filter((spec_) => !isFeatures(spec_))) {
    expect(part(redrawn, spec), spec.name).toEqual(part(before, spec));
  }
  for (const spec of model.layout.specs.filter(isFeatures)) {
    const now = part(redrawn, spec);
    const power = now.reduce((sum, value) => sum + value * value, 0) / spec.size;
    expect(now).not.toEqual(part(before, spec));
    expect(power).toBeGreaterThan(0.7);
    expect(power).toBeLessThan(1.3);
    // Rows of one block are orthogonal.
    const [a, b] = [now.subarray(0, 8), now.subarray(8, 16)];
    expect(a.reduce((sum, value, i) => sum + value * b[i]!, 0)).toBeCloseTo(0, 4);
  }
});

describe("a configuration that breaks a rule is refused with both values", () => {
  const valid = { dModel: 12, numEncoderLayers: 1, numDecoderLayers: 1, numHeads: 2 };

  test.each([
    [{ numHeads: 5 }, "numHeads (5) must divide dModel (12)"],
    [{ numHeads: 4 }, "dModel / numHeads (12 / 4) must be even"],
    [{ preset: "reference", dDecoder: 6 }, "dDecoder (6) must equal dModel (12)"],
    [{ dDecoder: 10, numDecoderHeads: 4 }, "numDecoderHeads (4) must divide dDecoder (10)"],
    [{ numHead: 2 }, "Unrecognized key"],
  ])("%j", (override, message) => {
    const result = modelConfigSchema.safeParse({ ...valid, ...override });
    expect(result.error?.issues[0]?.message).toContain(message);
  });
});

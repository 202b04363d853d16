import { beforeAll, expect, test } from "vitest";
import { regressionModel } from "../../../bench/claims/regression-head.ts";
import type { TextBatch } from "../../../src/data/index.ts";
import {
  disposeParameters,
  memory,
  openEngine,
  parametersFromFlat,
} from "../../../src/tensor/index.ts";

const SIZES = { dModel: 8, numEncoderLayers: 1, numDecoderLayers: 1, numHeads: 2 } as const;
const TARGETS = [1.5, -0.5];

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
});

function batch(...rows: readonly (readonly number[])[]): TextBatch {
  const offsets = Int32Array.of(0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length));
  return { ids: Int32Array.from(rows.flat()), offsets, numTruncated: 0, numTokensCut: 0 };
}

const TEXT = batch([1, 2, 3], [4, 5]);

/** Parameters with a head that is not zero, so that gradients reach the encoder. */
function startOf(model: ReturnType<typeof regressionModel>): Float32Array {
  const parameters = model.initialParameters(1);
  const head = model.layout.specs.find(({ name }) => name === "regression.weight")!;
  for (let i = 0; i < head.size; i++) parameters[head.offset + i] = 0.3 * (i % 2 === 0 ? 1 : -0.7);
  return parameters;
}

async function squaredError(
  model: ReturnType<typeof regressionModel>,
  parameters: Float32Array,
): Promise<number> {
  const values = await model.predict(parameters, TEXT);
  return values.reduce((sum, value, row) => sum + (value - TARGETS[row]!) ** 2, 0);
}

test("the gradient is that of the summed squared error", async () => {
  const model = regressionModel(SIZES, 6);
  const parameters = startOf(model);
  const tensors = parametersFromFlat(model.layout, parameters);
  const { gradient, weightSum } = await model.leaf(tensors, TEXT, TARGETS);
  disposeParameters(tensors);
  expect(weightSum).toBe(2);
  const step = 1e-2;
  for (const { name, offset } of model.layout.specs) {
    // The first value of every tensor; id 0 of the embedding stands in no text.
    const at = name === "encoder.embedding" ? offset + SIZES.dModel : offset;
    const shifted = async (by: number): Promise<number> => {
      const moved = Float32Array.from(parameters);
      moved[at]! += by;
      return await squaredError(model, moved);
    };
    const numeric = ((await shifted(step)) - (await shifted(-step))) / (2 * step);
    expect(gradient[at], name).toBeCloseTo(numeric, 2);
  }
  model.dispose();
});

test("an untrained head answers zero, and a text's answer does not depend on its neighbours", async () => {
  const model = regressionModel(SIZES, 6);
  expect(await model.predict(model.initialParameters(1), TEXT)).toEqual([0, 0]);
  const together = await model.predict(startOf(model), TEXT);
  const [alone] = await model.predict(startOf(model), batch([4, 5]));
  expect(alone).toBeCloseTo(together[1]!, 5);
  model.dispose();
});

test("training and predicting leave no tensors behind", async () => {
  const before = memory().numTensors;
  const model = regressionModel(SIZES, 6);
  const tensors = parametersFromFlat(model.layout, startOf(model));
  await model.leaf(tensors, TEXT, TARGETS);
  disposeParameters(tensors);
  await model.predict(startOf(model), TEXT);
  model.dispose();
  expect(memory().numTensors).toBe(before);
});

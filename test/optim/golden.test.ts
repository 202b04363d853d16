import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { layOutParameters } from "../../src/core/index.ts";
import {
  createOptimizer,
  ExponentialAverage,
  type OptimizerConfig,
  optimizerConfigSchema,
} from "../../src/optim/index.ts";
import { orthogonalise } from "../../src/tensor/flat/index.ts";

type Tensors = Readonly<Record<string, readonly number[]>>;

/** Made by scripts/golden-optimizers.py with PyTorch. */
const golden = JSON.parse(
  readFileSync(new URL("../fixtures/optimizers.json", import.meta.url), "utf8"),
) as Record<"shapes" | "start" | "adamw" | "adafactor" | "muon", Tensors> & {
  gradients: Tensors[];
};

const layout = layOutParameters(
  Object.entries(golden.shapes).map(([name, shape]) => ({
    name,
    shape,
    decay: shape.length === 2,
    role: name === "embedding" ? "embedding" : name === "vector" ? "vector" : "matrix",
  })),
);

function flat(tensors: Tensors): Float32Array {
  return Float32Array.from(layout.specs.flatMap(({ name }) => tensors[name]!));
}

const adam = { learningRate: 0.02, weightDecay: 0.1 };

test.each<[keyof typeof golden & ("adamw" | "adafactor" | "muon"), OptimizerConfig]>([
  ["adamw", optimizerConfigSchema.parse({ kind: "adamw", ...adam })],
  ["muon", optimizerConfigSchema.parse({ kind: "muon", ...adam })],
  ["adafactor", optimizerConfigSchema.parse({ kind: "adafactor", learningRate: 0.05 })],
])("six steps of %s end where PyTorch's do", (name, config) => {
  const parameters = flat(golden.start);
  const optimizer = createOptimizer(config, layout);
  golden.gradients.forEach((gradient, index) => {
    // Scaled up here and down by the scale: the division belongs to the optimizer.
    const summed = flat(gradient).map((value) => 4 * value);
    const update = { learningRateFactor: 1, gradientScale: 0.25, step: index + 1 };
    optimizer.apply(parameters, summed, update);
  });
  const expected = flat(golden[name]);
  parameters.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
});

test("the orthogonalised matrix has singular values near 1", () => {
  const matrix = flat(golden.start).slice(0, 24);
  const orthogonal = orthogonalise(matrix, 4, 6);
  for (let i = 0; i < 4; i++) {
    const row = orthogonal.subarray(i * 6, i * 6 + 6);
    const length = Math.hypot(...row);
    expect(length).toBeGreaterThan(0.6);
    expect(length).toBeLessThan(1.3);
  }
});

test("the average follows the parameters faster while it is young", () => {
  const single = layOutParameters([{ name: "w", shape: [1], decay: true, role: "matrix" }]);
  const average = new ExponentialAverage(Float32Array.of(0), 0.99, single);
  average.update(Float32Array.of(1), 1);
  expect(average.values[0]).toBeCloseTo(1 - 2 / 11, 6);
  for (let step = 2; step < 2000; step++) average.update(Float32Array.of(1), step);
  expect(average.values[0]).toBeCloseTo(1, 5);
  average.update(Float32Array.of(2), 5000);
  expect(average.values[0]).toBeCloseTo(1.01, 4);
});

test("constants are not averaged", () => {
  const layout = layOutParameters([
    { name: "w", shape: [1], decay: true, role: "matrix" },
    { name: "features", shape: [2], decay: false, role: "constant" },
  ]);
  const average = new ExponentialAverage(Float32Array.of(0, 1, 2), 0.5, layout);
  average.update(Float32Array.of(1, 5, 6), 1000);
  expect([...average.values]).toEqual([0.5, 5, 6]);
});

import { expect, test } from "vitest";
import { layOutParameters } from "../../src/core/index.ts";
import { createOptimizer, optimizerConfigSchema } from "../../src/optim/index.ts";

const layout = layOutParameters([{ name: "w", shape: [3], decay: true, role: "matrix" }]);
const config = optimizerConfigSchema.parse({ kind: "nesterov", learningRate: 0.5 });
const update = { learningRateFactor: 1, gradientScale: 0.5, step: 1 };

test("two steps are those of the definition: m = 0.9 m + g, p -= 0.5 (g + 0.9 m)", () => {
  const optimizer = createOptimizer(config, layout);
  const parameters = Float32Array.of(1, 2, 3);
  const gradient = Float32Array.of(2, 0, -2);
  optimizer.apply(parameters, gradient, update);
  // m = 1, p = 1 - 0.5 (1 + 0.9)
  expect(parameters[0]).toBeCloseTo(0.05, 6);
  optimizer.apply(parameters, gradient, { ...update, step: 2 });
  // m = 1.9, p = 0.05 - 0.5 (1 + 1.71)
  expect(parameters[0]).toBeCloseTo(-1.305, 6);
  expect(parameters[1]).toBe(2);
  expect(parameters[2]).toBeCloseTo(5.305, 6);
});

test("parts give the bits of the whole", () => {
  const whole = createOptimizer(config, layout);
  const parts = createOptimizer(config, layout);
  const [a, b] = [Float32Array.of(0.1, 0.2, 0.3), Float32Array.of(0.1, 0.2, 0.3)];
  const gradient = Float32Array.of(0.7, -0.3, 0.11);
  for (let step = 1; step <= 3; step++) {
    whole.apply(a, gradient, { ...update, step });
    parts.applyRange!(b, gradient, { ...update, step }, 1, 3);
    parts.applyRange!(b, gradient, { ...update, step }, 0, 1);
  }
  expect(b).toEqual(a);
});

import { expect, test } from "vitest";
import { layOutParameters, Random } from "../../src/core/index.ts";
import { createOptimizer, gradientScale, optimizerConfigSchema } from "../../src/optim/index.ts";

const layout = layOutParameters([
  { name: "w", shape: [2, 2], decay: true, role: "matrix" },
  { name: "b", shape: [2], decay: false, role: "vector" },
]);
const config = optimizerConfigSchema.parse({
  kind: "adamw",
  learningRate: 0.1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1,
});

/** torch.optim.AdamW's documented algorithm in float64, value by value. */
function referenceAdamW(start: number[], gradients: number[][], decays: boolean[]): number[] {
  const p = [...start];
  const m = p.map(() => 0);
  const v = p.map(() => 0);
  gradients.forEach((gradient, t) => {
    gradient.forEach((g, i) => {
      if (decays[i]) p[i] = p[i]! - 0.1 * 0.1 * p[i]!;
      m[i] = 0.9 * m[i]! + 0.1 * g;
      v[i] = 0.99 * v[i]! + 0.01 * g * g;
      const mHat = m[i]! / (1 - 0.9 ** (t + 1));
      const vHat = v[i]! / (1 - 0.99 ** (t + 1));
      p[i] = p[i]! - (0.1 * mHat) / (Math.sqrt(vHat) + 1e-8);
    });
  });
  return p;
}

test("twenty AdamW steps follow the reference to float32 precision, decay on matrices only", () => {
  const random = new Random("adamw-test");
  const start = Array.from({ length: 6 }, () => random.normal());
  const gradients = Array.from({ length: 20 }, () => start.map(() => random.normal()));
  const parameters = Float32Array.from(start);
  const optimizer = createOptimizer(config, layout);
  gradients.forEach((gradient, t) => {
    optimizer.apply(parameters, Float32Array.from(gradient), {
      learningRateFactor: 1,
      gradientScale: 1,
      step: t + 1,
    });
  });
  const expected = referenceAdamW(start, gradients, [true, true, true, true, false, false]);
  parameters.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
});

test("the first step moves each value by the learning rate against its gradient's sign", () => {
  const parameters = new Float32Array(6);
  createOptimizer(config, layout).apply(parameters, Float32Array.of(1, -2, 3e-3, 4, 5, -6e5), {
    learningRateFactor: 0.5,
    gradientScale: 1,
    step: 1,
  });
  parameters.forEach((value, i) => expect(value).toBeCloseTo([-1, 1, -1, -1, -1, 1][i]! * 0.05, 5));
});

test("restoring the state continues with the same bits", () => {
  const gradient = Float32Array.of(1, 2, 3, 4, 5, 6);
  const update = { learningRateFactor: 1, gradientScale: 0.5 };
  const first = createOptimizer(config, layout);
  const parameters = Float32Array.of(1, 1, 1, 1, 1, 1);
  first.apply(parameters, gradient, { ...update, step: 1 });

  const second = createOptimizer(config, layout);
  for (const name of Object.keys(second.state)) second.state[name]!.set(first.state[name]!);
  const copy = parameters.slice();
  first.apply(parameters, gradient, { ...update, step: 2 });
  second.apply(copy, gradient, { ...update, step: 2 });
  expect(copy).toEqual(parameters);
});

test("clipping scales the mean gradient to the norm and leaves shorter ones alone", () => {
  const sum = Float32Array.of(3, 0, 4);
  expect(gradientScale(sum, 1, 10)).toEqual({ norm: 5, scale: 1 });
  expect(gradientScale(sum, 1, 1)).toEqual({ norm: 5, scale: 0.2 });
  expect(gradientScale(sum, 5, 1)).toEqual({ norm: 1, scale: 0.2 });
});

test.each([NaN, Infinity, -Infinity])("a gradient with %s is not applied", (bad) => {
  const { norm, scale } = gradientScale(Float32Array.of(1, bad), 1, 1);
  expect(scale).toBe(0);
  expect(Number.isFinite(norm)).toBe(false);
});

import { expect } from "vitest";
import {
  dispose,
  memory,
  mul,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tidy,
  valueAndGradients,
} from "../../../src/tensor/index.ts";
import { numericGradient, type Vector, values } from "./float64.ts";

/** |actual - expected| <= tolerance * |expected| + 1e-6, in Euclidean norms. */
export function expectClose(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 2e-5,
): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  expect(Math.sqrt(difference), `${what}: distance`).toBeLessThanOrEqual(
    tolerance * Math.sqrt(norm) + 1e-6,
  );
}

export interface Input {
  readonly values: Vector;
  readonly shape: readonly number[];
}

/** Values and gradients of an operation for the loss sum(y * dy), with dy seeded; also checks that nothing leaks. */
export async function forwardAndBackward(
  run: (inputs: Record<string, Tensor>) => Tensor,
  inputs: Readonly<Record<string, Input>>,
): Promise<{ y: Float32Array; dy: Vector; gradients: Record<string, Float32Array> }> {
  const before = memory().numTensors;
  const tensors = new Map(
    Object.entries(inputs).map(([name, input]) => [
      name,
      tensor(Float32Array.from(input.values), [...input.shape]),
    ]),
  );
  const output = tidy(() => run(Object.fromEntries(tensors)));
  const y = await output.data<"float32">();
  const dy = values(output.size, 99);
  const { value, gradients } = valueAndGradients((p) => {
    const dyTensor = tensor(Float32Array.from(dy), output.shape);
    return sum(mul(run(Object.fromEntries(p)), dyTensor)) as Scalar;
  }, tensors);
  const read: Record<string, Float32Array> = {};
  for (const [name, gradient] of gradients)
    read[name] = Float32Array.from(await gradient.data<"float32">());
  const copy = Float32Array.from(y);
  dispose([output, value, ...tensors.values(), ...gradients.values()]);
  expect(memory().numTensors, "tensors left over").toBe(before);
  return { y: copy, dy, gradients: read };
}

/** Checks an operation against its float64 twin: the values directly, the gradients by finite differences. */
export async function expectMatchesFloat64(
  run: (inputs: Record<string, Tensor>) => Tensor,
  twin: (inputs: Record<string, Vector>) => Vector,
  inputs: Readonly<Record<string, Input>>,
  tolerance = 2e-5,
): Promise<void> {
  const plain = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, input.values]),
  );
  const { y, dy, gradients } = await forwardAndBackward(run, inputs);
  expectClose("value", y, twin(plain), tolerance);
  for (const name of Object.keys(inputs)) {
    const numeric = numericGradient((moved) => twin({ ...plain, [name]: moved }), plain[name]!, dy);
    expectClose(`gradient of ${name}`, gradients[name]!, numeric, tolerance);
  }
}

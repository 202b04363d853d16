// The plain kernels of engine native give the values of the cpu backend, for any shapes.

import { describe, expect, test } from "vitest";
import {
  add,
  concat,
  div,
  mul,
  openEngine,
  pad,
  slice,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  transpose,
} from "../../../src/tensor/index.ts";
import { loadNative } from "../../../src/tensor/native/binding.ts";
import fc from "../../support/property.ts";
import { values } from "../support/float64.ts";

const made = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    Float32Array.from(
      values(
        shape.reduce((a, b) => a * b, 1),
        seed,
      ),
    ),
    [...shape],
  );

/** Runs on both engines; the shapes and the values must be the same. */
async function expectSameOnCpu(run: () => Tensor): Promise<void> {
  const results: { shape: readonly number[]; values: Float32Array }[] = [];
  for (const engine of ["cpu", "native"] as const) {
    await openEngine({ engine, precision: "f32" });
    const result = tidy(run);
    results.push({ shape: result.shape, values: await result.data<"float32">() });
    result.dispose();
  }
  expect(results[1]).toEqual(results[0]);
}

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
/** A shape, and one that broadcasts over it: some lengths are 1, some leading axes are missing. */
const broadcasts = shapes.chain((shape) =>
  fc.record({
    large: fc.constant(shape),
    small: fc
      .tuple(
        fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
        fc.nat(shape.length - 1),
      )
      .map(([ones, drop]) => shape.map((length, i) => (ones[i] ? 1 : length)).slice(drop)),
  }),
);

describe.skipIf("unavailable" in loadNative())("plain kernels of engine native", () => {
  test("broadcasts, in both orders", async () => {
    await fc.assert(
      fc.asyncProperty(broadcasts, async ({ large, small }) => {
        for (const operation of [add, sub, mul, div]) {
          await expectSameOnCpu(() => operation(made(large, 1), made(small, 2)));
          await expectSameOnCpu(() => operation(made(small, 2), made(large, 1)));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("sums over any axes", async () => {
    const cases = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        axes: fc.subarray(
          shape.map((_, i) => i),
          { minLength: 1 },
        ),
        keepDims: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, axes, keepDims }) => {
        await expectSameOnCpu(() => sum(made(shape, 3), axes, keepDims));
      }),
      { numRuns: 60 },
    );
  });

  test("transposes in any order", async () => {
    const cases = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        order: fc.shuffledSubarray(
          shape.map((_, i) => i),
          { minLength: shape.length },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, order }) => {
        await expectSameOnCpu(() => transpose(made(shape, 4), order));
      }),
      { numRuns: 60 },
    );
  });

  test("slices, pads and joins", async () => {
    const cases = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        ends: fc.tuple(...shape.map((length) => fc.tuple(fc.nat(length), fc.nat(length)))),
        paddings: fc.tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(2)))),
        axis: fc.nat(shape.length - 1),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, ends, paddings, axis }) => {
        const begin = ends.map(([a, b]) => Math.min(a, b));
        const lengths = ends.map(([a, b]) => Math.abs(a - b));
        await expectSameOnCpu(() => slice(made(shape, 5), begin, lengths));
        await expectSameOnCpu(() => pad(made(shape, 5), paddings, 0.5));
        await expectSameOnCpu(() => concat([made(shape, 5), made(shape, 6)], axis));
      }),
      { numRuns: 60 },
    );
  });
});

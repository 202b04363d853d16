// What every engine's fused operations must give: the float64 values and finite-difference gradients.

import { describe, expect, test } from "vitest";
import {
  type Activation,
  attention,
  crossEntropy,
  dropout,
  embedding,
  featureAttention,
  layerNorm,
  linear,
  memory,
  rmsNorm,
  rotary,
  stopGradient,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tensor1d,
  tensor2d,
  weightedSum,
} from "../../../src/tensor/index.ts";
import {
  expectClose,
  expectMatchesFloat64,
  forwardAndBackward,
  type Input,
} from "../support/compare.ts";
import {
  attention64,
  crossEntropy64,
  featureAttention64,
  layerNorm64,
  linear64,
  rmsNorm64,
  rotary64,
  values,
} from "../support/float64.ts";

const input = (seed: number, ...shape: number[]): Input => ({
  values: values(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ),
  shape,
});
const two = (x: Tensor | undefined): Tensor2D => x as Tensor2D;
const one = (x: Tensor | undefined): Tensor1D => x as Tensor1D;

/** Declares the tests; the caller has opened the engine in `beforeAll`. */
export function fusedOperationsContract(): void {
  describe("linear", () => {
    const activations: Activation[] = ["none", "relu", "relu2", "gelu"];
    for (const [n, d, o] of [
      [3, 5, 4],
      [1, 1, 1],
      [17, 9, 33],
    ] as const) {
      for (const activation of activations) {
        test(`[${n}, ${d}] to ${o} with ${activation} has the float64 value and gradients`, async () => {
          await expectMatchesFloat64(
            (t) => linear(two(t["x"]), two(t["w"]), one(t["b"]), activation),
            (v) => linear64(v["x"]!, v["w"]!, v["b"]!, n, d, o, activation),
            { x: input(1, n, d), w: input(2, o, d), b: input(3, o) },
          );
        });
      }
    }
    test("goes without a bias", async () => {
      await expectMatchesFloat64(
        (t) => linear(two(t["x"]), two(t["w"]), null, "relu"),
        (v) => linear64(v["x"]!, v["w"]!, null, 4, 3, 2, "relu"),
        { x: input(1, 4, 3), w: input(2, 2, 3) },
      );
    });
    test("names both shapes when the weight does not fit", () => {
      const x = tensor2d([1, 2], [1, 2]);
      const w = tensor2d([1, 2, 3], [1, 3]);
      expect(() => linear(x, w, null)).toThrow("linear: weight: shape [1, 3], expected [O, 2]");
      x.dispose();
      w.dispose();
    });
  });

  describe("norms", () => {
    for (const [n, d] of [
      [3, 8],
      [1, 5],
      [6, 1],
      [2, 37],
    ] as const) {
      test(`layerNorm of [${n}, ${d}] has the float64 value and gradients`, async () => {
        await expectMatchesFloat64(
          (t) => layerNorm(two(t["x"]), one(t["gain"]), one(t["bias"]), 1e-3),
          (v) => layerNorm64(v["x"]!, v["gain"]!, v["bias"]!, n, d, 1e-3),
          { x: input(1, n, d), gain: input(2, d), bias: input(3, d) },
          1e-4,
        );
      });
      test(`rmsNorm of [${n}, ${d}] has the float64 value and gradients`, async () => {
        await expectMatchesFloat64(
          (t) => rmsNorm(two(t["x"]), one(t["gain"]), 1e-3),
          (v) => rmsNorm64(v["x"]!, v["gain"]!, n, d, 1e-3),
          { x: input(1, n, d), gain: input(2, d) },
          1e-4,
        );
      });
    }
    test("rmsNorm goes without a gain", async () => {
      await expectMatchesFloat64(
        (t) => rmsNorm(two(t["x"]), null, 1e-3),
        (v) => rmsNorm64(v["x"]!, null, 3, 6, 1e-3),
        { x: input(4, 3, 6) },
        1e-4,
      );
    });
  });

  test("rotary turns pairs by their position, and its gradient turns back", async () => {
    const positions = Int32Array.from([0, 1, 2, 0, 7]);
    await expectMatchesFloat64(
      (t) => rotary(two(t["x"]), positions, { numHeads: 3 }),
      (v) => rotary64(v["x"]!, positions, 3, 12, 10_000),
      { x: input(1, 5, 12) },
    );
  });

  describe("attention", () => {
    const ragged = Int32Array.from([0, 3, 4, 4, 9]);
    const cases = {
      "one row": { q: [0, 4], k: [0, 4], causal: false },
      "rows of one token": { q: [0, 1, 2, 3], k: [0, 1, 2, 3], causal: true },
      "ragged rows, one empty": { q: [...ragged], k: [...ragged], causal: false },
      "ragged rows, causal": { q: [...ragged], k: [...ragged], causal: true },
      "keys of other lengths": { q: [0, 2, 3, 6], k: [0, 5, 5, 9], causal: false },
      "causal with more keys than queries": { q: [0, 2, 3], k: [0, 5, 7], causal: true },
      "causal with fewer keys than queries": { q: [0, 4, 6], k: [0, 2, 5], causal: true },
    };
    for (const [name, { q, k, causal }] of Object.entries(cases)) {
      test(`${name}: float64 value and gradients`, async () => {
        const plan = {
          numHeads: 2,
          queryOffsets: Int32Array.from(q),
          keyOffsets: Int32Array.from(k),
          causal,
        };
        await expectMatchesFloat64(
          (t) => attention(two(t["q"]), two(t["k"]), two(t["v"]), plan),
          (v) => attention64(v["q"]!, v["k"]!, v["v"]!, 6, plan),
          { q: input(1, q.at(-1)!, 6), k: input(2, k.at(-1)!, 6), v: input(3, k.at(-1)!, 6) },
          1e-4,
        );
      });
    }
    test("a batch without tokens gives no rows", () => {
      const none = tensor2d([], [0, 4]);
      const plan = {
        numHeads: 2,
        queryOffsets: Int32Array.of(0, 0),
        keyOffsets: Int32Array.of(0, 0),
      };
      const out = attention(none, none, none, plan);
      expect(out.shape).toEqual([0, 4]);
      out.dispose();
      none.dispose();
    });
    test("offsets that do not end at the number of tokens are refused", () => {
      const x = tensor2d([1, 2], [1, 2]);
      const plan = {
        numHeads: 1,
        queryOffsets: Int32Array.of(0, 2),
        keyOffsets: Int32Array.of(0, 1),
      };
      expect(() => attention(x, x, x, plan)).toThrow("attention: queryOffsets");
      x.dispose();
    });
  });

  test("featureAttention over ragged rows, one empty, has the float64 value and gradients", async () => {
    const offsets = Int32Array.of(0, 3, 4, 4, 9);
    const positive = (seed: number, ...shape: number[]): Input => {
      const made = input(seed, ...shape);
      return { shape, values: made.values.map((value) => Math.abs(value) + 0.1) };
    };
    await expectMatchesFloat64(
      (t) => featureAttention(two(t["q"]), two(t["k"]), two(t["v"]), { numHeads: 2, offsets }),
      (v) => featureAttention64(v["q"]!, v["k"]!, v["v"]!, 2, offsets),
      { q: positive(1, 9, 10), k: positive(2, 9, 10), v: input(3, 9, 6) },
      1e-4,
    );
  });

  describe("embedding", () => {
    test("the gradient adds up the rows of repeated ids", async () => {
      const ids = Int32Array.of(2, 0, 2, 2, 4);
      await expectMatchesFloat64(
        (t) => embedding(two(t["table"]), ids),
        (v) =>
          Float64Array.from(
            [...ids].flatMap((id) => [...v["table"]!.subarray(id * 3, id * 3 + 3)]),
          ),
        { table: input(1, 5, 3) },
      );
    });
    test("no ids give no rows", () => {
      const table = tensor2d([1, 2], [2, 1]);
      const rows = embedding(table, new Int32Array(0));
      expect(rows.shape).toEqual([0, 1]);
      rows.dispose();
      table.dispose();
    });
    test("an id outside the table is named", () => {
      const table = tensor2d([1, 2], [2, 1]);
      expect(() => embedding(table, Int32Array.of(0, 2))).toThrow("id 2 is outside 0..1");
      table.dispose();
    });
  });

  describe("crossEntropy", () => {
    for (const zLoss of [0, 0.01]) {
      test(`with zLoss ${zLoss} has the float64 value and gradients`, async () => {
        const targets = Int32Array.of(0, 6, 3, 3);
        await expectMatchesFloat64(
          (t) => crossEntropy(two(t["logits"]), targets, { zLoss }),
          (v) => crossEntropy64(v["logits"]!, targets, 7, zLoss),
          { logits: input(5, 4, 7) },
        );
      });
    }
    test("large logits neither overflow nor lose the target", async () => {
      const logits = tensor2d([1000, 0, -1000, 0], [2, 2]);
      const loss = crossEntropy(logits, Int32Array.of(0, 0));
      expectClose("loss", await loss.data(), [0, 1000]);
      loss.dispose();
      logits.dispose();
    });
  });

  test("dropout keeps about 1 - rate of the values, scaled, and its gradient has the same mask", async () => {
    const size = 10_000;
    const ones = { values: new Float64Array(size).fill(1), shape: [size] };
    const { y, dy, gradients } = await forwardAndBackward((t) => dropout(t["x"]!, 0.25, 7), {
      x: ones,
    });
    const kept = y.filter((value) => value !== 0);
    expect(kept.length / size).toBeCloseTo(0.75, 1);
    expect(new Set(kept)).toEqual(new Set([Math.fround(4 / 3)]));
    expectClose(
      "gradient",
      gradients["x"]!,
      dy.map((value, i) => value * y[i]!),
      1e-6,
    );
  });

  test("stopGradient keeps the value and has no gradient", async () => {
    const { y, gradients } = await forwardAndBackward((t) => stopGradient(t["x"]!), {
      x: input(1, 3),
    });
    expect([...y]).toEqual([...Float32Array.from(input(1, 3).values)]);
    expect([...gradients["x"]!]).toEqual([0, 0, 0]);
  });

  test("weightedSum is the dot product with the weights", async () => {
    const before = memory().numTensors;
    const x = tensor1d([1, 2, 3]);
    const total = weightedSum(x, Float32Array.of(0.5, 0, 2));
    expect((await total.data())[0]).toBe(6.5);
    x.dispose();
    total.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test("a scalar made from nothing has no leak", () => {
    const before = memory().numTensors;
    tensor([1]).dispose();
    expect(memory().numTensors).toBe(before);
  });
}

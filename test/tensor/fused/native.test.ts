// Engine native: the contract in float32, then kernels against compositions at real shapes in both precisions.

import { beforeAll, describe, expect, test } from "vitest";
import { composeAttention } from "../../../src/tensor/fused/attention.ts";
import { composeCrossEntropy } from "../../../src/tensor/fused/cross-entropy.ts";
import { composeLinear } from "../../../src/tensor/fused/linear.ts";
import { composeLayerNorm, composeRmsNorm } from "../../../src/tensor/fused/norm.ts";
import {
  attention,
  crossEntropy,
  embedding,
  layerNorm,
  linear,
  openEngine,
  rmsNorm,
  rotary,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from "../../../src/tensor/index.ts";
import { loadNative } from "../../../src/tensor/native/binding.ts";
import { expectClose, forwardAndBackward, type Input } from "../support/compare.ts";
import { values } from "../support/float64.ts";
import { fusedOperationsContract } from "./fused-operations.contract.ts";

const native = loadNative();
const reason = "unavailable" in native ? ` (skipped: ${native.unavailable})` : "";

const input = (seed: number, ...shape: number[]): Input => ({
  values: values(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ),
  shape,
});
const two = (x: Tensor | undefined): Tensor2D => x as Tensor2D;
const one = (x: Tensor | undefined): Tensor1D => x as Tensor1D;

describe.skipIf(reason !== "")(`on engine native${reason}`, () => {
  describe("in float32", () => {
    beforeAll(async () => {
      await openEngine({ engine: "native", precision: "f32" });
    });
    fusedOperationsContract();
  });

  // bf16 keeps 8 bits: one rounding of an operand is 0.4 % at most, and they average out.
  describe.each([
    { precision: "f32" as const, tolerance: 1e-5 },
    { precision: "bf16" as const, tolerance: 1.5e-2 },
  ])("against the compositions, $precision", ({ precision, tolerance }) => {
    beforeAll(async () => {
      await openEngine({ engine: "native", precision });
    });

    async function expectSame(
      fused: (t: Record<string, Tensor>) => Tensor,
      composed: (t: Record<string, Tensor>) => Tensor,
      inputs: Record<string, Input>,
    ): Promise<void> {
      await openEngine({ engine: "native", precision });
      const ours = await forwardAndBackward(fused, inputs);
      await openEngine({ engine: "wasm" });
      const theirs = await forwardAndBackward(composed, inputs);
      await openEngine({ engine: "native", precision });
      expectClose("value", ours.y, theirs.y, tolerance);
      for (const name of Object.keys(inputs)) {
        expectClose(
          `gradient of ${name}`,
          ours.gradients[name]!,
          theirs.gradients[name]!,
          tolerance,
        );
      }
    }

    for (const activation of ["none", "relu2", "gelu"] as const) {
      test(`linear of 301 tokens from 256 to 1024 with ${activation}`, async () => {
        await expectSame(
          (t) => linear(two(t["x"]), two(t["w"]), one(t["b"]), activation),
          (t) => composeLinear(two(t["x"]), two(t["w"]), one(t["b"]), activation),
          { x: input(1, 301, 256), w: input(2, 1024, 256), b: input(3, 1024) },
        );
      });
    }
    test("layerNorm and rmsNorm of 301 tokens of 512", async () => {
      const inputs = { x: input(1, 301, 512), gain: input(2, 512), bias: input(3, 512) };
      await expectSame(
        (t) => layerNorm(two(t["x"]), one(t["gain"]), one(t["bias"]), 1e-5),
        (t) => composeLayerNorm(two(t["x"]), one(t["gain"]), one(t["bias"]), 1e-5),
        inputs,
      );
      await expectSame(
        (t) => rmsNorm(two(t["x"]), one(t["gain"]), 1e-6),
        (t) => composeRmsNorm(two(t["x"]), one(t["gain"]), 1e-6),
        { x: inputs.x, gain: inputs.gain },
      );
    });
    for (const causal of [false, true]) {
      test(`attention over ragged rows of 1 to 200 tokens, causal ${causal}`, async () => {
        const offsets = Int32Array.of(0, 1, 1, 18, 218, 301);
        const plan = {
          numHeads: 4,
          queryOffsets: offsets,
          keyOffsets: offsets,
          causal,
          scale: 1 / Math.sqrt(32),
        };
        await expectSame(
          (t) => attention(two(t["q"]), two(t["k"]), two(t["v"]), plan),
          (t) => composeAttention(two(t["q"]), two(t["k"]), two(t["v"]), plan),
          { q: input(1, 301, 128), k: input(2, 301, 128), v: input(3, 301, 128) },
        );
      });
    }
    test("cross attention of 7 queries a row over long rows", async () => {
      const plan = {
        numHeads: 8,
        queryOffsets: Int32Array.of(0, 7, 14, 21),
        keyOffsets: Int32Array.of(0, 100, 101, 400),
        causal: false,
        scale: 1 / Math.sqrt(32),
      };
      await expectSame(
        (t) => attention(two(t["q"]), two(t["k"]), two(t["v"]), plan),
        (t) => composeAttention(two(t["q"]), two(t["k"]), two(t["v"]), plan),
        { q: input(1, 21, 256), k: input(2, 400, 256), v: input(3, 400, 256) },
      );
    });
    test("crossEntropy over 1,300 ids", async () => {
      const targets = Int32Array.from({ length: 50 }, (_, n) => (n * 37) % 1300);
      await expectSame(
        (t) => crossEntropy(two(t["logits"]), targets, { zLoss: 1e-3 }),
        (t) => composeCrossEntropy(two(t["logits"]), targets, 1e-3),
        { logits: input(1, 50, 1300) },
      );
    });
    test("embedding and rotary together leave no tensor and no buffer in two places", async () => {
      const ids = Int32Array.from({ length: 301 }, (_, n) => (n * 7) % 50);
      const positions = Int32Array.from({ length: 301 }, (_, n) => n);
      const run = (t: Record<string, Tensor>): Tensor =>
        rotary(embedding(two(t["table"]), ids), positions, { numHeads: 4 });
      await expectSame(run, run, { table: input(1, 50, 256) });
    });
  });

  test("a batch without rows gives no rows and zero gradients", async () => {
    await openEngine({ engine: "native" });
    const inputs = { x: input(1, 0, 8), w: input(2, 4, 8), b: input(3, 4), gain: input(4, 8) };
    const none = new Int32Array(0);
    const { y, gradients } = await forwardAndBackward((t) => {
      const turned = rotary(rmsNorm(two(t["x"]), one(t["gain"]), 1e-6), none, { numHeads: 2 });
      return crossEntropy(linear(turned, two(t["w"]), one(t["b"]), "gelu"), none);
    }, inputs);
    expect(y.length).toBe(0);
    for (const name of ["w", "b", "gain"]) {
      expect(
        gradients[name]!.every((value) => value === 0),
        name,
      ).toBe(true);
    }
  });

  test("the same bits with one thread and with two", async () => {
    const inputs = { x: input(1, 301, 256), w: input(2, 300, 256), b: input(3, 300) };
    const run = (t: Record<string, Tensor>): Tensor =>
      linear(two(t["x"]), two(t["w"]), one(t["b"]), "relu2");
    await openEngine({ engine: "native", threads: 1 });
    const single = await forwardAndBackward(run, inputs);
    await openEngine({ engine: "native", threads: 2 });
    expect(await forwardAndBackward(run, inputs)).toEqual(single);
  });
});

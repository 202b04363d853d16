import { beforeAll, expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { fillOrthogonal } from "../../src/model/declaration.ts";
import { favorAttention } from "../../src/model/favor.ts";
import { attention, openEngine, tensor2d, tidy } from "../../src/tensor/index.ts";

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
});

function normal(name: string, rows: number, width: number, std: number): Float32Array {
  const random = new Random(name);
  return Float32Array.from({ length: rows * width }, () => std * random.normal());
}

test("the softmax kernel approaches exact attention as features grow", () => {
  const [L, D, numHeads] = [12, 16, 2];
  const offsets = Int32Array.of(0, 5, L);
  const errorOf = (numFeatures: number): number => {
    const directions = new Float32Array(numFeatures * (D / numHeads));
    fillOrthogonal(directions, D / numHeads, new Random("directions", numFeatures));
    return tidy(() => {
      const [q, k, v] = ["q", "k", "v"].map((name) =>
        tensor2d(normal(name, L, D, 0.6), [L, D]),
      ) as [ReturnType<typeof tensor2d>, ReturnType<typeof tensor2d>, ReturnType<typeof tensor2d>];
      const features = tensor2d(directions, [numFeatures, D / numHeads]);
      const options = { numHeads, offsets, kernel: "softmax", keyMaximum: "head" } as const;
      const approximate = favorAttention(q, k, v, features, options).dataSync();
      const exact = attention(q, k, v, {
        numHeads,
        queryOffsets: offsets,
        keyOffsets: offsets,
      }).dataSync();
      return Math.hypot(...exact.map((value, i) => value - approximate[i]!)) / Math.hypot(...exact);
    });
  };
  const [few, many] = [errorOf(16), errorOf(1024)];
  expect(many).toBeLessThan(0.06);
  expect(many).toBeLessThan(few);
});

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

test("a row of many blocks gives the sums of the definition", () => {
  const [L, K, M] = [4500, 2, 3];
  const [q, k, v] = ["q", "k", "v"].map((name) => normal(name, L, K, 0.5)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const directions = normal("directions", M, K, 1);
  const phi = (x: Float32Array, token: number): number[] =>
    Array.from({ length: M }, (_, m) => {
      let along = 0;
      for (let d = 0; d < K; d++) along += x[token * K + d]! * directions[m * K + d]!;
      return Math.max(0, along / Math.sqrt(M)) + 1e-3;
    });
  const memory = Array.from({ length: M }, () => [0, 0, 0]);
  for (let token = 0; token < L; token++) {
    phi(k, token).forEach((feature, m) => {
      for (let d = 0; d < K; d++) memory[m]![d]! += feature * v[token * K + d]!;
      memory[m]![K]! += feature;
    });
  }
  const run = (kernel: "relu" | "softmax"): Float32Array =>
    tidy(() => {
      const [qt, kt, vt] = [q, k, v].map((x) => tensor2d(x, [L, K]));
      const options = {
        numHeads: 1,
        offsets: Int32Array.of(0, L),
        kernel,
        keyMaximum: "head",
      } as const;
      return Float32Array.from(
        favorAttention(qt!, kt!, vt!, tensor2d(directions, [M, K]), options).dataSync(),
      );
    });
  const actual = run("relu");
  for (const token of [0, 4095, 4096, L - 1]) {
    const features = phi(q, token);
    const sums = [0, 1, 2].map((d) => features.reduce((s, f, m) => s + f * memory[m]![d]!, 0));
    expect(actual[token * K]!).toBeCloseTo(sums[0]! / sums[2]!, 4);
    expect(actual[token * K + 1]!).toBeCloseTo(sums[1]! / sums[2]!, 4);
  }
  // The softmax kernel's blocks must share one maximum: a jump at their border would show.
  const soft = run("softmax");
  expect(soft.every((value) => Number.isFinite(value) && Math.abs(value) < 1)).toBe(true);
});

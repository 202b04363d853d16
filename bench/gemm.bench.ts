// Matrix products on one thread, against the multiply-adds that registers alone give: the shapes of the
// issue, those of forward and backward passes, and small and odd ones.

import { printTable, randomFloats } from "./measure.ts";
import { PRECISIONS, requireNative } from "./native.ts";

// Op of a and b, then m x n x k.
const SHAPES = [
  ["NT", 2048, 512, 2048],
  ["NN", 2048, 512, 2048],
  ["TN", 2048, 512, 2048],
  ["NT", 4096, 256, 256],
  ["NT", 4096, 1024, 256],
  ["NN", 4096, 256, 1024],
  ["TN", 1024, 256, 4096],
  ["NT", 640, 128, 128],
  ["TN", 512, 128, 640],
  ["NT", 128, 512, 512],
  ["NT", 67, 101, 259],
  ["NT", 16, 512, 512],
  ["NT", 1, 512, 512],
] as const;

export function main(): void {
  const native = requireNative(1);
  for (const { precision, label } of PRECISIONS) {
    const limit = native.peakGflops(precision, 300);
    const cases = SHAPES.map(([op, m, n, k]) => {
      const [a, b, c] = [randomFloats(m * k), randomFloats(k * n), new Float32Array(m * n)];
      return {
        name: `${label} ${op} ${m}x${n}x${k}`,
        work: 2 * m * n * k,
        limit,
        run: () => native.gemm(op[0] === "T", op[1] === "T", m, n, k, a, b, c, 0, precision),
      };
    });
    const title = `matrix products, ${native.info().path}, 1 thread`;
    printTable(cases, { title, unit: "GFLOP/s", scale: 1e9 });
  }
}

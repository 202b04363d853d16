// Rows of a matrix by index, and the sum of rows by index. No gradients: the callers have their own.
// Shape letters: N rows of x, M rows wanted, D width.

import {
  gather,
  getBackend,
  mul,
  type Tensor2D,
  tensor1d,
  tensor2d,
  unsortedSegmentSum,
} from "@tensorflow/tfjs-core";
import { scatterAddRows } from "../flat/index.ts";

// Engines whose values the host can read at once. Their own gather computes every index from scratch; wasm has
// no UnsortedSegmentSum, and that of the cpu engine passes over all of x once for each row of the result.
const ON_HOST: ReadonlySet<string> = new Set(["cpu", "wasm", "native"]);

/** Row `rows[m]` of x for each m; -1 gives zeros. */
export function takeRows(x_ND: Tensor2D, rows: Int32Array): Tensor2D {
  const [M, D] = [rows.length, x_ND.shape[1]];
  if (M === 0) return tensor2d([], [0, D], "float32");
  if (ON_HOST.has(getBackend())) {
    const x = x_ND.dataSync<"float32">();
    const out = new Float32Array(M * D);
    rows.forEach((row, m) => {
      if (row >= 0) out.set(x.subarray(row * D, (row + 1) * D), m * D);
    });
    return tensor2d(out, [M, D]);
  }
  const taken_MD: Tensor2D = gather(
    x_ND,
    tensor1d(
      rows.map((row) => Math.max(row, 0)),
      "int32",
    ),
  );
  if (!rows.includes(-1)) return taken_MD;
  const real = Float32Array.from(rows, (row) => (row < 0 ? 0 : 1));
  return mul(taken_MD, tensor2d(real, [M, 1]));
}

/** Sums rows of x by index: out[rows[n]] += x[n], `[numRows, D]`, in the order of n where the host adds. */
export function addRows(x_ND: Tensor2D, rows: Int32Array, numRows: number): Tensor2D {
  const D = x_ND.shape[1];
  if (ON_HOST.has(getBackend()) || rows.length === 0) {
    const out = new Float32Array(numRows * D);
    if (rows.length > 0) scatterAddRows(out, x_ND.dataSync<"float32">(), rows, D);
    return tensor2d(out, [numRows, D]);
  }
  return unsortedSegmentSum(x_ND, tensor1d(rows, "int32"), numRows);
}

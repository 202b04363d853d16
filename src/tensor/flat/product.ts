// Matrix products over flat arrays, for optimizers that need them (Muon). Unlike the other flat kernels the
// bits depend on the kernel path: equal within one numeric class, as the engines' products are.

import { arch } from "node:process";
import { acceleratedKernels } from "./accelerated.ts";

/** The binding's number for float32. */
const F32_PRECISION = 0;

export interface ProductShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** b is stored `[n, k]`. */
  readonly transB?: boolean;
}

/** c = a b for a `[m, k]` and b `[k, n]`, in float32. c must not overlap a or b. */
export function productInto(
  c: Float32Array,
  a: Float32Array,
  b: Float32Array,
  { m, n, k, transB = false }: ProductShape,
): void {
  const native = acceleratedKernels();
  if (native !== undefined) {
    native.gemm(false, transB, m, n, k, a, b, c, 0, F32_PRECISION);
    return;
  }
  c.fill(0, 0, m * n);
  for (let i = 0; i < m; i++) {
    for (let t = 0; t < k; t++) {
      const factor = a[i * k + t]!;
      if (transB) for (let j = 0; j < n; j++) c[i * n + j]! += factor * b[j * k + t]!;
      else for (let j = 0; j < n; j++) c[i * n + j]! += factor * b[t * n + j]!;
    }
  }
}

/** Names the arithmetic of {@link productInto} in this process: equal classes give equal bits. */
export function productClass(): string {
  const native = acceleratedKernels();
  if (native === undefined) return "plain";
  const { path, build = "unnamed" } = native.info();
  // In float32 these paths compute as AVX-512 does.
  const isAvx512 = path === "amx" || path === "avx512bf16";
  return `native/${arch}/${isAvx512 ? "avx512" : path}/${build}`;
}

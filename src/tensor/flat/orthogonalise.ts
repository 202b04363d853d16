// Muon's orthogonalisation (Jordan et al., 2024) over flat arrays. Unlike the other flat kernels the bits depend on
// the kernel path: equal within one numeric class, as the engines' products are.

import { arch } from "node:process";
import { acceleratedKernels } from "./accelerated.ts";

/** Quintic Newton-Schulz coefficients: singular values land near 1 within five steps. */
const [A, B, C] = [3.4445, -4.775, 2.0315];
const NUM_STEPS = 5;
const SMALLEST_NORM = 1e-7;
/** The binding's number for float32. */
const F32_PRECISION = 0;

/** A matrix `[rows, columns]` of the same singular vectors whose singular values are all near 1. */
export function orthogonalise(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const native = acceleratedKernels();
  if (native === undefined) return orthogonaliseHere(matrix, rows, columns);
  const out = new Float32Array(matrix.length);
  native.newtonSchulz(matrix, out, rows, columns, NUM_STEPS, F32_PRECISION);
  return out;
}

/** Names the arithmetic of {@link orthogonalise} in this process: equal classes give equal bits. */
export function orthogonaliseClass(): string {
  const native = acceleratedKernels();
  if (native === undefined) return "plain";
  const { path, build = "unnamed" } = native.info();
  // In float32 these paths compute as AVX-512 does.
  const isAvx512 = path === "amx" || path === "avx512bf16";
  return `native/${arch}/${isAvx512 ? "avx512" : path}/${build}`;
}

function orthogonaliseHere(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const isTall = rows > columns;
  const [m, n] = isTall ? [columns, rows] : [rows, columns];
  let x = isTall ? transposed(matrix, rows, columns) : Float32Array.from(matrix);
  const norm = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0)) + SMALLEST_NORM;
  for (let i = 0; i < x.length; i++) x[i]! /= norm;
  for (let step = 0; step < NUM_STEPS; step++) {
    const gram = product(x, transposed(x, m, n), m, m, n);
    const square = product(gram, gram, m, m, m);
    for (let i = 0; i < square.length; i++) square[i] = B * gram[i]! + C * square[i]!;
    const next = product(square, x, m, n, m);
    for (let i = 0; i < next.length; i++) next[i]! += A * x[i]!;
    x = next;
  }
  return isTall ? transposed(x, columns, rows) : x;
}

/** a b for a `[m, k]` and b `[k, n]`. */
function product(
  a: Float32Array,
  b: Float32Array,
  m: number,
  n: number,
  k: number,
): Float32Array<ArrayBuffer> {
  const c = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let t = 0; t < k; t++) {
      const factor = a[i * k + t]!;
      for (let j = 0; j < n; j++) c[i * n + j]! += factor * b[t * n + j]!;
    }
  }
  return c;
}

function transposed(
  matrix: Float32Array,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j]!;
  }
  return out;
}

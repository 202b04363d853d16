// Rotary position embedding (Su et al., 2021) on interleaved pairs (2i, 2i+1) inside each head.
// Shape letters: N tokens, H heads, K width of one head, R = N H.

import {
  add,
  matMul,
  mul,
  reshape,
  type Tensor2D,
  tensor,
  tensor2d,
  tidy,
} from "@tensorflow/tfjs-core";
import { ShapeError } from "../../core/index.ts";
import { expectLength, expectShape } from "../shape.ts";
import { hasKernel, runFused } from "./registry.ts";
import { withGradient } from "./with-gradient.ts";

export const ROTARY = "AuspexRotary";

export interface RotaryOptions {
  readonly numHeads: number;
  /** Wavelength base; 10000 unless said otherwise. */
  readonly base?: number;
}

export interface RotaryAttributes extends Required<RotaryOptions> {
  readonly positions: Int32Array;
  /** Turns back. */
  readonly inverse: boolean;
}

/**
 * Rotates each pair by position · base^(-2i/K). The gradient is the rotation back.
 *
 * @param x_ND Heads side by side, `D = numHeads * K`, K even.
 * @param positions Position of each token inside its row, `[N]`.
 * @returns `[N, D]`. The caller disposes it.
 * @throws {ShapeError} when D is not numHeads times an even width, or positions are not `[N]`.
 */
export function rotary(x_ND: Tensor2D, positions: Int32Array, options: RotaryOptions): Tensor2D {
  const [N, D] = x_ND.shape;
  const { numHeads, base = 10_000 } = options;
  expectShape("rotary: x", x_ND.shape, ["N", "D"]);
  expectLength("rotary: positions", positions, N);
  if (D % (2 * numHeads) !== 0) {
    throw new ShapeError("rotary: D", [D], [`numHeads (${numHeads}) times an even head width`]);
  }
  if (hasKernel(ROTARY)) {
    const attributes: RotaryAttributes = { positions, numHeads, base, inverse: false };
    return runFused(ROTARY, { x: x_ND }, { ...attributes });
  }
  return tidy(() => composeRotary(x_ND, positions, numHeads, base));
}

/** `rotary` in plain operations. */
function composeRotary(
  x_ND: Tensor2D,
  positions: Int32Array,
  numHeads: number,
  base: number,
): Tensor2D {
  return withGradient(
    x_ND,
    (x) => rotate(x, positions, numHeads, base, 1),
    (dy) => rotate(dy, positions, numHeads, base, -1),
  );
}

function rotate(
  x_ND: Tensor2D,
  positions: Int32Array,
  numHeads: number,
  base: number,
  direction: 1 | -1,
): Tensor2D {
  const [N, D] = x_ND.shape;
  if (N === 0) return x_ND.clone();
  const K = D / numHeads;
  const table = rotaryTable(positions, K, base);
  const cos_N1K = tensor(table.cos, [N, 1, K]);
  const sin_N1K = mul(tensor(table.sin, [N, 1, K]), direction);
  // (a, b) of each pair becomes (-b, a) by a product with a matrix of 0, 1 and -1, which is exact; cutting
  // pairs apart and joining them again takes several times as long.
  const x_RK = reshape(x_ND, [N * numHeads, K]);
  const crossed_RK = matMul(x_RK, tensor2d(crossingMatrix(K), [K, K]));
  const heads = [N, numHeads, K];
  const turned_NHK = add(
    mul(reshape(x_RK, heads), cos_N1K),
    mul(reshape(crossed_RK, heads), sin_N1K),
  );
  return reshape(turned_NHK, [N, D]);
}

function crossingMatrix(K: number): Float32Array {
  const matrix = new Float32Array(K * K);
  for (let i = 0; i < K; i += 2) {
    matrix[(i + 1) * K + i] = -1;
    matrix[i * K + i + 1] = 1;
  }
  return matrix;
}

/**
 * Cosines and sines of each token's angles, one for each value of a head, `[N, K]`. Frequencies and angles are rounded to float32 before
 * the cosine, as the reference implementation does: at position 2,000 that shows in the fourth digit.
 */
function rotaryTable(
  positions: Int32Array,
  headDim: number,
  base: number,
): { readonly cos: Float32Array; readonly sin: Float32Array } {
  const cos = new Float32Array(positions.length * headDim);
  const sin = new Float32Array(positions.length * headDim);
  for (let i = 0; i < headDim; i += 2) {
    const frequency = Math.fround(1 / base ** (i / headDim));
    for (let n = 0; n < positions.length; n++) {
      const angle = Math.fround(positions[n]! * frequency);
      const at = n * headDim + i;
      cos.fill(Math.cos(angle), at, at + 2);
      sin.fill(Math.sin(angle), at, at + 2);
    }
  }
  return { cos, sin };
}

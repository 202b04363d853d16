// Rotary position embedding (Su et al., 2021) on interleaved pairs (2i, 2i+1) inside each head.
// Shape letters: N tokens, H heads, K width of one head, P = K/2 pairs.

import {
  add,
  concat,
  mul,
  reshape,
  slice,
  sub,
  tensor,
  tidy,
  type Tensor2D,
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
  const P = D / numHeads / 2;
  const table = rotaryTable(positions, 2 * P, base);
  const cos_N1P1 = tensor(table.cos, [N, 1, P, 1]);
  const sin_N1P1 = mul(tensor(table.sin, [N, 1, P, 1]), direction);
  const pairs_NHP2 = reshape(x_ND, [N, numHeads, P, 2]);
  const first = slice(pairs_NHP2, [0, 0, 0, 0], [N, numHeads, P, 1]);
  const second = slice(pairs_NHP2, [0, 0, 0, 1], [N, numHeads, P, 1]);
  const turned = concat(
    [
      sub(mul(first, cos_N1P1), mul(second, sin_N1P1)),
      add(mul(first, sin_N1P1), mul(second, cos_N1P1)),
    ],
    3,
  );
  return reshape(turned, [N, D]);
}

/**
 * Cosines and sines of each token's angles, `[N, K/2]`. Frequencies and angles are rounded to float32 before
 * the cosine, as the reference implementation does: at position 2,000 that shows in the fourth digit.
 */
function rotaryTable(
  positions: Int32Array,
  headDim: number,
  base: number,
): { readonly cos: Float32Array; readonly sin: Float32Array } {
  const P = headDim / 2;
  const cos = new Float32Array(positions.length * P);
  const sin = new Float32Array(positions.length * P);
  for (let i = 0; i < P; i++) {
    const frequency = Math.fround(1 / base ** ((2 * i) / headDim));
    for (let n = 0; n < positions.length; n++) {
      const angle = Math.fround(positions[n]! * frequency);
      cos[n * P + i] = Math.cos(angle);
      sin[n * P + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

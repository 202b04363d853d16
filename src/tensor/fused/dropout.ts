// Inverted dropout whose mask is named by a seed, so that every machine drops the same values.

import { mul, type Rank, type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import { InputError } from "../../core/index.ts";
import { hasKernel, runFused } from "./registry.ts";

export const DROPOUT = "AuspexDropout";

/**
 * Zeroes each value with probability `rate` and scales the rest by 1 / (1 - rate).
 *
 * @param seed Names the mask, a 32-bit integer; the same seed and size give the same mask on every engine.
 * @returns The shape of x. The caller disposes it.
 * @throws {InputError} when `rate` is outside [0, 1).
 */
export function dropout<R extends Rank>(x: Tensor<R>, rate: number, seed: number): Tensor<R> {
  if (!(rate >= 0 && rate < 1)) throw new InputError(`dropout: rate ${rate} is outside [0, 1)`);
  if (rate === 0) return x.clone();
  if (hasKernel(DROPOUT)) return runFused(DROPOUT, { x }, { rate, seed });
  return tidy(() => mul(x, tensor(dropoutMask(x.size, rate, seed), x.shape)));
}

/**
 * The factors: 0 or 1 / (1 - rate). Value i is kept when a hash of (seed, i) reaches rate * 2^32, so that any
 * part of the mask can be computed on its own (native/API.md has the same hash).
 */
function dropoutMask(size: number, rate: number, seed: number): Float32Array {
  const threshold = Math.floor(rate * 2 ** 32);
  const kept = Math.fround(1 / (1 - rate));
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let h = Math.imul(i, 0x9e3779b1) ^ seed;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    mask[i] = (h ^ (h >>> 16)) >>> 0 >= threshold ? kept : 0;
  }
  return mask;
}

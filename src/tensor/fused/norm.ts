// Layer norm and RMS norm over the last axis, in float32. Shape letters: N rows, D width.

import {
  add,
  mean,
  mul,
  rsqrt,
  square,
  sub,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from "@tensorflow/tfjs-core";
import { expectShape } from "../shape.ts";
import { hasKernel, runFused } from "./registry.ts";

export const LAYER_NORM = "AuspexLayerNorm";
export const RMS_NORM = "AuspexRmsNorm";
export const RMS_NORM_PLAIN = "AuspexRmsNormPlain";

/**
 * (x - mean) / sqrt(variance + epsilon) * gain + bias, with the biased variance of each row.
 *
 * @returns `[N, D]`. The caller disposes it.
 * @throws {ShapeError} when gain or bias are not `[D]`.
 */
export function layerNorm(
  x_ND: Tensor2D,
  gain_D: Tensor1D,
  bias_D: Tensor1D,
  epsilon: number,
): Tensor2D {
  expectShape("layerNorm: x", x_ND.shape, ["N", "D"]);
  expectShape("layerNorm: gain", gain_D.shape, [x_ND.shape[1]]);
  expectShape("layerNorm: bias", bias_D.shape, [x_ND.shape[1]]);
  if (!hasKernel(LAYER_NORM)) return tidy(() => composeLayerNorm(x_ND, gain_D, bias_D, epsilon));
  return runFused(LAYER_NORM, { x: x_ND, gain: gain_D, bias: bias_D }, { epsilon });
}

/**
 * x / sqrt(mean(x²) + epsilon) * gain (Zhang and Sennrich, 2019).
 *
 * @param gain_D Gain, or null for none.
 * @returns `[N, D]`. The caller disposes it.
 * @throws {ShapeError} when gain is not `[D]`.
 */
export function rmsNorm(x_ND: Tensor2D, gain_D: Tensor1D | null, epsilon: number): Tensor2D {
  expectShape("rmsNorm: x", x_ND.shape, ["N", "D"]);
  if (gain_D !== null) expectShape("rmsNorm: gain", gain_D.shape, [x_ND.shape[1]]);
  const name = gain_D === null ? RMS_NORM_PLAIN : RMS_NORM;
  if (!hasKernel(name)) return tidy(() => composeRmsNorm(x_ND, gain_D, epsilon));
  return runFused(name, { x: x_ND, gain: gain_D ?? undefined }, { epsilon });
}

/** `layerNorm` in plain operations. */
export function composeLayerNorm(
  x_ND: Tensor2D,
  gain_D: Tensor1D,
  bias_D: Tensor1D,
  epsilon: number,
): Tensor2D {
  const centred_ND = sub(x_ND, mean(x_ND, 1, true));
  const variance_N1 = mean(square(centred_ND), 1, true);
  const normal_ND = mul(centred_ND, rsqrt(add(variance_N1, epsilon)));
  return add(mul(normal_ND, gain_D), bias_D);
}

/** `rmsNorm` in plain operations. */
export function composeRmsNorm(x_ND: Tensor2D, gain_D: Tensor1D | null, epsilon: number): Tensor2D {
  const meanSquare_N1 = mean(square(x_ND), 1, true);
  const normal_ND: Tensor2D = mul(x_ND, rsqrt(add(meanSquare_N1, epsilon)));
  return gain_D === null ? normal_ND : mul(normal_ND, gain_D);
}

// AdamW (Loshchilov and Hutter, 2019) on flat arrays, in float32 with one rounding after every operation.

import { expectLength } from "../shape.ts";
import { acceleratedKernels } from "./accelerated.ts";

export interface AdamwOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** [begin, end) pairs, ascending, where weight decay applies. */
  readonly decayRanges: Int32Array;
  /** Counts from 1. */
  readonly step: number;
  /** Factor of the gradient: clipping and the division by the weight in one. */
  readonly gradScale: number;
}

/** One step, in place on `params`, `m` and `v`; `grads` is not changed. */
export function adamwStep(
  params: Float32Array,
  grads: Float32Array,
  m: Float32Array,
  v: Float32Array,
  options: AdamwOptions,
): void {
  expectLength("adamwStep: grads", grads, params.length);
  expectLength("adamwStep: m", m, params.length);
  expectLength("adamwStep: v", v, params.length);
  const { learningRate, beta1, beta2, epsilon, weightDecay, decayRanges, step, gradScale } =
    options;
  const native = acceleratedKernels();
  if (native !== undefined) {
    native.adamwStep(
      params,
      grads,
      m,
      v,
      decayRanges,
      learningRate,
      beta1,
      beta2,
      epsilon,
      weightDecay,
      step,
      gradScale,
    );
    return;
  }
  const f = Math.fround;
  const scale = f(gradScale);
  const [b1, oneMinusB1] = [f(beta1), f(1 - beta1)];
  const [b2, oneMinusB2] = [f(beta2), f(1 - beta2)];
  const c1 = f(1 / (1 - beta1 ** step));
  const c2 = f(1 / (1 - beta2 ** step));
  const [rate, eps] = [f(learningRate), f(epsilon)];
  const keep = f(1 - learningRate * weightDecay);
  let range = 0;
  for (let i = 0; i < params.length; i++) {
    const g = f(grads[i]! * scale);
    const mi = f(f(b1 * m[i]!) + f(oneMinusB1 * g));
    const vi = f(f(b2 * v[i]!) + f(oneMinusB2 * f(g * g)));
    m[i] = mi;
    v[i] = vi;
    const update = f(f(mi * c1) / f(f(Math.sqrt(f(vi * c2))) + eps));
    while (range < decayRanges.length && i >= decayRanges[range + 1]!) range += 2;
    const decays = range < decayRanges.length && i >= decayRanges[range]!;
    const p = decays ? f(params[i]! * keep) : params[i]!;
    params[i] = p - f(rate * update);
  }
}

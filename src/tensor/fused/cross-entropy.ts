// Softmax cross-entropy of each token, with the z-loss of PaLM (Chowdhery et al., 2022).
// Shape letters: N tokens, V vocabulary.

import {
  add,
  div,
  exp,
  expandDims,
  log,
  max,
  mul,
  reshape,
  square,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
  tidy,
} from "@tensorflow/tfjs-core";
import { InputError } from "../../core/index.ts";
import { expectLength, expectShape } from "../shape.ts";
import { hasKernel, runFused } from "./registry.ts";
import { withGradient } from "./with-gradient.ts";

export const CROSS_ENTROPY = "AuspexCrossEntropy";

export interface CrossEntropyAttributes {
  readonly targets: Int32Array;
  readonly zLoss: number;
}

/**
 * -log softmax(logits)[target] + zLoss * logsumexp(logits)², per token.
 *
 * @param targets Target id of each token, `[N]`.
 * @returns `[N]`. The caller disposes it.
 * @throws {ShapeError} when targets are not `[N]`. @throws {InputError} when a target is outside 0..V-1.
 */
export function crossEntropy(
  logits_NV: Tensor2D,
  targets: Int32Array,
  options: { readonly zLoss?: number } = {},
): Tensor1D {
  expectShape("crossEntropy: logits", logits_NV.shape, ["N", "V"]);
  const [N, V] = logits_NV.shape;
  expectLength("crossEntropy: targets", targets, N);
  for (const target of targets) {
    if (!(target >= 0 && target < V)) {
      throw new InputError(`crossEntropy: target ${target} is outside 0..${V - 1}`);
    }
  }
  const { zLoss = 0 } = options;
  if (hasKernel(CROSS_ENTROPY)) {
    return runFused(CROSS_ENTROPY, { logits: logits_NV }, { targets, zLoss });
  }
  return tidy(() => composeCrossEntropy(logits_NV, targets, zLoss));
}

/** `crossEntropy` in plain operations. d loss / d logits = softmax * (1 + 2 zLoss lse) - one_hot(target). */
export function composeCrossEntropy(
  logits_NV: Tensor2D,
  targets: Int32Array,
  zLoss: number,
): Tensor1D {
  const [N, V] = logits_NV.shape;
  if (N === 0) return mul(sum(logits_NV, 1), 0);
  return withGradient<Tensor2D, Tensor1D>(
    logits_NV,
    (logits, save) => {
      const target_NV = tensor2d(oneHotRows(targets, V), [N, V]);
      const largest_N1 = max(logits, 1, true);
      const shifted_NV = exp(sub(logits, largest_N1));
      const total_N1 = sum(shifted_NV, 1, true);
      const lse_N1 = add(log(total_N1), largest_N1);
      const nll_N: Tensor1D = sub(reshape(lse_N1, [N]), sum(mul(logits, target_NV), 1));
      const gradient_NV = sub(
        mul(div(shifted_NV, total_N1), add(mul(lse_N1, 2 * zLoss), 1)),
        target_NV,
      );
      save([gradient_NV]);
      return zLoss === 0 ? nll_N : add(nll_N, mul(square(reshape(lse_N1, [N])), zLoss));
    },
    (dy, saved) => mul(saved[0]!, expandDims(dy, 1)),
  );
}

// On the host: tfjs' one-hot of the wasm engine writes integers whatever type is asked for.
function oneHotRows(targets: Int32Array, V: number): Float32Array {
  const rows = new Float32Array(targets.length * V);
  targets.forEach((target, n) => {
    rows[n * V + target] = 1;
  });
  return rows;
}

// y = act(x wᵀ + b): one pass over the output on engines with the kernel.
// Shape letters: N rows, D input width, O output width.

import {
  add,
  customGrad,
  type GradSaveFunc,
  matMul,
  mul,
  relu,
  square,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tanh,
  tidy,
  transpose,
} from "@tensorflow/tfjs-core";
import { expectShape } from "../shape.ts";
import { hasKernel, runFused } from "./registry.ts";

export type Activation = "none" | "relu" | "relu2" | "gelu";

/** Kernel names: what the gradient needs to save depends on the activation. */
export const LINEAR: Readonly<Record<Activation, string>> = {
  none: "AuspexLinear",
  relu: "AuspexLinearRelu",
  relu2: "AuspexLinearRelu2",
  gelu: "AuspexLinearGelu",
};

/**
 * A linear layer with its bias and activation.
 *
 * @param x_ND Rows.
 * @param w_OD Weight, `[out, in]` as PyTorch stores it.
 * @param b_O Bias, or null.
 * @param activation `relu2` is the squared ReLU, `gelu` its tanh form.
 * @returns `[N, O]`. The caller disposes it.
 * @throws {ShapeError} when the arguments disagree on D or O.
 */
export function linear(
  x_ND: Tensor2D,
  w_OD: Tensor2D,
  b_O: Tensor1D | null,
  activation: Activation = "none",
): Tensor2D {
  expectShape("linear: x", x_ND.shape, ["N", "D"]);
  expectShape("linear: weight", w_OD.shape, ["O", x_ND.shape[1]]);
  if (b_O !== null) expectShape("linear: bias", b_O.shape, [w_OD.shape[0]]);
  if (!hasKernel(LINEAR[activation])) return tidy(() => composeLinear(x_ND, w_OD, b_O, activation));
  return runFused(LINEAR[activation], { x: x_ND, w: w_OD, b: b_O ?? undefined }, { activation });
}

/** `linear` in plain operations. */
export function composeLinear(
  x_ND: Tensor2D,
  w_OD: Tensor2D,
  b_O: Tensor1D | null,
  activation: Activation,
): Tensor2D {
  const product_NO = productWithTransposed(x_ND, w_OD);
  return activate(b_O === null ? product_NO : add(product_NO, b_O), activation);
}

/**
 * x wᵀ with plain products only, forward and backward: TensorFlow.js' wasm engine is about ten times slower
 * on transposed operands than on the same product after a transpose.
 */
function productWithTransposed(x_ND: Tensor2D, w_OD: Tensor2D): Tensor2D {
  const product = customGrad((x, w, save) => {
    (save as GradSaveFunc)([x as Tensor, w as Tensor]);
    return {
      value: matMul(x as Tensor2D, transpose(w as Tensor2D)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => [
        matMul(dy as Tensor2D, saved[1] as Tensor2D),
        matMul(transpose(dy as Tensor2D), saved[0] as Tensor2D),
      ],
    };
  });
  return product(x_ND, w_OD) as Tensor2D;
}

function activate(h: Tensor2D, activation: Activation): Tensor2D {
  switch (activation) {
    case "none":
      return h;
    case "relu":
      return relu(h);
    case "relu2":
      return square(relu(h));
    case "gelu":
      return gelu(h);
    default:
      return activation satisfies never;
  }
}

// Hendrycks and Gimpel (2016), as in T5 and GPT-2: 0.5 h (1 + tanh(sqrt(2 / pi) (h + 0.044715 h³))).
function gelu(h: Tensor2D): Tensor2D {
  const cubic = mul(mul(square(h), h), 0.044715);
  const inner = mul(add(h, cubic), Math.sqrt(2 / Math.PI));
  return mul(mul(h, 0.5), add(tanh(inner), 1));
}

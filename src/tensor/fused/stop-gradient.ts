// A value that the backward pass takes for a constant.

import { zerosLike, type Tensor } from "@tensorflow/tfjs-core";
import { withGradient } from "./with-gradient.ts";

/** `x` itself, with gradient zero. The caller disposes it. */
export function stopGradient<T extends Tensor>(x: T): T {
  return withGradient(
    x,
    (input) => input.clone(),
    (dy) => zerosLike(dy),
  );
}

// A value that the backward pass does not look behind.

import { type Tensor, zerosLike } from "@tensorflow/tfjs-core";
import { withGradient } from "./with-gradient.ts";

/** x, with a gradient of zero. The caller disposes it. */
export function stopGradient<X extends Tensor>(x: X): X {
  return withGradient(
    x,
    (input) => input.clone() as X,
    (dy) => zerosLike(dy),
  );
}

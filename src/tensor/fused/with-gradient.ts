// tfjs' customGrad for one input, with types that say what the callbacks receive.

import { customGrad, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Computes `forward(x)`; in the backward pass `gradient` is used instead of that of the operations inside.
 *
 * @param forward May call `save` once with tensors that the gradient needs.
 */
export function withGradient<X extends Tensor, Y extends Tensor>(
  x: X,
  forward: (x: X, save: (tensors: Tensor[]) => void) => Y,
  gradient: (dy: Y, saved: Tensor[]) => Tensor,
): Y {
  const operation = customGrad((input, save) => ({
    value: forward(input as X, save as (tensors: Tensor[]) => void),
    gradFunc: (dy: Tensor, saved: Tensor[]) => gradient(dy as Y, saved),
  }));
  return operation(x) as Y;
}

// How a fused operation finds the engine's own kernel. A fused operation is one file here: it checks shapes,
// then runs the kernel that the current engine registered under the operation's name, or else a composition
// of plain operations. Gradients of the kernels are registered beside them (`registerGradient`).

import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type Tensor,
} from "@tensorflow/tfjs-core";

/** True when the current engine registered a kernel of that name. */
export function hasKernel(name: string): boolean {
  return getKernel(name, getBackend()) !== undefined;
}

/**
 * Runs a fused kernel and returns its first output; the others exist for its gradient alone. Attributes may
 * hold host typed arrays, which tfjs passes through untouched.
 */
export function runFused<Y extends Tensor>(
  name: string,
  inputs: Readonly<Record<string, Tensor | undefined>>,
  attributes: Readonly<Record<string, unknown>> = {},
): Y {
  const present = Object.fromEntries(
    Object.entries(inputs).filter((entry): entry is [string, Tensor] => entry[1] !== undefined),
  );
  const output = engine().runKernel(name, present, attributes as NamedAttrMap);
  const [y, ...rest] = (Array.isArray(output) ? output : [output]) as Tensor[];
  // A recorded kernel has saved its own references to them.
  for (const extra of rest) extra.dispose();
  return y as Y;
}

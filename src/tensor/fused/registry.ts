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
 * Runs a registered kernel. Attributes may hold host typed arrays, which tfjs passes through untouched.
 *
 * @returns The kernel's outputs; the caller disposes them.
 */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, Tensor | undefined>>,
  attributes: Readonly<Record<string, unknown>> = {},
): Tensor[] {
  const present = Object.fromEntries(
    Object.entries(inputs).filter((entry): entry is [string, Tensor] => entry[1] !== undefined),
  );
  const output = engine().runKernel(name, present, attributes as NamedAttrMap);
  return (Array.isArray(output) ? output : [output]) as Tensor[];
}

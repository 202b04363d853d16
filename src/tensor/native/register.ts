// How a C++ kernel becomes a tfjs kernel, and its backward the gradient of it.

import {
  dispose,
  engine,
  type GradConfig,
  registerGradient,
  registerKernel,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { NATIVE, type NativeBackend } from "./backend.ts";

export type Inputs = Readonly<Record<string, TensorInfo>>;

/** Registers a kernel of this engine. `A` is the type of its attributes, as the fused operation passes them. */
export function registerNative<A>(
  kernelName: string,
  kernel: (backend: NativeBackend, inputs: Inputs, attributes: A) => TensorInfo | TensorInfo[],
): void {
  registerKernel({
    kernelName,
    backendName: NATIVE,
    kernelFunc: ({ inputs, backend, attrs }) =>
      kernel(backend as NativeBackend, inputs as Inputs, attrs as A),
  });
}

interface NativeGradient<A> {
  readonly kernelName: string;
  /** Inputs and outputs that `backward` gets, in this order. */
  readonly saveInputs: readonly string[];
  readonly saveOutputs?: readonly boolean[];
  /** Gradients by the name of the input. */
  readonly backward: (
    dy: Tensor,
    saved: readonly Tensor[],
    attributes: A,
  ) => Record<string, Tensor>;
}

/**
 * Registers the gradient of a fused kernel. It is computed at once, for all inputs in one call; then dy and
 * what was saved are disposed, long before tfjs would, so that the backward pass needs little more memory
 * than the forward. (dy belongs to this operation alone: no gradient that auspex uses hands it on.)
 */
export function registerNativeGradient<A>(gradient: NativeGradient<A>): void {
  const config: GradConfig = {
    kernelName: gradient.kernelName,
    inputsToSave: [...gradient.saveInputs],
    outputsToSave: [...(gradient.saveOutputs ?? [])],
    gradFunc: (dy, saved, attributes) => {
      const dys = Array.isArray(dy) ? dy : [dy];
      const gradients = gradient.backward(dys[0]!, saved, attributes as A);
      dispose([...dys, ...saved]);
      return Object.fromEntries(
        Object.entries(gradients).map(([name, tensor]) => [name, () => tensor]),
      );
    },
  };
  registerGradient(config);
}

/** Runs a kernel of this engine by name, from inside a gradient. */
export function runNative(
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: unknown = {},
): Tensor[] {
  const outputs = engine().runKernel(name, { ...inputs }, attributes as Record<string, never>);
  return (Array.isArray(outputs) ? outputs : [outputs]) as Tensor[];
}

// Between a model's named tensors and the flat array that optimizers, collectives and files see; and the one
// function that turns a loss into gradients.

import { engine, type Scalar, type Tensor, tensor, zerosLike } from "@tensorflow/tfjs-core";
import { invariant, type ParameterLayout } from "../core/index.ts";
import { borrowFloats } from "./native/backend.ts";
import { expectLength, expectShape } from "./shape.ts";

/** Tensors by the names of the layout. */
export type ParameterTensors = ReadonlyMap<string, Tensor>;

/**
 * Cuts the flat array into tensors. On engines that live in ordinary memory the tensors are views: `flat`
 * must not change while they are in use. The caller disposes them with `disposeParameters`.
 *
 * @throws {ShapeError} when `flat` is not as long as the layout says.
 */
export function parametersFromFlat(layout: ParameterLayout, flat: Float32Array): ParameterTensors {
  expectLength("parametersFromFlat", flat, layout.size);
  return new Map(
    layout.specs.map(({ name, shape, offset, size }) => [
      name,
      tensor(flat.subarray(offset, offset + size), [...shape], "float32"),
    ]),
  );
}

/** Disposes every tensor of the map. */
export function disposeParameters(parameters: ParameterTensors): void {
  for (const parameter of parameters.values()) parameter.dispose();
}

/**
 * Copies tensors into their places of the flat array `out`.
 *
 * @throws {ShapeError} when a tensor is missing or has another shape than the layout says.
 */
export async function copyToFlat(
  layout: ParameterLayout,
  tensors: ParameterTensors,
  out: Float32Array,
): Promise<void> {
  expectLength("copyToFlat: out", out, layout.size);
  for (const spec of layout.specs) {
    const parameter = tensors.get(spec.name);
    invariant(parameter !== undefined, `no tensor named ${spec.name}`);
    expectShape(spec.name, parameter.shape, spec.shape);
    out.set(borrowFloats(parameter) ?? (await parameter.data<"float32">()), spec.offset);
  }
}

export interface ValueAndGradients {
  /** The loss. The caller disposes it. */
  readonly value: Scalar;
  /** One gradient for each parameter, zeros where the loss does not depend on it. The caller disposes them. */
  readonly gradients: ParameterTensors;
}

/** The loss and its gradient by every parameter. Everything that `loss` makes on the way is disposed. */
export function valueAndGradients(
  loss: (parameters: ParameterTensors) => Scalar,
  parameters: ParameterTensors,
): ValueAndGradients {
  const names = [...parameters.keys()];
  const inputs = [...parameters.values()];
  // `allowNoGradients`: an unused parameter has gradient zero; tfjs' public form of this throws instead.
  const { value, grads } = engine().gradients(() => loss(parameters), inputs, undefined, true);
  const gradients = new Map(
    names.map((name, i) => [name, (grads[i] as Tensor | null) ?? zerosLike(inputs[i]!)]),
  );
  return { value: value as Scalar, gradients };
}

// The flat layout of a model's parameters: one Float32Array, cut into named tensors. Coordinator, workers,
// optimizers and files agree on it; none of them needs to know the model.

import { invariant } from "./errors.ts";
import { canonicalJson, sha256Hex } from "./hash.ts";

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Index of the first value in the flat array, in floats. */
  readonly offset: number;
  /** Number of values. */
  readonly size: number;
  /** Whether weight decay applies (matrices: yes; biases, gains: no). */
  readonly decay: boolean;
  /** What the tensor is for, where optimizers differ: Muon takes `matrix` only; nothing trains a `constant`. */
  readonly role: "matrix" | "embedding" | "head" | "vector" | "constant";
}

export interface ParameterLayout {
  readonly specs: readonly ParameterSpec[];
  /** Total number of floats. */
  readonly size: number;
}

/** Lays tensors out one after the other, in the given order. Names must be unique. */
export function layOutParameters(
  tensors: readonly Omit<ParameterSpec, "offset" | "size">[],
): ParameterLayout {
  const names = new Set<string>();
  const specs: ParameterSpec[] = [];
  let offset = 0;
  for (const tensor of tensors) {
    invariant(!names.has(tensor.name), `parameter ${tensor.name} appears twice`);
    names.add(tensor.name);
    const size = tensor.shape.reduce((product, length) => product * length, 1);
    specs.push({ ...tensor, offset, size });
    offset += size;
  }
  return { specs, size: offset };
}

/** Names a layout: equal hashes mean that flat arrays are interchangeable. */
export function hashLayout(layout: ParameterLayout): string {
  return sha256Hex(canonicalJson(layout.specs));
}

// A model declares its tensors: name, shape, role and how each begins. Layout and initial values follow.

import {
  layOutParameters,
  type ParameterLayout,
  type ParameterSpec,
  Random,
} from "../core/index.ts";

export type Initialiser =
  | { readonly kind: "zeros" }
  | { readonly kind: "ones" }
  | { readonly kind: "normal"; readonly std: number }
  /** Uniform in [-limit, limit]. */
  | { readonly kind: "uniform"; readonly limit: number }
  /** Rows of random orthogonal blocks of `width`, scaled to the length of Gaussian rows (FAVOR+). */
  | { readonly kind: "orthogonal-features" };

export interface TensorDeclaration {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: ParameterSpec["role"];
  readonly initial: Initialiser;
}

/** Lays the declared tensors out in order; matrices, embeddings and the head decay, the rest does not. */
export function layoutOf(declarations: readonly TensorDeclaration[]): ParameterLayout {
  return layOutParameters(
    declarations.map(({ name, shape, role }) => ({
      name,
      shape,
      role,
      decay: role !== "vector" && role !== "constant",
    })),
  );
}

/**
 * Initial values. Each tensor has a stream of its own, named by its name: layers differ from each other,
 * and adding a tensor changes no other.
 */
export function initialValues(
  declarations: readonly TensorDeclaration[],
  layout: ParameterLayout,
  seed: number,
): Float32Array {
  const flat = new Float32Array(layout.size);
  declarations.forEach((declaration, index) => {
    const spec = layout.specs[index]!;
    const out = flat.subarray(spec.offset, spec.offset + spec.size);
    fill(out, declaration, new Random("parameters", seed, declaration.name));
  });
  return flat;
}

function fill(out: Float32Array, { initial, shape }: TensorDeclaration, random: Random): void {
  switch (initial.kind) {
    case "zeros":
      break;
    case "ones":
      out.fill(1);
      break;
    case "normal":
      for (let i = 0; i < out.length; i++) out[i] = initial.std * random.normal();
      break;
    case "uniform":
      for (let i = 0; i < out.length; i++) out[i] = initial.limit * (2 * random.float() - 1);
      break;
    case "orthogonal-features":
      fillOrthogonal(out, shape[1]!, random);
      break;
    default:
      initial satisfies never;
  }
}

/**
 * Blocks of `width` mutually orthogonal rows (Gram-Schmidt on Gaussian rows), each row given the length
 * of an independent Gaussian vector, so that its marginal distribution stays normal.
 */
export function fillOrthogonal(out: Float32Array, width: number, random: Random): void {
  const numRows = out.length / width;
  for (let row = 0; row < numRows; row++) {
    const blockStart = row - (row % width);
    const direction = Float64Array.from({ length: width }, () => random.normal());
    for (let other = blockStart; other < row; other++) {
      const basis = out.subarray(other * width, (other + 1) * width);
      const lengthSquared = basis.reduce((sum, value) => sum + value * value, 0);
      const along = basis.reduce((sum, value, i) => sum + value * direction[i]!, 0) / lengthSquared;
      for (let i = 0; i < width; i++) direction[i]! -= along * basis[i]!;
    }
    const length = Math.hypot(...direction);
    const target = Math.hypot(...Array.from({ length: width }, () => random.normal()));
    for (let i = 0; i < width; i++) out[row * width + i] = (direction[i]! / length) * target;
  }
}

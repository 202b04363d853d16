// Which parameters adaptation may move, as a flat array of its own: all of them, those of some names, or
// low-rank updates beside the frozen ones (LoRA, Hu et al., 2021).

import {
  InputError,
  layOutParameters,
  type ParameterLayout,
  type ParameterSpec,
  Random,
} from "../core/index.ts";
import {
  add,
  matMul,
  mul,
  type ParameterTensors,
  reshape,
  type Tensor,
  type Tensor2D,
} from "../tensor/index.ts";

export interface Trainable {
  /** Layout of what is trained. */
  readonly layout: ParameterLayout;
  /** Where training starts. */
  readonly initial: Float32Array;
  /** The whole model's tensors, as a function of the trained ones: runs inside the loss. */
  assemble(trained: ParameterTensors, frozen: ParameterTensors): ParameterTensors;
  /** The whole model's parameters with the trained values merged in. */
  merge(trained: Float32Array): Float32Array;
}

/** Trains the parameters that `selects` chooses. */
export function trainSelected(
  layout: ParameterLayout,
  parameters: Float32Array,
  selects: (spec: ParameterSpec) => boolean,
): Trainable {
  const chosen = layout.specs.filter(selects);
  const own = layOutParameters(
    chosen.map(({ name, shape, decay, role }) => ({ name, shape, decay, role })),
  );
  const initial = new Float32Array(own.size);
  chosen.forEach(({ offset, size }, index) => {
    initial.set(parameters.subarray(offset, offset + size), own.specs[index]!.offset);
  });
  return {
    layout: own,
    initial,
    assemble: (trained, frozen) => new Map([...frozen, ...trained]),
    merge(trained) {
      const merged = Float32Array.from(parameters);
      chosen.forEach(({ offset, size }, index) => {
        const from = own.specs[index]!.offset;
        merged.set(trained.subarray(from, from + size), offset);
      });
      return merged;
    },
  };
}

export interface LoraOptions {
  /** Rank of the updates. */
  readonly rank: number;
  /** Updates are multiplied by alpha / rank. */
  readonly alpha: number;
  readonly seed: number;
  /** Matrices that get an update; every matrix and the head when absent. */
  readonly targets?: (spec: ParameterSpec) => boolean;
}

/** Trains W + (alpha / rank) B A beside frozen matrices W; B begins at zero, so training begins at the model. */
export function trainLowRank(
  layout: ParameterLayout,
  parameters: Float32Array,
  { rank, alpha, seed, targets = isMatrix }: LoraOptions,
): Trainable {
  const chosen = layout.specs.filter(
    (spec) => spec.role !== "constant" && spec.shape.length === 2 && targets(spec),
  );
  if (chosen.length === 0) throw new InputError("LoRA: no matrix is among its targets");
  const own = layOutParameters(
    chosen.flatMap(({ name, shape }) => [
      { name: `${name}/down`, shape: [rank, shape[1]!], decay: true, role: "matrix" as const },
      { name: `${name}/up`, shape: [shape[0]!, rank], decay: true, role: "matrix" as const },
    ]),
  );
  const initial = new Float32Array(own.size);
  for (const { name, shape, offset, size } of own.specs) {
    if (!name.endsWith("/down")) continue;
    const random = new Random("lora", seed, name);
    const std = 1 / Math.sqrt(shape[1]!);
    for (let i = offset; i < offset + size; i++) initial[i] = std * random.normal();
  }
  const scale = alpha / rank;
  return {
    layout: own,
    initial,
    assemble(trained, frozen) {
      const whole = new Map<string, Tensor>(frozen);
      for (const { name } of chosen) {
        const up = trained.get(`${name}/up`) as Tensor2D;
        const down = trained.get(`${name}/down`) as Tensor2D;
        const update = reshape(matMul(up, down), frozen.get(name)!.shape);
        whole.set(name, add(frozen.get(name)!, mul(update, scale)));
      }
      return whole;
    },
    merge(trained) {
      const merged = Float32Array.from(parameters);
      chosen.forEach(({ shape, offset }, index) => {
        const [numOut, numIn] = shape as readonly [number, number];
        const down = own.specs[2 * index]!.offset;
        const up = own.specs[2 * index + 1]!.offset;
        for (let row = 0; row < numOut; row++) {
          for (let k = 0; k < rank; k++) {
            const factor = scale * trained[up + row * rank + k]!;
            for (let column = 0; column < numIn; column++) {
              merged[offset + row * numIn + column]! +=
                factor * trained[down + k * numIn + column]!;
            }
          }
        }
      });
      return merged;
    },
  };
}

function isMatrix({ role }: ParameterSpec): boolean {
  return role === "matrix" || role === "head";
}

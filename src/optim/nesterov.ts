// Gradient descent with Nesterov's momentum: the outer optimizer of DiLoCo (Douillard et al., 2023), whose
// gradient is the way that replicas went.

import type { ParameterLayout } from "../core/index.ts";
import { addScaledInto, scaleInPlace } from "../tensor/flat/index.ts";
import type { OptimizerConfig } from "./config.ts";
import { type Allocate, type Optimizer, type OptimizerUpdate, plainMemory } from "./optimizer.ts";

type NesterovConfig = Extract<OptimizerConfig, { kind: "nesterov" }>;

export class Nesterov implements Optimizer {
  readonly state: { readonly nesterovMomentum: Float32Array };
  readonly #config: NesterovConfig;

  constructor(config: NesterovConfig, layout: ParameterLayout, allocate: Allocate = plainMemory) {
    this.#config = config;
    this.state = { nesterovMomentum: allocate(layout.size) };
  }

  apply(parameters: Float32Array, gradient: Float32Array, update: OptimizerUpdate): void {
    this.applyRange(parameters, gradient, update, 0, parameters.length);
  }

  applyRange(
    parameters: Float32Array,
    gradient: Float32Array,
    { learningRateFactor, gradientScale }: OptimizerUpdate,
    begin: number,
    end: number,
  ): void {
    const { learningRate, momentum } = this.#config;
    const rate = learningRate * learningRateFactor;
    const m = this.state.nesterovMomentum.subarray(begin, end);
    const p = parameters.subarray(begin, end);
    const g = gradient.subarray(begin, end);
    scaleInPlace(m, momentum);
    addScaledInto(m, g, gradientScale);
    // A look ahead along the new momentum.
    addScaledInto(p, m, -rate * momentum);
    addScaledInto(p, g, -rate * gradientScale);
  }
}

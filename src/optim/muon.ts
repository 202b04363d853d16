// Muon (Jordan et al., 2024): momentum whose matrix is made orthogonal before it is applied, so that every
// direction of a weight matrix learns at the same pace. Matrices only: embeddings, the head and vectors take
// AdamW, as their gradients are no maps between spaces.

import type { ParameterLayout, ParameterSpec } from "../core/index.ts";
import { orthogonalise } from "../tensor/flat/index.ts";
import { AdamW } from "./adamw.ts";
import type { OptimizerConfig } from "./config.ts";
import { type Allocate, type Optimizer, type OptimizerUpdate, plainMemory } from "./optimizer.ts";

type MuonConfig = Extract<OptimizerConfig, { kind: "muon" }>;

/** Makes an update's root mean square that of AdamW, so that both share one learning rate. */
const ADAMW_RMS = 0.2;

export class Muon implements Optimizer {
  readonly state: Readonly<Record<string, Float32Array>>;
  readonly #config: MuonConfig;
  readonly #matrices: readonly ParameterSpec[];
  readonly #momentum: Float32Array;
  readonly #adamw: AdamW;

  constructor(config: MuonConfig, layout: ParameterLayout, allocate: Allocate = plainMemory) {
    this.#config = config;
    this.#matrices = layout.specs.filter(
      ({ role, shape }) => role === "matrix" && shape.length === 2,
    );
    this.#momentum = allocate(layout.size);
    this.#adamw = new AdamW(config, layout, allocate);
    this.state = { muonMomentum: this.#momentum, ...this.#adamw.state };
  }

  apply(parameters: Float32Array, gradient: Float32Array, update: OptimizerUpdate): void {
    // AdamW runs over everything, and the matrices are put back: one kernel call, and the state stays flat.
    const kept = this.#matrices.map(({ offset, size }) => parameters.slice(offset, offset + size));
    this.#adamw.apply(parameters, gradient, update);
    this.#matrices.forEach((spec, index) => {
      parameters.set(kept[index]!, spec.offset);
      this.#applyMatrix(spec, parameters, gradient, update);
    });
  }

  #applyMatrix(
    { shape, offset, size }: ParameterSpec,
    parameters: Float32Array,
    gradient: Float32Array,
    { learningRateFactor, gradientScale }: OptimizerUpdate,
  ): void {
    const { learningRate, momentum, weightDecay } = this.#config;
    const [rows, columns] = shape as readonly [number, number];
    const direction = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      const g = gradient[offset + i]! * gradientScale;
      const m = momentum * this.#momentum[offset + i]! + (1 - momentum) * g;
      this.#momentum[offset + i] = m;
      // Nesterov: a look ahead along the new momentum.
      direction[i] = momentum * m + (1 - momentum) * g;
    }
    const orthogonal = orthogonalise(direction, rows, columns);
    const rate = learningRate * learningRateFactor;
    const step = rate * ADAMW_RMS * Math.sqrt(Math.max(rows, columns));
    for (let i = 0; i < size; i++) {
      const decayed = parameters[offset + i]! * (1 - rate * weightDecay);
      parameters[offset + i] = decayed - step * orthogonal[i]!;
    }
  }
}

// Adafactor (Shazeer and Stern, 2018): the second moment of a matrix as the product of its row and column
// means, steps relative to each tensor's own size, updates clipped by their root mean square.

import type { ParameterLayout, ParameterSpec } from "../core/index.ts";
import type { OptimizerConfig } from "./config.ts";
import { type Allocate, type Optimizer, type OptimizerUpdate, plainMemory } from "./optimizer.ts";

type AdafactorConfig = Extract<OptimizerConfig, { kind: "adafactor" }>;

/** Float32's machine epsilon, PyTorch's default floor of second moments. */
const SMALLEST_SECOND_MOMENT = 1.1920928955078125e-7;

export class Adafactor implements Optimizer {
  /**
   * `adafactorRows` holds each matrix' row means at the start of its place, and whole second moments of
   * vectors; `adafactorColumns` the column means. Flat, so that they are stored like any other state.
   */
  readonly state: { readonly adafactorRows: Float32Array; readonly adafactorColumns: Float32Array };
  readonly #config: AdafactorConfig;
  readonly #layout: ParameterLayout;

  constructor(config: AdafactorConfig, layout: ParameterLayout, allocate: Allocate = plainMemory) {
    this.#config = config;
    this.#layout = layout;
    this.state = {
      adafactorRows: allocate(layout.size),
      adafactorColumns: allocate(layout.size),
    };
  }

  apply(parameters: Float32Array, gradient: Float32Array, update: OptimizerUpdate): void {
    for (const spec of this.#layout.specs) this.#applyTensor(spec, parameters, gradient, update);
  }

  #applyTensor(
    spec: ParameterSpec,
    parameters: Float32Array,
    gradient: Float32Array,
    { learningRateFactor, gradientScale, step }: OptimizerUpdate,
  ): void {
    const { offset, size, decay } = spec;
    const { learningRate, clipThreshold, smallestScale, weightDecay } = this.#config;
    const rate = learningRate * learningRateFactor;
    const part = parameters.subarray(offset, offset + size);
    const g = Float32Array.from(gradient.subarray(offset, offset + size), (v) => v * gradientScale);
    const fresh = step ** this.#config.decay;
    const direction = this.#direction(spec, g, fresh);

    const ownScale = Math.max(smallestScale, rootMeanSquare(part));
    const relative = Math.min(rate, 1 / Math.sqrt(step));
    const clip = Math.max(1, rootMeanSquare(direction) / clipThreshold);
    const factor = (ownScale * relative) / clip;
    const keep = decay ? 1 - rate * weightDecay : 1;
    for (let i = 0; i < size; i++) part[i] = keep * part[i]! - factor * direction[i]!;
  }

  /** The gradient over the root of its second moment, whose memory is renewed by the share `fresh`. */
  #direction({ shape, offset, size }: ParameterSpec, g: Float32Array, fresh: number): Float32Array {
    const rowMeans = this.state.adafactorRows.subarray(offset, offset + size);
    const out = new Float32Array(size);
    const floor = SMALLEST_SECOND_MOMENT ** 2;
    if (shape.length !== 2) {
      for (let i = 0; i < size; i++) {
        rowMeans[i]! += fresh * (g[i]! * g[i]! - rowMeans[i]!);
        out[i] = g[i]! / Math.sqrt(Math.max(rowMeans[i]!, floor));
      }
      return out;
    }
    const [rows, columns] = shape as readonly [number, number];
    const columnMeans = this.state.adafactorColumns.subarray(offset, offset + columns);
    const columnSums = new Float64Array(columns);
    let meanOfRows = 0;
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const squared = g[i * columns + j]! ** 2;
        sum += squared;
        columnSums[j]! += squared;
      }
      rowMeans[i]! += fresh * (sum / columns - rowMeans[i]!);
      meanOfRows += rowMeans[i]! / rows;
    }
    for (let j = 0; j < columns; j++) {
      columnMeans[j]! += fresh * (columnSums[j]! / rows - columnMeans[j]!);
    }
    const scale = 1 / Math.max(meanOfRows, SMALLEST_SECOND_MOMENT);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const secondMoment = Math.max(rowMeans[i]! * columnMeans[j]! * scale, floor);
        out[i * columns + j] = g[i * columns + j]! / Math.sqrt(secondMoment);
      }
    }
    return out;
  }
}

function rootMeanSquare(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / values.length);
}

// What a preset must provide. The model, the decoding and the training know only this.
//
// Shape letters: N text tokens of all rows   M decoder tokens of all rows   D width   V decoder vocabulary

import { hash32, invariant } from "../core/index.ts";
import { dropout, type ParameterTensors, type Tensor, type Tensor2D } from "../tensor/index.ts";
import type { TensorDeclaration } from "./declaration.ts";
import type { RaggedIds } from "./ragged.ts";

/** Keys and values of one decoder layer over the text, projected once per input. */
export interface KeyValues {
  readonly k_ND: Tensor2D;
  readonly v_ND: Tensor2D;
}

/**
 * How decoder tokens see each other and the text. Training attends causally inside each row; cached
 * decoding brings the keys of the prefix along. The layers do not know which.
 */
export interface DecoderAttention {
  self(layer: number, q_MD: Tensor2D, k_MD: Tensor2D, v_MD: Tensor2D): Tensor2D;
  cross(layer: number, q_MD: Tensor2D): Tensor2D;
}

export interface Architecture {
  readonly declarations: readonly TensorDeclaration[];
  /** Encodes every row on its own: `[N, dModel]`. */
  encode(weights: Weights, text: RaggedIds): Tensor2D;
  /** Cross-attention keys and values of every decoder layer. */
  projectMemory(weights: Weights, memory_ND: Tensor2D): readonly KeyValues[];
  /** Logits `[M, V]` of the token after each given one. */
  decode(
    weights: Weights,
    ids: Int32Array,
    positions: Int32Array,
    attention: DecoderAttention,
  ): Tensor2D;
}

/** Seeded dropout of one training step; absent when predicting. */
export interface DropoutOptions {
  readonly rate: number;
  readonly seed: number;
}

/** A model's tensors by name, with the dropout of this pass. */
export class Weights {
  readonly #tensors: ParameterTensors;
  readonly #dropout: DropoutOptions | undefined;

  constructor(tensors: ParameterTensors, dropoutOptions?: DropoutOptions) {
    this.#tensors = tensors;
    this.#dropout = dropoutOptions;
  }

  /** The tensor of that name, of whatever rank it was declared with. */
  get<T extends Tensor>(name: string): T {
    const tensor = this.#tensors.get(name);
    invariant(tensor !== undefined, `no parameter ${name}`);
    return tensor as T;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** Drops values out, with a mask of its own for each `place`; the identity when predicting. */
  dropOut(x: Tensor2D, place: string): Tensor2D {
    if (this.#dropout === undefined || this.#dropout.rate === 0) return x;
    return dropout(x, this.#dropout.rate, hash32(this.#dropout.seed, place));
  }
}

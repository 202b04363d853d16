// The trie of all answers to some encoded texts. A node is a text row and the ids written so far, with its
// exact probability among the answers that the tokenizer allows. Expanding nodes runs the decoder for one
// token each, in one batch over all rows; equal prefixes are one node, so their work is done once.
//
// Shape letters: M nodes expanded together   P their distinct ancestors   D decoder width   V vocabulary

import { invariant } from "../../core/index.ts";
import { type ParameterTensors, type Tensor2D, tensor2d } from "../../tensor/index.ts";
import type { DecodeStep, EncodedText } from "../cached-attention.ts";
import type { Model } from "../model.ts";
import { type Growing, growingDoubles, growingFloats, growingIntegers } from "./growing.ts";
import { EMPTY_PREFIX, type PrefixTable } from "./prefix-table.ts";

/** Queries of one decoder pass at most: bounds the memory of a pass. */
const MAX_QUERIES = 4096;

export interface TrieOptions {
  /** Divides the logits; 1 leaves the model's own distribution. */
  readonly temperature?: number;
}

export class DigitTrie {
  readonly prefixes: PrefixTable;
  readonly #model: Model;
  readonly #parameters: ParameterTensors;
  readonly #encoded: EncodedText;
  readonly #temperature: number;

  // Nodes.
  readonly #row = growingIntegers();
  readonly #prefix = growingIntegers();
  readonly #parent = growingIntegers();
  readonly #position = growingIntegers();
  readonly #firstChild = growingIntegers();
  readonly #slot = growingIntegers();
  readonly #probability = growingDoubles();

  // Keys and values of expanded nodes, by slot, for each layer.
  #numSlots = 0;
  readonly #keys: Growing<Float32Array>[];
  readonly #values: Growing<Float32Array>[];

  /** Nodes 0 .. rows - 1 are the empty answers of the rows, each with probability 1. */
  constructor(
    model: Model,
    parameters: ParameterTensors,
    encoded: EncodedText,
    prefixes: PrefixTable,
    { temperature = 1 }: TrieOptions = {},
  ) {
    invariant(temperature > 0, `temperature (${temperature}) must be above 0`);
    this.prefixes = prefixes;
    this.#model = model;
    this.#parameters = parameters;
    this.#encoded = encoded;
    this.#temperature = temperature;
    const perLayer = (): Growing<Float32Array>[] =>
      Array.from({ length: model.sizes.numDecoderLayers }, () => growingFloats(model.dDecoder));
    this.#keys = perLayer();
    this.#values = perLayer();
    for (let row = 0; row + 1 < encoded.offsets.length; row++) {
      this.#addNode(row, EMPTY_PREFIX, -1, 0, 1);
    }
  }

  get numNodes(): number {
    return this.#row.length;
  }

  /** The text row of a node. */
  row(node: number): number {
    return this.#row.values[node]!;
  }

  /** Prefix of the number being written; a whole number stays its own prefix until it is continued. */
  prefix(node: number): number {
    return this.#prefix.values[node]!;
  }

  /** Probability of the node given its text. */
  probability(node: number): number {
    return this.#probability.values[node]!;
  }

  isExpanded(node: number): boolean {
    return this.#slot.values[node]! >= 0;
  }

  /** First of a node's children, which lie together in the order of the allowed ids. Expand it first. */
  firstChild(node: number): number {
    invariant(this.isExpanded(node), `node ${node} is not expanded`);
    return this.#firstChild.values[node]!;
  }

  numChildren(node: number): number {
    return this.#nextIds(node).length;
  }

  /** The child that adds `id`. @throws when the tokenizer does not allow it there. */
  childWithId(node: number, id: number): number {
    const choice = this.#nextIds(node).indexOf(id);
    invariant(choice >= 0, `id ${id} cannot follow node ${node}`);
    return this.firstChild(node) + choice;
  }

  /** All ids of a node, over all objectives. */
  ids(node: number): number[] {
    const out: number[] = [];
    for (let at = node; this.#parent.values[at]! >= 0; at = this.#parent.values[at]!) {
      out.push(this.prefixes.id[this.prefix(at)]!);
    }
    return out.reverse();
  }

  /** The node of the first `numTokens` ids of `node`. */
  beginning(node: number, numTokens: number): number {
    let at = node;
    while (this.#position.values[at]! > numTokens) at = this.#parent.values[at]!;
    return at;
  }

  /** Runs the decoder on nodes that are not expanded yet; nodes must not repeat. */
  async expand(nodes: readonly number[]): Promise<void> {
    const fresh = nodes.filter((node) => !this.isExpanded(node));
    // Rows together, as cross-attention wants them; inside a row the order of making.
    fresh.sort((a, b) => this.row(a) - this.row(b) || a - b);
    for (let begin = 0; begin < fresh.length; begin += MAX_QUERIES) {
      await this.#expandBatch(fresh.slice(begin, begin + MAX_QUERIES));
    }
  }

  async #expandBatch(nodes: readonly number[]): Promise<void> {
    const { step, ancestors } = this.#planStep(nodes);
    const cached = ancestors.length === 0 ? undefined : this.#upload(ancestors);
    const { logits_MV, keyValues } = this.#model.step(this.#parameters, this.#encoded, {
      ...step,
      cached,
    });
    for (const { k_ND, v_ND } of cached ?? []) {
      k_ND.dispose();
      v_ND.dispose();
    }
    const logits = await logits_MV.data<"float32">();
    const firstSlot = this.#numSlots;
    for (const [layer, { k_ND, v_ND }] of keyValues.entries()) {
      append(this.#keys[layer]!, await k_ND.data<"float32">());
      append(this.#values[layer]!, await v_ND.data<"float32">());
      k_ND.dispose();
      v_ND.dispose();
    }
    this.#numSlots += nodes.length;
    const V = logits_MV.shape[1];
    nodes.forEach((node, query) => {
      this.#slot.values[node] = firstSlot + query;
      this.#addChildren(node, logits, query * V);
    });
    logits_MV.dispose();
  }

  #planStep(nodes: readonly number[]): {
    readonly step: Omit<DecodeStep, "cached">;
    readonly ancestors: readonly number[];
  } {
    const numQueries = nodes.length;
    const ids = new Int32Array(numQueries);
    const positions = new Int32Array(numQueries);
    const rowOffsets = new Int32Array(this.#encoded.offsets.length);
    const keyOffsets = new Int32Array(numQueries + 1);
    nodes.forEach((node, query) => {
      const isRoot = this.#parent.values[node]! < 0;
      ids[query] = isRoot ? this.prefixes.vocabulary.padId : this.prefixes.id[this.prefix(node)]!;
      positions[query] = this.#position.values[node]!;
      rowOffsets[this.row(node) + 1]! += 1;
      keyOffsets[query + 1] = keyOffsets[query]! + positions[query]! + 1;
    });
    for (let row = 1; row < rowOffsets.length; row++) rowOffsets[row]! += rowOffsets[row - 1]!;

    const indexOf = new Map<number, number>();
    const ancestors: number[] = [];
    const keyOrder = new Int32Array(keyOffsets[numQueries]!);
    nodes.forEach((node, query) => {
      let at = keyOffsets[query + 1]! - 1;
      keyOrder[at] = -1 - query;
      for (let up = this.#parent.values[node]!; up >= 0; up = this.#parent.values[up]!) {
        const slot = this.#slot.values[up]!;
        let index = indexOf.get(slot);
        if (index === undefined) {
          index = ancestors.push(slot) - 1;
          indexOf.set(slot, index);
        }
        at -= 1;
        keyOrder[at] = index;
      }
    });
    // New keys come after the cached ones.
    for (let at = 0; at < keyOrder.length; at++) {
      if (keyOrder[at]! < 0) keyOrder[at] = ancestors.length - 1 - keyOrder[at]!;
    }
    return { step: { ids, positions, rowOffsets, keyOrder, keyOffsets }, ancestors };
  }

  #upload(slots: readonly number[]): { k_ND: Tensor2D; v_ND: Tensor2D }[] {
    return this.#keys.map((keys, layer) => ({
      k_ND: this.#rows(keys, slots),
      v_ND: this.#rows(this.#values[layer]!, slots),
    }));
  }

  #rows({ values }: Growing<Float32Array>, slots: readonly number[]): Tensor2D {
    const D = this.#model.dDecoder;
    const out = new Float32Array(slots.length * D);
    slots.forEach((slot, index) => {
      out.set(values.subarray(slot * D, (slot + 1) * D), index * D);
    });
    return tensor2d(out, [slots.length, D]);
  }

  #nextIds(node: number): Int32Array {
    return this.prefixes.allowedIds(this.#nextPrefix(node));
  }

  /** After a whole number the next one begins. */
  #nextPrefix(node: number): number {
    const prefix = this.prefix(node);
    return this.prefixes.isComplete(prefix) ? EMPTY_PREFIX : prefix;
  }

  /** Children share their parent's probability by a softmax over the allowed ids alone. */
  #addChildren(node: number, logits: Float32Array, offset: number): void {
    const prefix = this.#nextPrefix(node);
    const allowed = this.prefixes.allowedIds(prefix);
    const firstPrefix = this.prefixes.firstChild(prefix);
    let largest = Number.NEGATIVE_INFINITY;
    for (const id of allowed) largest = Math.max(largest, logits[offset + id]!);
    let total = 0;
    for (const id of allowed) {
      total += Math.exp((logits[offset + id]! - largest) / this.#temperature);
    }
    const scale = this.probability(node) / total;
    const row = this.row(node);
    const position = this.#position.values[node]! + 1;
    this.#firstChild.values[node] = this.numNodes;
    for (let k = 0; k < allowed.length; k++) {
      const weight = Math.exp((logits[offset + allowed[k]!]! - largest) / this.#temperature);
      this.#addNode(row, firstPrefix + k, node, position, weight * scale);
    }
  }

  #addNode(
    row: number,
    prefix: number,
    parent: number,
    position: number,
    probability: number,
  ): void {
    const node = this.#row.extend(1);
    this.#prefix.extend(1);
    this.#parent.extend(1);
    this.#position.extend(1);
    this.#firstChild.extend(1);
    this.#slot.extend(1);
    this.#probability.extend(1);
    this.#row.values[node] = row;
    this.#prefix.values[node] = prefix;
    this.#parent.values[node] = parent;
    this.#position.values[node] = position;
    this.#firstChild.values[node] = -1;
    this.#slot.values[node] = -1;
    this.#probability.values[node] = probability;
  }
}

function append(target: Growing<Float32Array>, values: Float32Array): void {
  const at = target.extend(values.length);
  target.values.set(values, at);
}

// Adds the arrays of tree nodes up piece by piece, as the pieces arrive, in any order: each piece of the root
// is done as soon as the last of its operands is there. What arrived stays, whatever becomes of its sender: a
// node that is computed again has the same bits. The additions are those of {@link TreeReducer}.

import { invariant } from "../core/index.ts";
import { addInto } from "../tensor/flat/index.ts";
import type { FloatPool } from "./float-pool.ts";
import { siblingOf, type TreeNode } from "./tree.ts";

/** Where the sum of a node lies for one piece. */
interface Held {
  readonly node: TreeNode;
  readonly values: Float32Array;
  /** An array of the pool that it is a part of; undefined when it lies in the sum. */
  readonly spare: Float32Array | undefined;
}

interface Operand {
  readonly values: Float32Array;
  readonly spare: Float32Array | undefined;
  /** The caller's memory: read, never kept or written. */
  readonly isBorrowed: boolean;
}

export interface PieceReducerOptions {
  readonly root: TreeNode;
  /** Receives the root's sum. */
  readonly sum: Float32Array;
  /** Values of a piece; the last one may be shorter. */
  readonly pieceLength: number;
  /** Arrays of `pieceLength` values, for operands that wait. */
  readonly spares: FloatPool;
  /** Values `begin .. end - 1` of the sum are done. */
  readonly onDone?: (begin: number, end: number) => void;
}

export class PieceReducer {
  readonly #options: PieceReducerOptions;
  /** By piece: what waits for its sibling. Undefined: the piece is done. */
  readonly #held: (Held[] | undefined)[];
  #numMissing: number;

  constructor(options: PieceReducerOptions) {
    this.#options = options;
    this.#numMissing = Math.ceil(options.sum.length / options.pieceLength);
    this.#held = Array.from({ length: this.#numMissing }, () => []);
  }

  get isDone(): boolean {
    return this.#numMissing === 0;
  }

  /** Whether a piece of a node is there already, by itself or as a part of a larger sum. */
  has(node: TreeNode, piece: number): boolean {
    return this.#held[piece]?.some((held) => contains(held.node, node)) ?? true;
  }

  /** Takes a piece of a node's array; a piece that is there already is ignored. `values` is read only. */
  take(node: TreeNode, piece: number, values: Float32Array): void {
    const held = this.#held[piece];
    if (held === undefined || this.has(node, piece)) return;
    // Parts of the node, of a sender that did not finish: the node itself supersedes them.
    for (const part of held.filter((other) => contains(node, other.node))) this.#drop(held, part);
    this.#merge(held, piece, node, { values, spare: undefined, isBorrowed: true });
  }

  /** Ends the sum without the nodes that are missing: what has no sibling moves up as it is. */
  finish(): void {
    this.#held.forEach((held, piece) => {
      while (held !== undefined && this.#held[piece] !== undefined) {
        invariant(held.length > 0, `nothing of piece ${piece} is there`);
        const lowest = held.toSorted((a, b) => a.node.width - b.node.width)[0]!;
        held.splice(held.indexOf(lowest), 1);
        const { values, spare, node } = lowest;
        this.#merge(held, piece, parentOf(node), { values, spare, isBorrowed: false });
      }
    });
  }

  /** Gives what waits back to the pool. */
  clear(): void {
    for (const held of this.#held) {
      for (const { spare } of held ?? []) if (spare) this.#options.spares.give(spare);
    }
    this.#held.fill([]);
  }

  #merge(held: Held[], piece: number, from: TreeNode, first: Operand): void {
    const { root } = this.#options;
    let node = from;
    let operand = first;
    while (node.width < root.width) {
      const { sibling, isLeft } = siblingOf(node);
      const other = held.find(
        ({ node: { lo, width } }) => lo === sibling.lo && width === sibling.width,
      );
      if (other === undefined) break;
      held.splice(held.indexOf(other), 1);
      // The sum's own memory is the best place; then any that is ours.
      const keepsOther = operand.isBorrowed || other.spare === undefined;
      const target = keepsOther ? other : operand;
      const [left, right] = isLeft ? [operand, other] : [other, operand];
      addInto(target.values, left.values, right.values);
      const rest = keepsOther ? operand.spare : other.spare;
      if (rest !== undefined) this.#options.spares.give(rest);
      operand = { values: target.values, spare: target.spare, isBorrowed: false };
      node = parentOf(node);
    }
    if (node.width === root.width) this.#complete(piece, operand);
    else held.push({ node, ...(operand.isBorrowed ? this.#copy(held, piece, operand) : operand) });
  }

  #complete(piece: number, { values, spare, isBorrowed }: Operand): void {
    const place = this.#placeOf(piece);
    if (isBorrowed || spare !== undefined) place.values.set(values);
    if (spare !== undefined) this.#options.spares.give(spare);
    this.#held[piece] = undefined;
    this.#numMissing--;
    this.#options.onDone?.(place.begin, place.begin + place.values.length);
  }

  #copy(held: readonly Held[], piece: number, { values }: Operand): Omit<Held, "node"> {
    const { spares } = this.#options;
    const isFree = held.every(({ spare }) => spare !== undefined);
    const spare = isFree ? undefined : spares.take();
    const place = spare?.subarray(0, values.length) ?? this.#placeOf(piece).values;
    place.set(values);
    return { values: place, spare };
  }

  #placeOf(piece: number): { readonly begin: number; readonly values: Float32Array } {
    const { sum, pieceLength } = this.#options;
    const begin = piece * pieceLength;
    return { begin, values: sum.subarray(begin, begin + pieceLength) };
  }

  #drop(held: Held[], part: Held): void {
    held.splice(held.indexOf(part), 1);
    if (part.spare !== undefined) this.#options.spares.give(part.spare);
  }
}

function contains(outer: TreeNode, inner: TreeNode): boolean {
  return outer.lo <= inner.lo && inner.lo + inner.width <= outer.lo + outer.width;
}

function parentOf(node: TreeNode): TreeNode {
  return { lo: Math.min(node.lo, siblingOf(node).sibling.lo), width: 2 * node.width };
}

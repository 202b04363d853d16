// Takes the pieces of nodes' gradients as they arrive. Most are added to the step's sum at once; a node that
// somebody wants to look at is put together first. Takes only what a lease expects, so no peer can make it
// hold more than the work that was given out.

import {
  type ArrayFormat,
  bytesPerValue,
  type FloatPool,
  type PieceReducer,
  type TreeNode,
  valuesOf,
} from "../collective/index.ts";
import { invariant } from "../core/index.ts";
import type { LeafStats, MessageOf } from "../protocol/index.ts";
import { IncomingTransfer } from "../transport/index.ts";

interface Partial {
  readonly leaseId: number;
  readonly node: TreeNode;
  /** Undefined: pieces go to the step's sum. */
  readonly array: Float32Array | undefined;
  readonly transfer: IncomingTransfer;
  leaves: readonly LeafStats[];
}

export type IntakeVerdict =
  /** Acknowledge. */
  | { readonly kind: "taken" }
  /** Acknowledge; the node is whole. `array` belongs to the caller now; undefined: it is in the sum. */
  | {
      readonly kind: "whole";
      readonly array: Float32Array | undefined;
      readonly leaves: readonly LeafStats[];
    }
  | { readonly kind: "refused"; readonly reason: string };

export interface IntakeOptions {
  /** Whole arrays, for nodes that are put together. */
  readonly pool: FloatPool;
  readonly format: ArrayFormat;
  readonly chunkBytes: number;
  readonly checksum: boolean;
}

/** How many finished transfers a worker's late doubles are recognised of. */
const MAX_FINISHED = 256;

export class GradientIntake {
  readonly #options: IntakeOptions;
  readonly #partials = new Map<string, Partial>();
  readonly #finished = new Set<string>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Values of a piece. */
  get pieceLength(): number {
    return this.#options.chunkBytes / bytesPerValue(this.#options.format);
  }

  /** Whether this transfer was taken whole before: its doubles are acknowledged again, and that is all. */
  isFinished(session: string, transferId: number): boolean {
    return this.#finished.has(keyOf(session, transferId));
  }

  /**
   * Takes a piece of a node that the sender's lease expects.
   *
   * @param reducer Of the step; absent: the node is put together and handed to the caller.
   */
  take(
    session: string,
    message: MessageOf<"gradient">,
    payload: Uint8Array,
    reducer?: PieceReducer,
  ): IntakeVerdict {
    const key = keyOf(session, message.transferId);
    const partial = this.#partials.get(key) ?? this.#begin(key, message, reducer);
    const { node, leaseId } = partial;
    if (
      leaseId !== message.leaseId ||
      node.lo !== message.node.lo ||
      node.width !== message.node.width
    ) {
      return { kind: "refused", reason: "the transfer began as another node" };
    }
    if (message.offset === 0) {
      const { leaves } = message;
      const fits =
        leaves.length === node.width && leaves.every((leaf, i) => leaf.microshard === node.lo + i);
      if (!fits) return { kind: "refused", reason: "its leaves are not those of the node" };
      partial.leaves = leaves;
    }
    const verdict = partial.transfer.take(message, payload);
    if (verdict.kind === "refused") return verdict;
    if (!partial.transfer.isComplete) return { kind: "taken" };
    this.#partials.delete(key);
    this.#remember(key);
    return { kind: "whole", array: partial.array, leaves: partial.leaves };
  }

  /** Drops what a session had sent in part, of one lease or of all. What is in the sum stays there. */
  drop(session: string, leaseId?: number): void {
    for (const [key, partial] of this.#partials) {
      if (!key.startsWith(`${session}:`)) continue;
      if (leaseId !== undefined && partial.leaseId !== leaseId) continue;
      this.#partials.delete(key);
      if (partial.array !== undefined) this.#options.pool.give(partial.array);
    }
  }

  #begin(
    key: string,
    { leaseId, node }: MessageOf<"gradient">,
    reducer: PieceReducer | undefined,
  ): Partial {
    const { pool, format, chunkBytes, checksum } = this.#options;
    const array = reducer === undefined ? pool.take() : undefined;
    const write = (offset: number, payload: Uint8Array): void => {
      const values = valuesOf(format, payload);
      if (reducer !== undefined) return reducer.take(node, offset / chunkBytes, values);
      invariant(array !== undefined, "a node goes to the sum or to an array");
      array.set(values, offset / bytesPerValue(format));
    };
    const totalBytes = bytesPerValue(format) * pool.size;
    const partial: Partial = {
      leaseId,
      node,
      array,
      transfer: new IncomingTransfer(totalBytes, chunkBytes, checksum, write),
      leaves: [],
    };
    this.#partials.set(key, partial);
    return partial;
  }

  #remember(key: string): void {
    this.#finished.add(key);
    if (this.#finished.size > MAX_FINISHED) {
      this.#finished.delete(this.#finished.values().next().value!);
    }
  }
}

function keyOf(session: string, transferId: number): string {
  return `${session}:${transferId}`;
}

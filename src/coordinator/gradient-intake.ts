// Takes the pieces of nodes' gradients as they arrive. Most are added to the step's sum at once; a node that
// somebody wants to look at is put together first. Takes only what a lease expects, each node in one transfer at a
// time, so no peer can make it hold more than the work that was given out.

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
import { areLeavesOf } from "./sums.ts";

interface Partial {
  readonly transferId: number;
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
  /** By session, then by node. */
  readonly #partials = new Map<string, Map<string, Partial>>();
  /** By session. */
  readonly #finished = new Map<string, Set<number>>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Values of a piece. */
  get pieceLength(): number {
    return this.#options.chunkBytes / bytesPerValue(this.#options.format);
  }

  /** Whether this transfer was taken whole before: its doubles are acknowledged again, and that is all. */
  isFinished(session: string, transferId: number): boolean {
    return this.#finished.get(session)?.has(transferId) === true;
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
    const key = keyOf(message.node);
    const known = this.#partials.get(session)?.get(key);
    if (known !== undefined && message.transferId < known.transferId) {
      return { kind: "refused", reason: "a newer transfer brings the node" };
    }
    const isKnown = known?.transferId === message.transferId && known.leaseId === message.leaseId;
    const partial = isKnown ? known : this.#begin(session, message, reducer);
    const { node } = partial;
    if (message.offset === 0) {
      const { leaves } = message;
      if (!areLeavesOf(node, leaves)) {
        return { kind: "refused", reason: "its leaves are not those of the node" };
      }
      partial.leaves = leaves;
    }
    const verdict = partial.transfer.take(message, payload);
    if (verdict.kind === "refused") return verdict;
    if (!partial.transfer.isComplete) return { kind: "taken" };
    this.#partials.get(session)?.delete(key);
    this.#remember(session, message.transferId);
    return { kind: "whole", array: partial.array, leaves: partial.leaves };
  }

  /** Drops what a session had sent in part of a lease. What is in the sum stays there. */
  drop(session: string, leaseId: number): void {
    const partials = this.#partials.get(session);
    for (const [key, partial] of partials ?? []) {
      if (partial.leaseId !== leaseId) continue;
      partials!.delete(key);
      this.#release(partial);
    }
  }

  /** Forgets a session: {@link drop} of all of it, and of what was whole. */
  forget(session: string): void {
    for (const partial of this.#partials.get(session)?.values() ?? []) this.#release(partial);
    this.#partials.delete(session);
    this.#finished.delete(session);
  }

  #release({ array }: Partial): void {
    if (array !== undefined) this.#options.pool.give(array);
  }

  #begin(
    session: string,
    { transferId, leaseId, node }: MessageOf<"gradient">,
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
      transferId,
      leaseId,
      node,
      array,
      transfer: new IncomingTransfer(totalBytes, chunkBytes, checksum, write),
      leaves: [],
    };
    const ofSession = this.#partials.get(session) ?? new Map<string, Partial>();
    this.#partials.set(session, ofSession);
    const before = ofSession.get(keyOf(node));
    if (before !== undefined) this.#release(before);
    ofSession.set(keyOf(node), partial);
    return partial;
  }

  #remember(session: string, transferId: number): void {
    const finished = this.#finished.get(session) ?? new Set();
    this.#finished.set(session, finished);
    finished.add(transferId);
    if (finished.size > MAX_FINISHED) finished.delete(finished.values().next().value!);
  }
}

function keyOf({ lo, width }: TreeNode): string {
  return `${lo}+${width}`;
}

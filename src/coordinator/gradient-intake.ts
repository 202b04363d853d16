// Takes the pieces of nodes' gradients as they arrive, puts them together and hands whole nodes on. Takes only
// what a lease expects, so no peer can make it hold more than the work that was given out.

import type { FloatPool, TreeNode } from "../collective/index.ts";
import type { LeafStats, MessageOf } from "../protocol/index.ts";
import { IncomingTransfer } from "../transport/index.ts";

interface Partial {
  readonly leaseId: number;
  readonly node: TreeNode;
  readonly array: Float32Array;
  readonly transfer: IncomingTransfer;
  leaves: readonly LeafStats[];
}

export type IntakeVerdict =
  /** Acknowledge. */
  | { readonly kind: "taken" }
  /** Acknowledge; the node is whole. The array belongs to the caller now. */
  | { readonly kind: "whole"; readonly sum: Float32Array; readonly leaves: readonly LeafStats[] }
  | { readonly kind: "refused"; readonly reason: string };

/** How many finished transfers a worker's late doubles are recognised of. */
const MAX_FINISHED = 256;

export class GradientIntake {
  readonly #pool: FloatPool;
  readonly #chunkBytes: number;
  readonly #checksum: boolean;
  readonly #partials = new Map<string, Partial>();
  readonly #finished = new Set<string>();

  constructor(pool: FloatPool, chunkBytes: number, checksum: boolean) {
    this.#pool = pool;
    this.#chunkBytes = chunkBytes;
    this.#checksum = checksum;
  }

  /** Whether this transfer was taken whole before: its doubles are acknowledged again, and that is all. */
  isFinished(session: string, transferId: number): boolean {
    return this.#finished.has(keyOf(session, transferId));
  }

  /** Takes a piece of a node that the sender's lease expects. */
  take(session: string, message: MessageOf<"gradient">, payload: Uint8Array): IntakeVerdict {
    const key = keyOf(session, message.transferId);
    const partial = this.#partials.get(key) ?? this.#begin(key, message);
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
    return { kind: "whole", sum: partial.array, leaves: partial.leaves };
  }

  /** Drops what a session had sent in part, of one lease or of all. */
  drop(session: string, leaseId?: number): void {
    for (const [key, partial] of this.#partials) {
      if (!key.startsWith(`${session}:`)) continue;
      if (leaseId !== undefined && partial.leaseId !== leaseId) continue;
      this.#partials.delete(key);
      this.#pool.give(partial.array);
    }
  }

  #begin(key: string, { leaseId, node }: MessageOf<"gradient">): Partial {
    const array = this.#pool.take();
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    const partial: Partial = {
      leaseId,
      node,
      array,
      transfer: new IncomingTransfer(bytes, this.#chunkBytes, this.#checksum),
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

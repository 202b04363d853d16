// Which microshards of the current piece of work are open, leased or done, and by whom. Holds no tensors and
// knows no clock: the accounting that makes every microshard count exactly once.

import { invariant } from "../core/index.ts";
import {
  microshardsOf,
  nodesOfMicroshards,
  splitMicroshards,
  type TreeNode,
} from "../collective/index.ts";

export interface WorkLease {
  readonly leaseId: number;
  readonly session: string;
  readonly nodes: readonly TreeNode[];
  /** Highest number of earlier leases of one of its microshards. */
  readonly attempt: number;
}

type Entry =
  | { readonly kind: "open" }
  | { readonly kind: "leased"; readonly leaseId: number }
  | { readonly kind: "done"; readonly by: string };

export interface CompletedNode {
  readonly node: TreeNode;
  /** Name of the worker whose result counts. */
  readonly by: string;
}

export class WorkTable {
  readonly #entries: Entry[];
  readonly #numLeases: Uint16Array;
  readonly #leases = new Map<number, WorkLease>();
  readonly #completed: CompletedNode[] = [];
  #numDone = 0;

  constructor(numMicroshards: number) {
    this.#entries = Array.from({ length: numMicroshards }, () => ({ kind: "open" }));
    this.#numLeases = new Uint16Array(numMicroshards);
  }

  get isDone(): boolean {
    return this.#numDone === this.#entries.length;
  }

  /** The nodes that count, in the order of their completion. */
  get completed(): readonly CompletedNode[] {
    return this.#completed;
  }

  /** How many microshards were leased more than once. */
  get numReissued(): number {
    return this.#numLeases.filter((count) => count > 1).length;
  }

  /**
   * Splits what is open among idle workers.
   *
   * @param workers With their relative speeds.
   * @param nextLeaseId Gives a number that no lease of this coordinator had.
   */
  assign(
    workers: readonly { readonly session: string; readonly speed: number }[],
    nextLeaseId: () => number,
  ): WorkLease[] {
    const open = this.#entries.flatMap(({ kind }, i) => (kind === "open" ? [i] : []));
    if (open.length === 0 || workers.length === 0) return [];
    const speeds = workers.map(({ speed }) => speed);
    return splitMicroshards(open, speeds).flatMap((microshards, i) => {
      if (microshards.length === 0) return [];
      const lease: WorkLease = {
        leaseId: nextLeaseId(),
        session: workers[i]!.session,
        nodes: nodesOfMicroshards(microshards),
        attempt: Math.max(...microshards.map((microshard) => this.#numLeases[microshard]!)),
      };
      for (const microshard of microshards) {
        this.#entries[microshard] = { kind: "leased", leaseId: lease.leaseId };
        this.#numLeases[microshard]!++;
      }
      this.#leases.set(lease.leaseId, lease);
      return [lease];
    });
  }

  /** Whether a node is part of this lease and still missing. */
  isExpected(leaseId: number, { lo, width }: TreeNode): boolean {
    const lease = this.#leases.get(leaseId);
    const isLeased = lease?.nodes.some((node) => node.lo === lo && node.width === width) ?? false;
    const entry = this.#entries[lo];
    return isLeased && entry?.kind === "leased" && entry.leaseId === leaseId;
  }

  /** Counts a node. It must be expected. @returns whether that completed its lease. */
  complete(leaseId: number, node: TreeNode, by: string): boolean {
    invariant(this.isExpected(leaseId, node), `node ${node.lo}+${node.width} was not expected`);
    for (const microshard of microshardsOf(node)) {
      this.#entries[microshard] = { kind: "done", by };
      this.#numDone++;
    }
    this.#completed.push({ node, by });
    const isComplete = this.#leases
      .get(leaseId)!
      .nodes.every(({ lo }) => this.#entries[lo]!.kind === "done");
    if (isComplete) this.#leases.delete(leaseId);
    return isComplete;
  }

  /** Ends a lease; what it had not completed is open again. @returns the number of these microshards. */
  release(leaseId: number): number {
    const lease = this.#leases.get(leaseId);
    if (lease === undefined) return 0;
    this.#leases.delete(leaseId);
    let numReleased = 0;
    for (const microshard of lease.nodes.flatMap(microshardsOf)) {
      if (this.#entries[microshard]!.kind !== "leased") continue;
      this.#entries[microshard] = { kind: "open" };
      numReleased++;
    }
    return numReleased;
  }
}

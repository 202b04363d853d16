// Which microshards of the current piece of work are open, leased or done, and by whom. Holds no tensors and
// knows no clock: the accounting that makes every microshard count exactly once.

import {
  alignedNodes,
  microshardsOf,
  nodesOfMicroshards,
  splitMicroshards,
  type TreeNode,
} from "../collective/index.ts";
import { invariant } from "../core/index.ts";

export interface WorkLease {
  readonly leaseId: number;
  readonly session: string;
  readonly nodes: readonly TreeNode[];
  /** Highest number of earlier leases of one of its microshards. */
  readonly attempt: number;
}

type Entry =
  | { readonly kind: "open" }
  /** More than one lease when a late one was backed up: the first result counts. */
  | { readonly kind: "leased"; readonly leaseIds: readonly number[] }
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
  readonly #alone: boolean;
  #numDone = 0;

  /** @param alone Each microshard is a node of its own, delivered as soon as it is computed. */
  constructor(numMicroshards: number, { alone = false }: { readonly alone?: boolean } = {}) {
    this.#alone = alone;
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
    return this.#grant(open, workers, nextLeaseId);
  }

  /**
   * Gives what a late lease has not delivered to idle workers as well. Results are equal, so the first counts.
   *
   * @returns the new leases; empty when the lease is not held, or backed up already.
   */
  backUp(
    leaseId: number,
    workers: readonly { readonly session: string; readonly speed: number }[],
    nextLeaseId: () => number,
  ): WorkLease[] {
    const missing = this.missing(leaseId);
    const isBackedUp = missing.some((microshard) => this.#holders(microshard).length > 1);
    if (missing.length === 0 || isBackedUp || workers.length === 0) return [];
    return this.#grant(missing, workers, nextLeaseId);
  }

  /** The microshards that a lease has still to deliver. */
  missing(leaseId: number): number[] {
    const nodes = this.#leases.get(leaseId)?.nodes ?? [];
    return nodes
      .flatMap(microshardsOf)
      .filter((microshard) => this.#holders(microshard).includes(leaseId));
  }

  get numDone(): number {
    return this.#numDone;
  }

  #holders(microshard: number): readonly number[] {
    const entry = this.#entries[microshard]!;
    return entry.kind === "leased" ? entry.leaseIds : [];
  }

  #grant(
    microshards: readonly number[],
    workers: readonly { readonly session: string; readonly speed: number }[],
    nextLeaseId: () => number,
  ): WorkLease[] {
    const speeds = workers.map(({ speed }) => speed);
    return splitMicroshards(microshards, speeds).flatMap((part, i) => {
      if (part.length === 0) return [];
      const lease: WorkLease = {
        leaseId: nextLeaseId(),
        session: workers[i]!.session,
        nodes: this.#alone ? part.map((lo) => ({ lo, width: 1 })) : nodesOfMicroshards(part),
        attempt: Math.max(...part.map((microshard) => this.#numLeases[microshard]!)),
      };
      for (const microshard of part) {
        const leaseIds = [...this.#holders(microshard), lease.leaseId];
        this.#entries[microshard] = { kind: "leased", leaseIds };
        this.#numLeases[microshard]!++;
      }
      this.#leases.set(lease.leaseId, lease);
      return [lease];
    });
  }

  /** Whether a node is part of this lease and still missing. */
  isExpected(leaseId: number, node: TreeNode): boolean {
    const lease = this.#leases.get(leaseId);
    const isLeased = lease?.nodes.some(({ lo, width }) => lo === node.lo && width === node.width);
    return (
      isLeased === true &&
      microshardsOf(node).every((microshard) => this.#holders(microshard).includes(leaseId))
    );
  }

  /**
   * Counts a node. It must be expected.
   *
   * @returns the leases that have nothing more to deliver: this one when it is complete, and others that it beat.
   */
  complete(leaseId: number, node: TreeNode, by: string): number[] {
    invariant(this.isExpected(leaseId, node), `node ${node.lo}+${node.width} was not expected`);
    const microshards = microshardsOf(node);
    const holders = new Set(microshards.flatMap((microshard) => this.#holders(microshard)));
    for (const microshard of microshards) this.#entries[microshard] = { kind: "done", by };
    this.#numDone += node.width;
    this.#completed.push({ node, by });
    for (const other of holders) if (other !== leaseId) this.#giveUpTornNodes(other);
    return [...holders].filter((holder) => {
      if (this.missing(holder).length > 0) return false;
      this.#leases.delete(holder);
      return true;
    });
  }

  /** Makes one microshard of a lease a node of its own. @returns the lease as it is to be sent. */
  isolate(leaseId: number, microshard: number): WorkLease {
    const lease = this.#leases.get(leaseId);
    invariant(lease !== undefined, `lease ${leaseId} is not held`);
    const nodes = lease.nodes.flatMap(({ lo, width }) =>
      microshard < lo || microshard >= lo + width
        ? [{ lo, width }]
        : [
            ...alignedNodes(lo, microshard),
            { lo: microshard, width: 1 },
            ...alignedNodes(microshard + 1, lo + width),
          ],
    );
    const isolated = { ...lease, nodes };
    this.#leases.set(leaseId, isolated);
    return isolated;
  }

  /** What a lease delivered does not count: the node is open again. @returns whether the lease has more to deliver. */
  reject(leaseId: number, node: TreeNode): boolean {
    for (const microshard of microshardsOf(node)) this.#letGo(microshard, leaseId);
    if (this.missing(leaseId).length > 0) return true;
    this.#leases.delete(leaseId);
    return false;
  }

  /** Nobody waits for a microshard any more: the work is done without it. */
  waive(microshard: number): void {
    invariant(this.#entries[microshard]!.kind !== "done", `microshard ${microshard} is done`);
    this.#entries[microshard] = { kind: "done", by: "" };
    this.#numDone++;
  }

  /** Microshards that are not done. */
  get open(): number[] {
    return this.#entries.flatMap(({ kind }, i) => (kind === "done" ? [] : [i]));
  }

  /** A node that counted was lost after all: somebody must compute it again. */
  reopen({ lo, width }: TreeNode): void {
    const index = this.#completed.findIndex(({ node }) => node.lo === lo && node.width === width);
    invariant(index >= 0, `node ${lo}+${width} does not count`);
    this.#completed.splice(index, 1);
    for (const microshard of microshardsOf({ lo, width })) {
      this.#entries[microshard] = { kind: "open" };
    }
    this.#numDone -= width;
  }

  /** A node that is done in part cannot be delivered whole: the rest of it is no longer this lease's. */
  #giveUpTornNodes(leaseId: number): void {
    for (const node of this.#leases.get(leaseId)?.nodes ?? []) {
      const microshards = microshardsOf(node);
      if (!microshards.some((microshard) => this.#entries[microshard]!.kind === "done")) continue;
      for (const microshard of microshards) this.#letGo(microshard, leaseId);
    }
  }

  #letGo(microshard: number, leaseId: number): boolean {
    const holders = this.#holders(microshard);
    if (!holders.includes(leaseId)) return false;
    const leaseIds = holders.filter((holder) => holder !== leaseId);
    this.#entries[microshard] =
      leaseIds.length === 0 ? { kind: "open" } : { kind: "leased", leaseIds };
    return leaseIds.length === 0;
  }

  /** Ends a lease; what nobody else has is open again. @returns the number of these microshards. */
  release(leaseId: number): number {
    const lease = this.#leases.get(leaseId);
    if (lease === undefined) return 0;
    this.#leases.delete(leaseId);
    return lease.nodes
      .flatMap(microshardsOf)
      .filter((microshard) => this.#letGo(microshard, leaseId)).length;
  }
}

// Who adds which slice of a step's gradient up, what of it is in, and which nodes are lost when workers are. Pure
// accounting; the fleet sends what it says.

import type { TreeNode } from "../collective/index.ts";

export interface MeshWorker {
  readonly session: string;
  readonly peerAddress: string;
  /** What messages to it carry. */
  readonly meshToken: string;
}

interface Slice {
  readonly begin: number;
  readonly end: number;
  owner: MeshWorker;
  isIn: boolean;
  /** It is in, and its owner is gone: nothing of it is sent to anybody. */
  isClosed: boolean;
}

interface Confirmed {
  readonly node: TreeNode;
  readonly session: string;
  assignmentId: number;
}

export class MeshPlan {
  readonly #nextId: () => number;
  readonly #slices: readonly Slice[];
  readonly #confirmed = new Map<string, Confirmed>();
  #assignmentId: number;

  /**
   * @param workers At least one; each gets a slice of about the same length, in whole pieces.
   * @param nextId Gives numbers that grow over the whole run.
   */
  constructor(
    workers: readonly MeshWorker[],
    parameterCount: number,
    pieceLength: number,
    nextId: () => number,
  ) {
    this.#nextId = nextId;
    const numPieces = Math.ceil(parameterCount / pieceLength);
    const numSlices = Math.min(workers.length, numPieces);
    const bound = (slice: number): number =>
      Math.min(parameterCount, pieceLength * Math.round((numPieces * slice) / numSlices));
    this.#slices = Array.from({ length: numSlices }, (_, slice) => ({
      begin: bound(slice),
      end: bound(slice + 1),
      owner: workers[slice]!,
      isIn: false,
      isClosed: false,
    }));
    this.#assignmentId = nextId();
  }

  get assignmentId(): number {
    return this.#assignmentId;
  }

  get isComplete(): boolean {
    return this.#slices.every(({ isIn }) => isIn);
  }

  /** An empty slice is one that nobody waits for. */
  get owners(): { begin: number; end: number; address: string; token: string }[] {
    return this.#slices.map(({ begin, end, owner, isClosed }) => ({
      begin: isClosed ? 0 : begin,
      end: isClosed ? 0 : end,
      address: owner.peerAddress,
      token: owner.meshToken,
    }));
  }

  /** The part that a worker owns and has not delivered; undefined: nothing of it is expected. */
  expected(slice: number, session: string): { begin: number; end: number } | undefined {
    const known = this.#slices[slice];
    return known?.owner.session === session && !known.isIn ? known : undefined;
  }

  onSlice(slice: number): void {
    this.#slices[slice]!.isIn = true;
  }

  /** All owners of the assignment have a node that counts. */
  confirm(node: TreeNode, session: string, assignmentId: number): void {
    this.#confirmed.set(keyOf(node), { node, session, assignmentId });
  }

  /** {@link confirm} for a later assignment, of a node that this worker had confirmed before. */
  reconfirm(node: TreeNode, session: string, assignmentId: number): void {
    const known = this.#confirmed.get(keyOf(node));
    if (known?.session === session) known.assignmentId = assignmentId;
  }

  /**
   * The workers that there are have changed: slices of those that are gone go to others.
   *
   * @returns the nodes that somebody must compute again: a new owner lacks them, and who had them is gone.
   */
  onMembers(workers: readonly MeshWorker[]): TreeNode[] {
    if (workers.length === 0) return [];
    const sessions = new Set(workers.map(({ session }) => session));
    const orphans = this.#slices.filter(
      ({ owner, isClosed }) => !isClosed && !sessions.has(owner.session),
    );
    orphans.forEach((slice, i) => {
      if (slice.isIn) slice.isClosed = true;
      else slice.owner = workers[i % workers.length]!;
    });
    if (orphans.length > 0) this.#assignmentId = this.#nextId();
    if (this.isComplete) return [];
    const lost = [...this.#confirmed.values()].filter(
      ({ session, assignmentId }) => !sessions.has(session) && assignmentId < this.#assignmentId,
    );
    for (const { node } of lost) this.#confirmed.delete(keyOf(node));
    return lost.map(({ node }) => node);
  }
}

function keyOf({ lo, width }: TreeNode): string {
  return `${lo}+${width}`;
}

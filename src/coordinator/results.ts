// Takes what workers computed: gradients piece by piece, and losses. Counts a node when it is whole and still expected,
// after the looks at it that its step asks for.

import { type ArrayFormat, FloatPool, type TreeNode } from "../collective/index.ts";
import type { Logger } from "../core/index.ts";
import type { LeafStats, MessageOf } from "../protocol/index.ts";
import type { CurrentWork } from "./current-work.ts";
import type { FleetEvent } from "./fleet-event.ts";
import { GradientIntake } from "./gradient-intake.ts";
import type { Leases } from "./leases.ts";
import type { Member } from "./member.ts";
import type { Outbox } from "./outbox.ts";
import type { PhaseMeter } from "./phase-meter.ts";
import type { Roster } from "./roster.ts";

export interface ResultsOptions {
  /** Whole arrays. */
  readonly pool: FloatPool;
  readonly format: ArrayFormat;
  readonly checksum: boolean;
  /** Bytes of a piece, where the transport takes them. */
  readonly chunkBytes: number;
  readonly roster: Roster;
  readonly outbox: Outbox;
  readonly leases: Leases;
  readonly meter: PhaseMeter;
  readonly logger: Logger;
  readonly onEvent: (event: FleetEvent) => void;
  /** Workers that may be given something. */
  readonly eligible: () => readonly Member[];
  /** More is done, or somebody is idle. */
  readonly changed: () => void;
}

export class Results {
  readonly #options: ResultsOptions;
  #chunkBytes: number;
  #intake: GradientIntake;
  #spares: FloatPool;

  constructor(options: ResultsOptions) {
    this.#options = options;
    this.#chunkBytes = options.chunkBytes;
    this.#intake = new GradientIntake(options);
    this.#spares = new FloatPool(this.#intake.pieceLength);
  }

  /** Bytes of a piece. */
  get chunkBytes(): number {
    return this.#chunkBytes;
  }

  /** Values of a piece of a gradient. */
  get pieceLength(): number {
    return this.#intake.pieceLength;
  }

  /** Memory for pieces. */
  get spares(): FloatPool {
    return this.#spares;
  }

  /** While there are no members, and no work. */
  limitChunks(maxPieceBytes: number): void {
    this.#chunkBytes = Math.min(this.#options.chunkBytes, maxPieceBytes);
    this.#intake = new GradientIntake({ ...this.#options, chunkBytes: this.#chunkBytes });
    this.#spares = new FloatPool(this.#intake.pieceLength);
  }

  /** See {@link GradientIntake.drop}. */
  drop(session: string, leaseId: number): void {
    this.#intake.drop(session, leaseId);
  }

  forget(session: string): void {
    this.#intake.forget(session);
  }

  onGradient(
    work: CurrentWork | undefined,
    member: Member,
    message: MessageOf<"gradient">,
    payload: Uint8Array,
  ): void {
    const { outbox, meter, logger } = this.#options;
    const { leaseId, node, transferId, offset } = message;
    const acknowledge = (): void => outbox.send(member, { type: "received", transferId, offset });
    if (this.#intake.isFinished(member.session, transferId)) return acknowledge();
    const { lease } = member;
    if (
      work === undefined ||
      !work.isGradient ||
      work.mesh !== undefined ||
      lease?.leaseId !== leaseId ||
      !(lease.isAudit ? work.audit?.isOf(node) : work.table.isExpected(leaseId, node))
    ) {
      outbox.send(member, { type: "revoke", leaseId, reason: "no longer wanted" });
      return;
    }
    const verdict = meter.reducing(() =>
      this.#intake.take(member.session, message, payload, work.reducerFor(node)),
    );
    if (verdict.kind === "refused") {
      logger.log("warn", "gradient.refused", { worker: member.name, reason: verdict.reason });
      return;
    }
    work.contributors.add(member.name);
    lease.progressAtMs = member.lastSeenMs;
    lease.firstPieceAtMs ??= member.lastSeenMs;
    acknowledge();
    if (verdict.kind !== "whole") return;
    const { array, leaves } = verdict;
    if (array !== undefined) {
      if (lease.isAudit) return this.#onAudited(work, member, array);
      if (work.isRepeat && this.#isRejected(work, member, leaseId, node, array)) return;
      work.audit?.onCounted(node, member.name, array);
      meter.reducing(() => work.add(node, array));
    }
    this.complete(work, member, leaseId, node, leaves);
  }

  onEvaluation(
    work: CurrentWork | undefined,
    member: Member,
    { leaseId, leaves }: MessageOf<"evaluation">,
  ): void {
    const { lease } = member;
    if (work === undefined || work.isGradient || lease?.leaseId !== leaseId) return;
    const byMicroshard = new Map(leaves.map((leaf) => [leaf.microshard, leaf]));
    for (const node of lease.nodes) {
      // Some of it may have been done by a faster worker, or the work may just have ended.
      if (!work.table.isExpected(leaseId, node)) continue;
      const ofNode = Array.from({ length: node.width }, (_, i) => byMicroshard.get(node.lo + i));
      if (!ofNode.every((leaf) => leaf !== undefined)) return;
      this.complete(work, member, leaseId, node, ofNode);
    }
  }

  /** A node counts, and its lease may have ended with it. */
  complete(
    work: CurrentWork,
    member: Member,
    leaseId: number,
    node: TreeNode,
    leaves: readonly LeafStats[],
  ): void {
    const { leases, meter, changed } = this.#options;
    work.contributors.add(member.name);
    for (const leaf of leaves) work.leaves[leaf.microshard] = leaf;
    for (const ended of work.table.complete(leaseId, node, member.name)) {
      if (ended === leaseId) {
        if (member.lease !== undefined) meter.onLeaseDone(member.name, member.lease);
        leases.end(member);
      } else this.#onBeaten(ended);
    }
    changed();
  }

  /** Another worker delivered what this lease had still to deliver. */
  #onBeaten(leaseId: number): void {
    const { roster, leases } = this.#options;
    for (const member of roster) {
      if (member.lease?.leaseId === leaseId) leases.revoke(member, "another worker was faster");
    }
  }

  #onAudited(work: CurrentWork, member: Member, array: Float32Array): void {
    const { pool, leases, onEvent, changed } = this.#options;
    const alert = work.audit?.compare(member.name, array);
    pool.give(array);
    leases.end(member);
    if (alert !== undefined) {
      work.alerts.push(alert);
      onEvent(alert);
    }
    changed();
  }

  /** A node that is not finite is done again by a worker that gave no such node; when all did, it counts. */
  #isRejected(
    work: CurrentWork,
    member: Member,
    leaseId: number,
    node: TreeNode,
    array: Float32Array,
  ): boolean {
    const { pool, leases, eligible, changed } = this.#options;
    const { suspects } = work;
    if (array.every(Number.isFinite)) return false;
    if (!eligible().some(({ name }) => name !== member.name && !suspects.has(name))) return false;
    suspects.add(member.name);
    pool.give(array);
    if (!work.table.reject(leaseId, node)) leases.end(member);
    changed();
    return true;
  }
}

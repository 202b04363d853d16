// The leases that workers hold: granted, sent again, renewed by progress, expired, ended. Who gets which is decided in
// `sharing-out`.

import { microshardsOf } from "../collective/index.ts";
import type { Clock } from "../core/index.ts";
import type { MessageOf } from "../protocol/index.ts";
import type { CurrentWork } from "./current-work.ts";
import type { FleetEvent } from "./fleet-event.ts";
import {
  auditTtlMs,
  leaseTtlMs,
  msPerMicroshardAfterExpiry,
  updatedMsPerMicroshard,
} from "./lease-policy.ts";
import type { HeldLease, Member } from "./member.ts";
import type { Outbox } from "./outbox.ts";
import type { CoordinatorPolicy } from "./policy.ts";
import type { Roster } from "./roster.ts";
import type { WorkLease } from "./work-table.ts";

export interface LeasesOptions {
  readonly roster: Roster;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly policy: CoordinatorPolicy;
  readonly onEvent: (event: FleetEvent) => void;
  /** What came in of it in part counts no more. */
  readonly onEnded: (session: string, leaseId: number) => void;
}

export class Leases {
  readonly #options: LeasesOptions;
  #nextId = 1;

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** A number that no lease had. */
  nextId(): number {
    return this.#nextId++;
  }

  /** Their workers hold them from now on. */
  grant(work: CurrentWork, leases: readonly WorkLease[], isAudit = false): void {
    const { roster, clock, onEvent } = this.#options;
    const nowMs = clock.nowMs();
    for (const lease of leases) {
      const member = roster.of(lease.session)!;
      // What goes from worker to worker is not seen here.
      if (work.mesh !== undefined) work.contributors.add(member.name);
      member.lease = {
        ...lease,
        purpose: work.work.purpose,
        sentAtMs: nowMs,
        progressAtMs: nowMs,
        grantedAtMs: nowMs,
        startableAtMs: nowMs,
        computedAtMs: undefined,
        firstPieceAtMs: undefined,
        isAudit,
      };
      const { leaseId, attempt, nodes } = lease;
      onEvent({
        kind: "leased",
        worker: member.name,
        leaseId,
        purpose: work.work.purpose,
        step: work.work.step,
        attempt,
        numMicroshards: nodes.reduce((sum, { width }) => sum + width, 0),
      });
      this.#sendLease(work, member, member.lease);
    }
  }

  /** The worker has what its lease computes from. */
  onStartable({ lease }: Member): void {
    if (lease === undefined) return;
    const nowMs = this.#options.clock.nowMs();
    lease.progressAtMs = nowMs;
    lease.startableAtMs = nowMs;
  }

  /** Learns the worker's pace, renews its lease, and tells it again what it has not heard. */
  onProgress(
    work: CurrentWork | undefined,
    member: Member,
    message: MessageOf<"progress">,
    nowMs: number,
  ): void {
    const { outbox, policy } = this.#options;
    const { lease } = member;
    const numNew = message.computedMicroshards - member.computedMicroshards;
    if (numNew > 0) {
      if (lease !== undefined && message.leaseId === lease.leaseId) {
        member.msPerMicroshard = updatedMsPerMicroshard(
          member.msPerMicroshard,
          nowMs - lease.progressAtMs,
          numNew,
        );
        lease.progressAtMs = nowMs;
        lease.computedAtMs = nowMs;
      }
      member.computedMicroshards = message.computedMicroshards;
      member.isStalled = false;
    }
    if (message.leaseId === 0) member.isStalled = false;
    else if (lease === undefined && member.isStalled) {
      outbox.send(member, { type: "revoke", leaseId: message.leaseId, reason: "no progress" });
    }
    const isUnheard = lease !== undefined && message.leaseId < lease.leaseId;
    if (work !== undefined && isUnheard && nowMs - lease.sentAtMs > policy.resendMs) {
      this.#sendLease(work, member, lease);
    }
  }

  /** @returns whether the worker made no progress for too long: then its lease is open again. */
  expire(work: CurrentWork | undefined, member: Member, nowMs: number): boolean {
    const { policy, outbox, onEvent } = this.#options;
    const { lease } = member;
    if (lease === undefined) return false;
    const ttlMs = lease.isAudit
      ? auditTtlMs(member.msPerMicroshard, policy)
      : leaseTtlMs(member.msPerMicroshard, policy);
    const withoutProgressMs = nowMs - lease.progressAtMs;
    if (withoutProgressMs < ttlMs) return false;
    const { leaseId } = lease;
    member.isStalled = true;
    member.msPerMicroshard = msPerMicroshardAfterExpiry(member.msPerMicroshard, withoutProgressMs);
    onEvent({ kind: "expired", worker: member.name, leaseId, withoutProgressMs });
    this.release(work, member);
    outbox.send(member, { type: "revoke", leaseId, reason: "no progress" });
    return true;
  }

  /** What the worker has not delivered is open again. */
  release(work: CurrentWork | undefined, member: Member): void {
    const { lease } = member;
    if (lease === undefined) return;
    this.end(member);
    if (lease.isAudit) work?.audit?.giveUp();
    const numMicroshards = work?.table.release(lease.leaseId) ?? 0;
    if (numMicroshards === 0) return;
    this.#options.onEvent({ kind: "reissued", worker: member.name, numMicroshards });
  }

  /** Nothing of the worker's lease is expected any more. */
  end(member: Member): void {
    if (member.lease === undefined) return;
    this.#options.onEnded(member.session, member.lease.leaseId);
    member.lease = undefined;
  }

  /** {@link end}, and the worker is told so. */
  revoke(member: Member, reason: string): void {
    if (member.lease === undefined) return;
    const { leaseId } = member.lease;
    this.end(member);
    this.#options.outbox.send(member, { type: "revoke", leaseId, reason });
  }

  #sendLease({ work, mesh }: CurrentWork, member: Member, lease: HeldLease): void {
    const { clock, outbox } = this.#options;
    lease.sentAtMs = clock.nowMs();
    const { leaseId, purpose, attempt, nodes } = lease;
    const { step, revision, round } = work;
    outbox.send(member, {
      type: "lease",
      leaseId,
      purpose,
      step,
      revision,
      attempt,
      nodes: [...nodes],
      mesh: mesh !== undefined,
      blocks: nodes.flatMap(microshardsOf).flatMap((replica) => round?.blocks[replica] ?? []),
    });
  }
}

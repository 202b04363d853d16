// One admitted worker, as the coordinator sees it.

import type { OutgoingTransfers } from "../transport/index.ts";
import type { WorkLease } from "./work-table.ts";

export interface HeldLease extends WorkLease {
  readonly purpose: "gradient" | "evaluation";
  readonly grantedAtMs: number;
  /** Its result is compared, not counted. */
  readonly isAudit: boolean;
  sentAtMs: number;
  /** Renewed when the worker's count of computed microshards grows. */
  progressAtMs: number;
  /** When the worker had the lease and the parameters. */
  startableAtMs: number;
  /** When its newest microshard was computed, and when its first gradient began to arrive. */
  computedAtMs: number | undefined;
  firstPieceAtMs: number | undefined;
}

export interface Member {
  readonly session: string;
  readonly peer: string;
  readonly name: string;
  /** Where other workers reach it, and what their messages to it carry; empty in a star. */
  readonly peerAddress: string;
  readonly meshToken: string;
  readonly outgoing: OutgoingTransfers;
  lastSeenMs: number;
  /** Newest revision that it has whole; -1 at first. */
  heldRevision: number;
  /** The transfer that brings it a newer one. */
  parameterTransfer: { readonly id: number; readonly revision: number } | undefined;
  lease: HeldLease | undefined;
  computedMicroshards: number;
  msPerMicroshard: number | undefined;
  /** Let a lease expire; gets no other before it makes progress again. */
  isStalled: boolean;
  /** Somebody else used its session. */
  isImpersonated: boolean;
}

export function isIdle({ lease, isStalled }: Member): boolean {
  return lease === undefined && !isStalled;
}

/** Relative speed for sharing out work; a newcomer counts as average. */
export function speedOf(member: Member, all: readonly Member[]): number {
  const known = all.flatMap(({ msPerMicroshard }) => msPerMicroshard ?? []);
  const average = known.length === 0 ? 1 : known.reduce((sum, ms) => sum + ms, 0) / known.length;
  return 1 / Math.max(1e-3, member.msPerMicroshard ?? average);
}

/** Workers that keep up: those that still fetch their first parameters would hold a step up. */
export function keepingUp(members: readonly Member[], newestRevision: number): Member[] {
  const upToDate = members.filter(
    ({ heldRevision }) => heldRevision >= Math.max(0, newestRevision - 1),
  );
  return upToDate.length > 0 ? upToDate : members.filter(({ heldRevision }) => heldRevision >= 0);
}

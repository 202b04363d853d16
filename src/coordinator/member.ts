// One admitted worker, as the coordinator sees it.

import type { OutgoingTransfers } from "../transport/index.ts";
import type { WorkLease } from "./work-table.ts";

export interface HeldLease extends WorkLease {
  readonly purpose: "gradient" | "evaluation";
  readonly grantedAtMs: number;
  sentAtMs: number;
  /** Renewed when the worker's count of computed microshards grows. */
  progressAtMs: number;
}

export interface Member {
  readonly session: string;
  readonly peer: string;
  readonly name: string;
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
}

/** Relative speed for sharing out work; a newcomer counts as average. */
export function speedOf(member: Member, all: readonly Member[]): number {
  const known = all.flatMap(({ msPerMicroshard }) => msPerMicroshard ?? []);
  const average = known.length === 0 ? 1 : known.reduce((sum, ms) => sum + ms, 0) / known.length;
  return 1 / Math.max(1e-3, member.msPerMicroshard ?? average);
}

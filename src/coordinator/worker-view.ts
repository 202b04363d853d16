// What an operator sees of one worker. Pure.

import type { Member } from "./member.ts";

export interface WorkerView {
  readonly name: string;
  /** `stalled`: it let a lease expire and has made no progress since. */
  readonly phase: "downloading" | "waiting" | "computing" | "uploading" | "stalled";
  /** Its lease, while it holds one. */
  readonly lease:
    | {
        readonly id: number;
        readonly attempt: number;
        readonly numMicroshards: number;
        readonly ageMs: number;
      }
    | undefined;
  readonly computedMicroshards: number;
  /** Undefined before its first microshard. */
  readonly msPerMicroshard: number | undefined;
  /** Since its last message. */
  readonly silentMs: number;
  /** Newest parameters that it has; -1 at first. */
  readonly heldRevision: number;
}

/** @param newestRevision Of the parameters that are published. */
export function viewOf(member: Member, newestRevision: number, nowMs: number): WorkerView {
  const { name, lease, computedMicroshards, msPerMicroshard, lastSeenMs, heldRevision } = member;
  return {
    name,
    phase: phaseOf(member, newestRevision),
    lease: lease && {
      id: lease.leaseId,
      attempt: lease.attempt,
      numMicroshards: lease.nodes.reduce((sum, { width }) => sum + width, 0),
      ageMs: nowMs - lease.grantedAtMs,
    },
    computedMicroshards,
    msPerMicroshard,
    silentMs: nowMs - lastSeenMs,
    heldRevision,
  };
}

function phaseOf(member: Member, newestRevision: number): WorkerView["phase"] {
  if (member.isStalled) return "stalled";
  if (member.heldRevision < newestRevision) return "downloading";
  if (member.lease === undefined) return "waiting";
  return member.lease.firstPieceAtMs === undefined ? "computing" : "uploading";
}

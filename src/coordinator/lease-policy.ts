// How long a lease lasts, and when it has ended. Pure; heartbeats keep a worker alive, only progress keeps
// its lease.

import type { CoordinatorPolicy } from "./policy.ts";

/** Weight of the newest measurement in a worker's time per microshard. */
const EWMA_WEIGHT = 0.3;

/**
 * Time without progress after which a lease ends.
 *
 * @param msPerMicroshard Of this worker; undefined before its first.
 */
export function leaseTtlMs(
  msPerMicroshard: number | undefined,
  policy: Pick<CoordinatorPolicy, "leaseFactor" | "leaseMinMs" | "leaseMaxMs" | "firstLeaseMs">,
): number {
  if (msPerMicroshard === undefined) return policy.firstLeaseMs;
  const wanted = policy.leaseFactor * msPerMicroshard;
  return Math.min(policy.leaseMaxMs, Math.max(policy.leaseMinMs, wanted));
}

/** How long a second computing may hold a step up; shorter than a lease, because nothing is lost without it. */
export function auditTtlMs(
  msPerMicroshard: number | undefined,
  policy: Pick<CoordinatorPolicy, "leaseFactor">,
): number {
  return Math.max(MIN_AUDIT_MS, policy.leaseFactor * (msPerMicroshard ?? 0));
}

const MIN_AUDIT_MS = 1000;

export function updatedMsPerMicroshard(
  previous: number | undefined,
  elapsedMs: number,
  numMicroshards: number,
): number {
  const measured = elapsedMs / numMicroshards;
  return previous === undefined ? measured : previous + EWMA_WEIGHT * (measured - previous);
}

/**
 * After a lease that ended without progress: a microshard takes at least as long as was waited. Quick evaluations make
 * gradients look quicker than they are; without this, leases that are too short would be given for ever.
 */
export function msPerMicroshardAfterExpiry(
  previous: number | undefined,
  withoutProgressMs: number,
): number {
  return Math.max(previous ?? 0, withoutProgressMs);
}

export interface LeaseAge {
  readonly leaseId: number;
  readonly ageMs: number;
  /** Microshards that it has still to deliver. */
  readonly numMissing: number;
}

/** A lease is late at this many times what a middling worker would need for it. */
const LATE_FACTOR = 1.5;
/** Below this, waiting is cheaper than computing twice. */
const MIN_LATE_MS = 250;

/**
 * Which lease idle workers should do a second time: the latest, once half of the step is in and it has taken
 * clearly longer than it should.
 *
 * @param msPerMicroshard Of the workers whose speed is known.
 */
export function decideBackup({
  doneShare,
  msPerMicroshard,
  leases,
}: {
  readonly doneShare: number;
  readonly msPerMicroshard: readonly number[];
  readonly leases: readonly LeaseAge[];
}): number | undefined {
  if (doneShare < 0.5 || msPerMicroshard.length === 0) return undefined;
  const sorted = msPerMicroshard.toSorted((a, b) => a - b);
  const middle = sorted[(sorted.length - 1) >> 1]!;
  const lateness = ({ ageMs, numMissing }: LeaseAge): number =>
    ageMs - Math.max(MIN_LATE_MS, LATE_FACTOR * middle * numMissing);
  const [latest] = leases
    .filter((lease) => lease.numMissing > 0 && lateness(lease) > 0)
    .toSorted((a, b) => lateness(b) - lateness(a));
  return latest?.leaseId;
}

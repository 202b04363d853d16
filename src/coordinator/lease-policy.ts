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

export function updatedMsPerMicroshard(
  previous: number | undefined,
  elapsedMs: number,
  numMicroshards: number,
): number {
  const measured = elapsedMs / numMicroshards;
  return previous === undefined ? measured : previous + EWMA_WEIGHT * (measured - previous);
}

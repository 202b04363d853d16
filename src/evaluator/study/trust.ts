// Whether the surrogate's word counts for this search, and why. Judged from predictions made before each tell.

import { coverage, spearman } from "../../metrics/index.ts";
import type { TrustPolicy } from "./spec.ts";

export type TrustState = "trusted" | "calibrating" | "untrusted";

/** Why trust is not full; `code` is stable and meant for programs. */
export interface TrustReason {
  readonly code:
    | "FEW_TELLS"
    | "COVERAGE_LOW"
    | "RANK_LOW"
    | "BIASED"
    | "DRIFT"
    | "TRUNCATED"
    | "UNFAMILIAR";
  readonly objective?: string;
  readonly value: number;
  readonly limit: number;
}

export interface Trust {
  readonly state: TrustState;
  readonly reasons: readonly TrustReason[];
}

/** What was predicted for a candidate before it was told, and what came out; in costs, or in any one unit. */
export interface Forecast {
  readonly median: number;
  /** Ends of the 90 % interval. */
  readonly low: number;
  readonly high: number;
  readonly actual: number;
}

// One chance in 1,000 that an unbiased forecast is on one side this many times running.
const MAX_SIGN_RUN = 10;
const MIN_FOR_RANK = 8;
// One chance in 1,000 that errors of one and the same spread look so much larger in the second half.
const MAX_DRIFT = 3.1;
const MIN_FOR_DRIFT = 16;

/** Judges the forecasts of each objective, the oldest first. Pure. */
export function judgeTrust(
  forecasts: Readonly<Record<string, readonly Forecast[]>>,
  policy: TrustPolicy,
): Trust {
  const reasons = Object.entries(forecasts).flatMap(([objective, all]) =>
    judgeObjective(objective, all.slice(-policy.window), policy),
  );
  const numTells = Math.min(...Object.values(forecasts).map((all) => all.length));
  if (numTells < policy.minTells) {
    const few: TrustReason = { code: "FEW_TELLS", value: numTells, limit: policy.minTells };
    return { state: "calibrating", reasons: [few] };
  }
  return { state: reasons.length === 0 ? "trusted" : "untrusted", reasons };
}

function judgeObjective(
  objective: string,
  recent: readonly Forecast[],
  policy: TrustPolicy,
): TrustReason[] {
  const reasons: TrustReason[] = [];
  const actual = recent.map((forecast) => forecast.actual);
  const covered = coverage(
    recent.map(({ low }) => low),
    recent.map(({ high }) => high),
    actual,
  );
  if (covered < policy.minCoverage) {
    reasons.push({ code: "COVERAGE_LOW", objective, value: covered, limit: policy.minCoverage });
  }
  const rho = spearman(
    recent.map(({ median }) => median),
    actual,
  );
  // NaN where either side does not vary: nothing to rank, nothing against it.
  if (recent.length >= MIN_FOR_RANK && rho < policy.minSpearman) {
    reasons.push({ code: "RANK_LOW", objective, value: rho, limit: policy.minSpearman });
  }
  const run = lastSignRun(recent);
  if (run > MAX_SIGN_RUN) {
    reasons.push({ code: "BIASED", objective, value: run, limit: MAX_SIGN_RUN });
  }
  const drift = recent.length < MIN_FOR_DRIFT ? 0 : driftOf(recent);
  if (drift > MAX_DRIFT) {
    reasons.push({ code: "DRIFT", objective, value: drift, limit: MAX_DRIFT });
  }
  return reasons;
}

/**
 * Whether errors, each in units of its own predicted spread, grow: the rank sum of the newer half against the
 * older (Mann and Whitney, 1947), in standard deviations.
 */
function driftOf(recent: readonly Forecast[]): number {
  const sizes = recent.map(
    ({ median, low, high, actual }) => Math.abs(actual - median) / Math.max(high - low, 1e-300),
  );
  const half = sizes.length >> 1;
  const [older, newer] = [sizes.slice(0, half), sizes.slice(half)];
  let numLarger = 0;
  for (const size of newer) {
    for (const other of older) numLarger += size > other ? 1 : size === other ? 0.5 : 0;
  }
  const pairs = older.length * newer.length;
  return (numLarger - pairs / 2) / Math.sqrt((pairs * (sizes.length + 1)) / 12);
}

/** How many of the last forecasts were wrong in the same direction. */
function lastSignRun(recent: readonly Forecast[]): number {
  const signs = recent.map(({ median, actual }) => Math.sign(actual - median)).toReversed();
  const first = signs[0] ?? 0;
  if (first === 0) return 0;
  const end = signs.findIndex((sign) => sign !== first);
  return end < 0 ? signs.length : end;
}

/**
 * The trust in one candidate: that of the study, less what its own text takes away.
 *
 * @param familiarity See `Familiarity.chance`.
 */
export function trustIn(
  study: Trust,
  truncatedShare: number,
  familiarity: number,
  policy: TrustPolicy,
): Trust {
  const reasons: TrustReason[] = [];
  const { maxTruncatedShare, minFamiliarity } = policy;
  if (truncatedShare > maxTruncatedShare) {
    reasons.push({ code: "TRUNCATED", value: truncatedShare, limit: maxTruncatedShare });
  }
  if (familiarity < minFamiliarity) {
    reasons.push({ code: "UNFAMILIAR", value: familiarity, limit: minFamiliarity });
  }
  if (reasons.length === 0) return study;
  return { state: "untrusted", reasons: [...study.reasons, ...reasons] };
}

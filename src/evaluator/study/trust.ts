// Whether the surrogate's word counts for this search, and why. Judged from predictions made before each tell.

import { coverage, spearman } from "../../metrics/index.ts";
import type { TrustPolicy } from "./spec.ts";

export type TrustState = "trusted" | "calibrating" | "untrusted";

/** Why trust is not full; `code` is stable and meant for programs. */
export interface TrustReason {
  readonly code: "FEW_TELLS" | "COVERAGE_LOW" | "RANK_LOW" | "BIASED" | "TRUNCATED";
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
  return reasons;
}

/** How many of the last forecasts were wrong in the same direction. */
function lastSignRun(recent: readonly Forecast[]): number {
  const signs = recent.map(({ median, actual }) => Math.sign(actual - median)).toReversed();
  const first = signs[0] ?? 0;
  if (first === 0) return 0;
  const end = signs.findIndex((sign) => sign !== first);
  return end < 0 ? signs.length : end;
}

/** The trust in one candidate: that of the study, less what its own text takes away. */
export function trustIn(study: Trust, truncatedShare: number, policy: TrustPolicy): Trust {
  if (truncatedShare <= policy.maxTruncatedShare) return study;
  const limit = policy.maxTruncatedShare;
  const reason: TrustReason = { code: "TRUNCATED", value: truncatedShare, limit };
  return { state: "untrusted", reasons: [...study.reasons, reason] };
}

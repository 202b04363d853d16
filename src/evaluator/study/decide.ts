// Promote, reject or abstain: pure, with its reason.

import type { Policy } from "./spec.ts";
import type { TrustState } from "./trust.ts";

export type Verdict = "promote" | "reject" | "abstain";

export interface Decision {
  readonly verdict: Verdict;
  readonly reason: string;
  /** Promoted although the policy rejects it, to see whether the policy is right. */
  readonly isAudit: boolean;
}

export interface DecisionInput {
  readonly policy: Policy;
  readonly acquisition: number;
  /** Acquisitions of the candidates before this one, the newest last. */
  readonly recent: readonly number[];
  /** P(the evaluation does not fail). */
  readonly feasibility: number;
  readonly trust: TrustState;
  readonly numTold: number;
  readonly warmupTells: number;
  readonly hasIncumbent: boolean;
  /** Told already: its values are known. */
  readonly isKnown: boolean;
  /** Real evaluations that are left, promotions on their way taken off; undefined: no limit. */
  readonly budgetLeft: number | undefined;
  /** Promotions on their way. */
  readonly numAwaited: number;
  /** Candidates that have been decided about. */
  readonly numDecided: number;
  readonly auditShare: number;
  /** Uniform in [0, 1), fixed for this candidate: asking twice gives the same answer. */
  readonly auditDraw: number;
}

const MIN_FEASIBILITY = 0.3;
const WINDOW = 64;

/** Decides about one candidate. */
export function decide(input: DecisionInput): Decision {
  const { budgetLeft, trust } = input;
  const hasBudget = budgetLeft === undefined || budgetLeft > 0;
  if (input.isKnown) return reject("was evaluated before");
  if (!hasBudget) {
    return trust === "untrusted"
      ? { verdict: "abstain", reason: "untrusted, and the budget is spent", isAudit: false }
      : reject("the budget is spent");
  }
  if (trust === "untrusted") return promote("the surrogate is not trusted here");
  if (input.numTold < input.warmupTells) {
    return promote(`${input.numTold} told, the first ${input.warmupTells} are all evaluated`);
  }
  if (!input.hasIncumbent) return promote("nothing to compare with yet");
  const judged = judge(input);
  if (judged.verdict === "reject" && input.auditDraw < input.auditShare) {
    return { ...judged, verdict: "promote", isAudit: true, reason: `audit (${judged.reason})` };
  }
  return judged;
}

function judge(input: DecisionInput): Decision {
  const { policy, acquisition, recent, feasibility } = input;
  if (feasibility < MIN_FEASIBILITY) {
    return reject(`P(does not fail) is ${feasibility.toFixed(2)}, below ${MIN_FEASIBILITY}`);
  }
  switch (policy.kind) {
    case "improve":
      return compare("P(better than the best)", acquisition * feasibility, policy.p);
    case "ei":
      return compareRank("expected improvement", acquisition, recent, policy.share);
    case "topk":
      return compareRank("mean", acquisition, recent, policy.share);
    case "ucb":
      return compare(`gain at the ${policy.level} quantile`, acquisition, 0);
    case "thompson":
      return compare("gain of one draw", acquisition, 0);
    case "pace":
      return compareRank("expected improvement", acquisition, recent, paceOf(input, policy));
    default:
      return policy satisfies never;
  }
}

/** The share to promote so that the budget lasts to the last candidate: it follows what really happens. */
function paceOf(
  { budgetLeft = Infinity, numAwaited, numDecided, numTold }: DecisionInput,
  { candidates }: { readonly candidates: number },
): number {
  const planned = (budgetLeft + numAwaited + numTold) / candidates;
  const rate = budgetLeft / Math.max(1, candidates - numDecided);
  // Promises grow while a search learns: what was spent too fast is made up for faster than in proportion.
  return Math.min(1, rate * Math.min(1, rate / planned) ** 2);
}

function compare(what: string, value: number, limit: number): Decision {
  const isAbove = value > limit;
  const reason = `${what} is ${value.toPrecision(3)}, ${isAbove ? "above" : "not above"} ${limit}`;
  return isAbove ? promote(reason) : reject(reason);
}

/** Whether the value is within the best `share` of the window that it joins. */
function compareRank(
  what: string,
  value: number,
  recent: readonly number[],
  share: number,
): Decision {
  const window = recent.slice(-WINDOW);
  const place = 1 + window.filter((other) => other > value).length;
  const size = window.length + 1;
  const reason = `${what} is number ${place} of the last ${size}, the best ${(share * 100).toPrecision(3)} % are evaluated`;
  return place <= Math.ceil(share * size) ? promote(reason) : reject(reason);
}

const promote = (reason: string): Decision => ({ verdict: "promote", reason, isAudit: false });
const reject = (reason: string): Decision => ({ verdict: "reject", reason, isAudit: false });

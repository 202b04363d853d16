// What a study has come to: the best, what was saved, and whether the surrogate kept its word.

import { coverage } from "../../metrics/index.ts";
import { fromCost } from "./cost.ts";
import { dominates, hypervolume } from "./pareto.ts";
import type { StudyState, Tell } from "./state.ts";
import type { Trust } from "./trust.ts";

export interface BestCandidate {
  readonly hash: string;
  readonly text: string;
  /** True values by objective. */
  readonly values: Readonly<Record<string, number>>;
}

export interface StudyReport {
  readonly id: string;
  readonly model: string;
  readonly numTells: number;
  readonly numFailures: number;
  readonly numDecisions: number;
  readonly numPromoted: number;
  readonly numRejected: number;
  readonly numAbstained: number;
  readonly numAudits: number;
  readonly budgetLeft: number | undefined;
  /** The best told; with several objectives the Pareto front. Never a prediction. */
  readonly best: readonly BestCandidate[];
  /** Of the best told from `optimum`, by objective that has one. */
  readonly regret: Readonly<Record<string, number>>;
  /** With several objectives, in costs; else undefined. */
  readonly hypervolume: number | undefined;
  /** Share of true values inside the 90 % interval that was predicted before, by objective. */
  readonly coverage90: Readonly<Record<string, number>>;
  /** Share of audits that turned out better than everything told before: how often rejecting is wrong. */
  readonly falseRejectRate: number | undefined;
  /** Decisions per real evaluation: 4 means that three of four were saved. */
  readonly savings: number | undefined;
  readonly trust: Trust;
}

/** Sums a study up. Pure. */
export function reportOf(state: StudyState): StudyReport {
  const { spec } = state;
  const decisions = [...state.decisions.values()];
  const count = (verdict: string): number => decisions.filter((d) => d.verdict === verdict).length;
  const succeeded = state.succeeded();
  const { front, reference } = state.incumbents();
  const isBest = new Set(front);
  const numPromoted = count("promote");
  return {
    id: spec.id,
    model: state.model,
    numTells: state.tells.size,
    numFailures: state.tells.size - succeeded.length,
    numDecisions: decisions.length,
    numPromoted,
    numRejected: count("reject"),
    numAbstained: count("abstain"),
    numAudits: decisions.filter((d) => d.isAudit).length,
    budgetLeft: state.budgetLeft(),
    best: succeeded.filter(({ costs }) => isBest.has(costs)).map((tell) => bestOf(state, tell)),
    regret: regretOf(state),
    hypervolume: spec.objectives.length < 2 ? undefined : hypervolume(front, reference),
    coverage90: Object.fromEntries(
      spec.objectives.map(({ name }, i) => [name, coverageOf(succeeded, i)]),
    ),
    falseRejectRate: falseRejectRate(state),
    savings: numPromoted === 0 ? undefined : decisions.length / numPromoted,
    trust: state.trust(),
  };
}

function regretOf(state: StudyState): Record<string, number> {
  const succeeded = state.succeeded();
  if (succeeded.length === 0) return {};
  const entries = state.spec.objectives.flatMap(({ name, goal, optimum }, i) => {
    if (optimum === undefined) return [];
    const values = succeeded.map(({ event }) => event.values![i]!);
    const regrets = values.map((value) => (goal === "min" ? value - optimum : optimum - value));
    return [[name, Math.min(...regrets)] as const];
  });
  return Object.fromEntries(entries);
}

function bestOf(state: StudyState, { event, costs }: Tell): BestCandidate {
  const values = state.spec.objectives.map(
    (objective, i) =>
      [objective.name, event.values?.[i] ?? fromCost(costs![i]!, objective)] as const,
  );
  return { hash: event.hash, text: event.text, values: Object.fromEntries(values) };
}

function coverageOf(tells: readonly Tell[], objective: number): number {
  const forecasts = tells.map(({ event }) => event.forecasts[objective]!);
  return coverage(
    forecasts.map(({ low }) => low),
    forecasts.map(({ high }) => high),
    tells.map(({ event }) => event.values![objective]!),
  );
}

/** Of the audited candidates that were told, the share that entered the front of everything told before them. */
function falseRejectRate(state: StudyState): number | undefined {
  const before: (readonly number[])[] = [];
  let numAudits = 0;
  let numWrong = 0;
  for (const { event, costs } of state.succeeded()) {
    if (state.decisions.get(event.hash)?.isAudit === true) {
      numAudits++;
      const isBehind = (other: readonly number[]): boolean =>
        dominates(other, costs) || other.every((cost, i) => cost === costs[i]);
      if (!before.some(isBehind)) numWrong++;
    }
    before.push(costs);
  }
  return numAudits === 0 ? undefined : numWrong / numAudits;
}

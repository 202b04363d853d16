// A study as a sequence, for plots: what was told and decided in order, what was foretold before, how good the best
// was by then. Bounded: of a long study the latest part.

import type { DecidedEvent, Forecasted } from "./events.ts";
import { dominates, hypervolume } from "./pareto.ts";
import type { StudyState } from "./state.ts";
import type { TrustState } from "./trust.ts";

export interface ToldPoint {
  /** Counts tells from 1. */
  readonly number: number;
  /** By objective; undefined where the evaluation failed. */
  readonly values: readonly number[] | undefined;
  readonly forecasts: readonly Forecasted[];
  readonly pit: readonly number[] | undefined;
  /** Why it was evaluated: `other` where nobody asked before. */
  readonly by: "promoted" | "audit" | "other";
  readonly trust: TrustState;
  /** With one objective: the best so far. */
  readonly best: number | undefined;
}

export interface StudyHistory {
  readonly tells: readonly ToldPoint[];
  readonly decisions: readonly DecidedEvent[];
  /** Hypervolume after so many tells; empty with one objective. */
  readonly hypervolumes: readonly { readonly number: number; readonly volume: number }[];
}

const MAX_POINTS = 2000;
const MAX_VOLUMES = 60;

/** Derives the sequence. Pure. */
export function historyOf(state: StudyState): StudyHistory {
  return {
    tells: toldPoints(state).slice(-MAX_POINTS),
    decisions: [...state.decisions.values()].slice(-MAX_POINTS),
    hypervolumes: hypervolumesOf(state),
  };
}

function toldPoints(state: StudyState): ToldPoint[] {
  const { goal } = state.spec.objectives[0]!;
  const better = goal === "min" ? Math.min : Math.max;
  const isSingle = state.spec.objectives.length === 1;
  let best: number | undefined;
  return [...state.tells.values()].map(({ event }, i) => {
    const value = event.values?.[0];
    if (isSingle && value !== undefined) best = better(value, best ?? value);
    const decision = state.decisions.get(event.hash);
    const isAsked = decision?.verdict === "promote";
    const by = decision?.isAudit === true ? "audit" : isAsked ? "promoted" : "other";
    const { values, forecasts, pit } = event;
    return { number: i + 1, values, forecasts, pit, by, trust: state.trustStates[i]!, best };
  });
}

/** At evenly spread numbers of tells; the front is carried along, as it stays small. */
function hypervolumesOf(state: StudyState): StudyHistory["hypervolumes"] {
  if (state.spec.objectives.length < 2) return [];
  const tells = [...state.tells.values()];
  const { reference } = state.incumbents();
  const every = Math.max(1, Math.ceil(tells.length / MAX_VOLUMES));
  let front: (readonly number[])[] = [];
  return tells.flatMap(({ costs }, i) => {
    if (costs !== undefined && !front.some((other) => dominates(other, costs))) {
      front = [...front.filter((other) => !dominates(costs, other)), costs];
    }
    const number = i + 1;
    if (number % every !== 0 && number !== tells.length) return [];
    return [{ number, volume: hypervolume(front, reference) }];
  });
}

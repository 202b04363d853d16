// How much a candidate promises: one number per policy, larger is better. Pure; all in costs.

import type { Random } from "../../core/index.ts";
import type { PredictiveSketch } from "../sketch.ts";
import { dominates, hypervolumeGain } from "./pareto.ts";
import type { Policy } from "./spec.ts";

const NUM_DRAWS = 64;

/** What is to be beaten. */
export interface Incumbents {
  /** Costs of the best that were told: one point, or the Pareto front where there are several objectives. */
  readonly front: readonly (readonly number[])[];
  /** The corner for hypervolume. */
  readonly reference: readonly number[];
}

export interface Improvement {
  /** P(better than the incumbent); with several objectives, P(no incumbent dominates it). */
  readonly probability: number;
  /** Expected gain in cost; with several objectives, in hypervolume. */
  readonly expected: number;
}

/** Chance and size of an improvement. With several objectives by `NUM_DRAWS` seeded draws. */
export function improvementOf(
  costs: readonly PredictiveSketch[],
  incumbents: Incumbents,
  random: Random,
): Improvement {
  const { front, reference } = incumbents;
  if (front.length === 0) return { probability: 1, expected: Infinity };
  if (costs.length === 1) {
    const best = Math.min(...front.map((point) => point[0]!));
    return { probability: costs[0]!.below(best), expected: costs[0]!.expectedBelow(best) };
  }
  let numBetter = 0;
  let gain = 0;
  for (let i = 0; i < NUM_DRAWS; i++) {
    const point = drawFrom(costs, random);
    if (isBeaten(point, front)) continue;
    numBetter++;
    gain += hypervolumeGain(point, front, reference);
  }
  return { probability: numBetter / NUM_DRAWS, expected: gain / NUM_DRAWS };
}

/**
 * The figure that `policy` compares. `improvement` is that of the same candidate. Before there is an
 * incumbent it is the prediction itself (of the first objective), so that the first choice is the model's.
 */
export function acquisitionOf(
  policy: Policy,
  costs: readonly PredictiveSketch[],
  improvement: Improvement,
  incumbents: Incumbents,
  random: Random,
): number {
  const isFirst = incumbents.front.length === 0;
  switch (policy.kind) {
    case "improve":
      return isFirst ? -costs[0]!.mean : improvement.probability;
    case "ei":
    case "pace":
      return isFirst ? -costs[0]!.mean : improvement.expected;
    case "ucb":
      return gainOf(
        costs.map((cost) => cost.quantile(policy.level)),
        incumbents,
      );
    case "thompson":
      return gainOf(drawFrom(costs, random), incumbents);
    case "topk":
      return gainOf(
        costs.map((cost) => cost.mean),
        incumbents,
      );
    default:
      return policy satisfies never;
  }
}

/** How far a point beats the incumbents; below 0 where it does not. */
function gainOf(point: readonly number[], { front, reference }: Incumbents): number {
  if (front.length === 0) return -point[0]!;
  if (point.length === 1) return Math.min(...front.map((best) => best[0]!)) - point[0]!;
  if (!isBeaten(point, front)) return hypervolumeGain(point, front, reference);
  // Its distance from the front, by the objective in which the nearest incumbent beats it most.
  return -Math.min(...front.map((best) => Math.max(...point.map((cost, i) => cost - best[i]!))));
}

function drawFrom(costs: readonly PredictiveSketch[], random: Random): number[] {
  return costs.map((cost) => cost.quantile(random.float()));
}

function isBeaten(point: readonly number[], front: readonly (readonly number[])[]): boolean {
  return front.some((best) => dominates(best, point) || best.every((cost, i) => cost === point[i]));
}

// One coordinate for every objective: cost, where less is better and equal differences matter equally.
// `max` changes the sign, `log` takes the logarithm. All of the engine's arithmetic is in costs.

import { InputError } from "../../core/index.ts";
import type { PredictiveSketch } from "../sketch.ts";
import type { Objective } from "./spec.ts";

/** Values beyond this are refused: the sums of squares that corrections are fitted with must stay finite. */
const MAX_SIZE = 1e100;
/** What a prediction can come to on the way back from a log scale: its square is finite, and it is above 0. */
const MAX_PREDICTED = 1e150;

/** @throws {InputError} for a value from outside that is no cost, or too large or too small to reckon with. */
export function requireValue(value: number, objective: Objective): void {
  toCost(value, objective);
  const { name, scale } = objective;
  const size = Math.abs(value);
  if (size <= MAX_SIZE && (scale === "linear" || size >= 1 / MAX_SIZE)) return;
  const rule = scale === "log" ? "between 1e-100 and 1e100" : "within 1e100 of 0";
  throw new InputError(`${name} must be ${rule}, got ${value}`, {
    hint: "choose another unit, or tell a failed evaluation as { failure: ... }",
  });
}

/** @throws {InputError} for a value that is not finite, or not above 0 on a log scale. */
export function toCost(value: number, { name, goal, scale }: Objective): number {
  if (!Number.isFinite(value)) {
    throw new InputError(`${name} must be a finite number`, {
      hint: "tell a failed evaluation as { failure: ... }",
    });
  }
  if (scale === "log" && value <= 0) {
    throw new InputError(`${name} is on a log scale and must be above 0, got ${value}`);
  }
  const size = scale === "log" ? Math.log(value) : value;
  return goal === "min" ? size : -size;
}

/** The value that has this cost. */
export function fromCost(cost: number, { goal, scale }: Objective): number {
  const size = goal === "min" ? cost : -cost;
  return scale === "log" ? bounded(size) : size;
}

/** A prediction in costs. On a log scale its mass at or below 0 is moved to a millionth of the median. */
export function costSketch(sketch: PredictiveSketch, { goal, scale }: Objective): PredictiveSketch {
  const floor = Math.max(1e-6 * Math.abs(sketch.median), 1e-300);
  const sized = scale === "log" ? sketch.mapped((y) => Math.log(Math.max(y, floor))) : sketch;
  return goal === "min" ? sized : sized.negated();
}

/** The same in the objective's own unit. */
export function valueSketch(cost: PredictiveSketch, { goal, scale }: Objective): PredictiveSketch {
  const sized = goal === "min" ? cost : cost.negated();
  return scale === "log" ? sized.mapped(bounded) : sized;
}

function bounded(size: number): number {
  return Math.min(Math.max(Math.exp(size), 1 / MAX_PREDICTED), MAX_PREDICTED);
}

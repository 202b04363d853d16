// What a model learns in place of y, and the way back. Every scale is increasing in y for a given task, so the
// median of what comes back is the median.

import { InputError } from "../../src/core/index.ts";
import { type Example, groupByTask } from "../../src/data/index.ts";

export type TargetScaleKind =
  /** y itself. */
  | "as-is"
  /** y less its mean over all tasks, over its standard deviation over all tasks: one scale for all. */
  | "raw"
  /** The logarithm of y, one scale for all. */
  | "log"
  /** y less the mean of its task, over the standard deviation of its task. */
  | "standardised"
  /** The logarithm of y, standardised per task. */
  | "log-standardised"
  /** The logarithm of y between the smallest (0) and the largest (1) of its task. */
  | "log-unit";

export interface TargetScale {
  /** @throws {InputError} for a task without training rows, where the scale is per task. */
  toTarget(task: string, y: number): number;
  toValue(task: string, target: number): number;
}

interface Affine {
  readonly offset: number;
  readonly size: number;
}

/** Measures the scale on training rows. */
export function fitTargetScale(kind: TargetScaleKind, rows: readonly Example[]): TargetScale {
  if (kind === "as-is") return { toTarget: (_, y) => y, toValue: (_, target) => target };
  const isLog = kind === "log" || kind === "log-standardised" || kind === "log-unit";
  const forward = (y: number): number => (isLog ? logOf(y) : y);
  const back = (value: number): number => (isLog ? Math.exp(value) : value);
  const measure = kind === "log-unit" ? rangeOf : momentsOf;
  const valuesOf = (some: readonly Example[]): number[] => some.map(({ y }) => forward(y[0]!));
  const affineOf =
    kind === "raw" || kind === "log" ? oneForAll(measure(valuesOf(rows))) : perTask(rows);

  function perTask(all: readonly Example[]): (task: string) => Affine {
    const known = new Map(
      groupByTask(all).map(({ task, examples }) => [task, measure(valuesOf(examples))]),
    );
    return (task) => {
      const affine = known.get(task);
      if (affine === undefined) {
        throw new InputError(`target scale ${kind}: no training rows of task ${task}`);
      }
      return affine;
    };
  }

  return {
    toTarget(task, y) {
      const { offset, size } = affineOf(task);
      const target = (forward(y) - offset) / size;
      // Test rows may lie a little outside of what training saw; digits of [0, 1] cannot.
      return kind === "log-unit" ? Math.min(1, Math.max(0, target)) : target;
    },
    toValue(task, target) {
      const { offset, size } = affineOf(task);
      return back(offset + size * target);
    },
  };
}

function oneForAll(affine: Affine): (task: string) => Affine {
  return () => affine;
}

function momentsOf(values: readonly number[]): Affine {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const std = Math.sqrt(squares / values.length);
  return { offset: mean, size: std > 0 ? std : 1 };
}

function rangeOf(values: readonly number[]): Affine {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return { offset: low, size: high > low ? high - low : 1 };
}

function logOf(y: number): number {
  if (!(y > 0)) throw new InputError(`y = ${y}: a logarithmic target scale needs y above 0`);
  return Math.log(y);
}

// A search space whose truth is known: every candidate has a number, its text, its neighbours and its real
// value, so that searches can be run by the hundred and compared with the true optimum.

import type { Random } from "../../core/index.ts";
import type { Similarity } from "./similarity.ts";

export interface SearchSpace {
  readonly name: string;
  /** Evaluated as it is asked for: nobody knows the whole space. */
  readonly isLive?: boolean;
  /** What is measured, with its unit. */
  readonly objective: string;
  readonly goal: "min" | "max";
  /** `log` where relative differences matter; values are above 0 then. */
  readonly scale: "linear" | "log";
  /** Candidates are 0 .. size - 1. */
  readonly size: number;
  /** What a model reads. */
  text(candidate: number): string;
  /** The answer of a real evaluation. */
  truth(candidate: number): number;
  /** Candidates that differ in one choice. */
  neighbours(candidate: number): readonly number[];
  /** A random neighbour. */
  mutate(candidate: number, random: Random): number;
  /** Squared distances from one candidate to all, one array per kernel: what a Gaussian process compares by. */
  distances(candidate: number): readonly Float32Array[];
  /** Groups of candidates and how alike they are: what a transfer process compares by. */
  similarity(): Similarity;
  /** Candidates whose values may be learnt from beforehand; the others only answer real evaluations. */
  readonly learnable: readonly number[];
  /** A cheap evaluation, less is better: what it costs in units of a real one. */
  readonly cheap?:
    | { readonly name: string; readonly price: number; value(candidate: number): number }
    | undefined;
  /** A free guess that needs no label, larger is more promising: FLOPs, for example. */
  readonly freeGuess?: { readonly name: string; value(candidate: number): number } | undefined;
}

/** What searchers are told: less is better, equal differences matter equally. */
export function costOf(space: SearchSpace, candidate: number): number {
  const value = space.truth(candidate);
  const size = space.scale === "log" ? Math.log(value) : value;
  return space.goal === "min" ? size : -size;
}

/** How good a value is, seen from the whole space. */
export interface Goalposts {
  readonly optimum: number;
  /** The value of the candidate at the best 1 % and at the best 0.1 % of the space; unknown in a live one. */
  readonly top1Percent: number | undefined;
  readonly top01Percent: number | undefined;
}

/** Of a live space: the best of all that was evaluated stands for the optimum. */
export function goalpostsAmong(space: SearchSpace, values: readonly number[]): Goalposts {
  const sign = space.goal === "min" ? 1 : -1;
  const optimum = values.reduce((a, b) => (sign * b < sign * a ? b : a));
  return { optimum, top1Percent: undefined, top01Percent: undefined };
}

/** The marks that searches are measured by. */
export function goalpostsOf(space: SearchSpace): Goalposts {
  const sign = space.goal === "min" ? 1 : -1;
  const truths = Float64Array.from({ length: space.size }, (_, i) => sign * space.truth(i)).sort();
  const at = (share: number): number =>
    sign * truths[Math.max(0, Math.ceil(share * space.size) - 1)]!;
  return { optimum: sign * truths[0]!, top1Percent: at(0.01), top01Percent: at(0.001) };
}

/** Computes once, when it is first asked for. */
export function memoised<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined;
  return () => {
    value ??= { of: compute() };
    return value.of;
  };
}

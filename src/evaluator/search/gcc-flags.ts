// A live space: flags of gcc for one program. Every candidate is an optimisation level and twelve passes
// switched on or off; what it is worth is measured when it is asked for.

import type { Random } from "../../core/index.ts";
import { type Similarity, standardisedFeatures } from "./similarity.ts";
import { memoised, type SearchSpace } from "./space.ts";

const GCC_LEVELS = ["-O1", "-O2", "-O3", "-Os"] as const;
/** Passes that every gcc of the last ten years has. */
const GCC_TOGGLES = [
  "unroll-loops",
  "peel-loops",
  "unswitch-loops",
  "tree-vectorize",
  "tree-slp-vectorize",
  "tree-loop-distribute-patterns",
  "inline-functions",
  "gcse",
  "tree-pre",
  "ivopts",
  "if-conversion",
  "strict-aliasing",
] as const;

const NUM_TOGGLES = GCC_TOGGLES.length;
const SIZE = GCC_LEVELS.length << NUM_TOGGLES;

/** Measures a program compiled with flags; the same flags always give the same number. */
export type MeasureFlags = (flags: readonly string[]) => number;

/** The space of one program. `measure` counts its instructions. */
export function gccSpace(program: string, measure: MeasureFlags): SearchSpace {
  const known = new Map<number, number>();
  const truth = (candidate: number): number => {
    const value = known.get(candidate) ?? measure(flagsOf(candidate));
    known.set(candidate, value);
    return value;
  };
  return {
    name: `gcc/${program}`,
    isLive: true,
    objective: "instructions",
    goal: "min",
    scale: "log",
    size: SIZE,
    text: (candidate) => textOf(program, candidate),
    truth,
    learnable: Array.from({ length: SIZE }, (_, i) => i),
    neighbours,
    mutate: (candidate, random: Random) => {
      const around = neighbours(candidate);
      return around[random.int(around.length)]!;
    },
    distances,
    similarity: memoised(similarityOfFlags),
  };
}

/** `-O2`, then every pass as `-fPASS` or `-fno-PASS`. */
export function flagsOf(candidate: number): string[] {
  const { level, toggles } = decode(candidate);
  return [
    GCC_LEVELS[level]!,
    ...GCC_TOGGLES.map((name, i) => `-f${toggles[i] === 1 ? "" : "no-"}${name}`),
  ];
}

function textOf(program: string, candidate: number): string {
  const { level, toggles } = decode(candidate);
  const switches = GCC_TOGGLES.map((name, i) => `  ${name}: ${toggles[i] === 1 ? "on" : "off"}`);
  return [
    `program: ${program}`,
    `level: ${GCC_LEVELS[level]!.slice(1)}`,
    "passes:",
    ...switches,
  ].join("\n");
}

function decode(candidate: number): { readonly level: number; readonly toggles: number[] } {
  return {
    level: candidate >> NUM_TOGGLES,
    toggles: GCC_TOGGLES.map((_, i) => (candidate >> i) & 1),
  };
}

function neighbours(candidate: number): number[] {
  const switched = GCC_TOGGLES.map((_, i) => candidate ^ (1 << i));
  const levels = GCC_LEVELS.map((_, level) => levelled(candidate, level));
  return [...switched, ...levels.filter((other) => other !== candidate)];
}

function levelled(candidate: number, level: number): number {
  return (candidate & ((1 << NUM_TOGGLES) - 1)) | (level << NUM_TOGGLES);
}

/** How many switches differ, and the same with the level counted for four. */
function distances(candidate: number): [Float32Array, Float32Array] {
  const near = new Float32Array(SIZE);
  const far = new Float32Array(SIZE);
  for (let i = 0; i < SIZE; i++) {
    let bits = (i ^ candidate) & ((1 << NUM_TOGGLES) - 1);
    let count = 0;
    for (; bits !== 0; bits &= bits - 1) count++;
    const isOtherLevel = i >> NUM_TOGGLES !== candidate >> NUM_TOGGLES ? 1 : 0;
    near[i] = count + isOtherLevel;
    far[i] = count + 4 * isOtherLevel;
  }
  return [near, far];
}

function similarityOfFlags(): Similarity {
  const rows = Array.from({ length: SIZE }, (_, candidate) => {
    const { level, toggles } = decode(candidate);
    return [...GCC_LEVELS.map((_, i) => (i === level ? 1 : 0)), ...toggles];
  });
  return {
    numGroups: SIZE,
    groupOf: Uint16Array.from(rows, (_, i) => i),
    distances,
    features: standardisedFeatures(rows),
    numFeatures: rows[0]!.length,
  };
}

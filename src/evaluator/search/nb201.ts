// NAS-Bench-201 (Dong and Yang, 2020): a cell of four nodes and six edges, each edge one of five operations,
// 15,625 cells with their measured accuracies.

import { InputError, type Random } from "../../core/index.ts";
import type { SearchSpace } from "./space.ts";

const OPERATIONS = [
  "none",
  "skip_connect",
  "nor_conv_1x1",
  "nor_conv_3x3",
  "avg_pool_3x3",
] as const;
// Edges in the order of the text: (from, to).
const EDGES = [
  [0, 1],
  [0, 2],
  [1, 2],
  [0, 3],
  [1, 3],
  [2, 3],
] as const;
// Paths from node 0 to node 3, as indices of edges.
const PATHS = [[3], [0, 4], [1, 5], [0, 2, 5]] as const;
const SIZE = 5 ** 6;
const NONE = 0;
const SKIP = 1;
/** Multiply-adds of a convolution at equal width, relative to 1x1. */
const COST: readonly number[] = [0, 0, 1, 9, 0.05];

export const NB201_DATASETS = ["cifar10", "cifar100", "imagenet16-120"] as const;
export type Nb201Dataset = (typeof NB201_DATASETS)[number];

/** One row of the accuracy table. */
export interface Nb201Row {
  readonly x: string;
  /** Test accuracies in percent after 200 epochs, in the order of `NB201_DATASETS`. */
  readonly y: readonly number[];
  /** `search`: answers real evaluations, and is never learnt from. */
  readonly split: string;
}

/** The space over the whole table. @throws {InputError} where cells are missing. */
export function nb201Space(rows: readonly Nb201Row[], dataset: Nb201Dataset): SearchSpace {
  const column = NB201_DATASETS.indexOf(dataset);
  const truths = new Float64Array(SIZE).fill(Number.NaN);
  const texts: string[] = Array.from({ length: SIZE }, () => "");
  const learnable: number[] = [];
  for (const row of rows) {
    const candidate = encode(parseCell(row.x));
    truths[candidate] = row.y[column]!;
    texts[candidate] = row.x;
    if (row.split !== "search") learnable.push(candidate);
  }
  const missing = truths.findIndex(Number.isNaN);
  if (missing >= 0) {
    throw new InputError(`the table lacks the cell ${formatCell(decode(missing))}`, {
      hint: "the file must hold all 15,625 cells, rows of every split",
    });
  }
  const cells = Array.from({ length: SIZE }, (_, i) => decode(i));
  const flatCells = Uint16Array.from(cells.flat());
  const flatPaths = Uint16Array.from(cells.flatMap(pathsOf));
  return {
    name: `nb201/${dataset}`,
    objective: "test accuracy in % after 200 epochs",
    goal: "max",
    scale: "linear",
    size: SIZE,
    text: (candidate) => texts[candidate]!,
    truth: (candidate) => truths[candidate]!,
    learnable,
    neighbours,
    mutate,
    distances: (candidate) => [differing(flatCells, candidate), unshared(flatPaths, candidate)],
    freeGuess: { name: "FLOPs", value: (candidate) => flopsOf(cells[candidate]!) },
  };
}

/** `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|` to operations by edge. @throws {InputError} */
export function parseCell(text: string): number[] {
  const names = [...text.matchAll(/([a-z0-9_]+)~\d/g)].map((match) => match[1]!);
  const cell = names.map((name) => (OPERATIONS as readonly string[]).indexOf(name));
  if (cell.length === EDGES.length && !cell.includes(-1)) return cell;
  throw new InputError(`not a NAS-Bench-201 cell: ${text.slice(0, 120)}`);
}

/** Operations by edge to text. */
export function formatCell(cell: readonly number[]): string {
  const name = (edge: number): string => `${OPERATIONS[cell[edge]!]}~${EDGES[edge]![0]}`;
  return `|${name(0)}|+|${name(1)}|${name(2)}|+|${name(3)}|${name(4)}|${name(5)}|`;
}

function encode(cell: readonly number[]): number {
  return cell.reduce((sum, operation) => 5 * sum + operation, 0);
}

function decode(candidate: number): number[] {
  const cell: number[] = [];
  for (let i = 0, rest = candidate; i < EDGES.length; i++, rest = Math.floor(rest / 5)) {
    cell.unshift(rest % 5);
  }
  return cell;
}

function neighbours(candidate: number): number[] {
  const cell = decode(candidate);
  return cell.flatMap((own, edge) =>
    OPERATIONS.flatMap((_, operation) =>
      operation === own ? [] : [encode(cell.with(edge, operation))],
    ),
  );
}

function mutate(candidate: number, random: Random): number {
  const cell = decode(candidate);
  const edge = random.int(EDGES.length);
  return encode(cell.with(edge, (cell[edge]! + 1 + random.int(4)) % 5));
}

/**
 * What each path from input to output computes, as a number: operations in order without skips; 0 where a
 * `none` cuts it. Sorted, so that cells that are equal but for the numbering of their nodes agree.
 */
function pathsOf(cell: readonly number[]): number[] {
  const codes = PATHS.map((path) => {
    const operations = path.map((edge) => cell[edge]!);
    if (operations.includes(NONE)) return 0;
    return operations.filter((o) => o !== SKIP).reduce((code, o) => 6 * code + o, 1);
  });
  return codes.toSorted((a, b) => a - b);
}

/** In how many edges every cell differs from one. */
function differing(cells: Uint16Array, candidate: number): Float32Array {
  const own = 6 * candidate;
  const distances = new Float32Array(SIZE);
  for (let i = 0, at = 0; i < SIZE; i++) {
    let count = 0;
    for (let edge = 0; edge < 6; edge++, at++) if (cells[at] !== cells[own + edge]) count++;
    distances[i] = count;
  }
  return distances;
}

/** How many of its four paths every cell does not share with one; both lists are sorted. */
function unshared(paths: Uint16Array, candidate: number): Float32Array {
  const own = 4 * candidate;
  const distances = new Float32Array(SIZE);
  for (let i = 0; i < SIZE; i++) {
    let count = 4;
    for (let a = 0, b = 0; a < 4 && b < 4; ) {
      const difference = paths[own + a]! - paths[4 * i + b]!;
      if (difference === 0) count--;
      if (difference <= 0) a++;
      if (difference >= 0) b++;
    }
    distances[i] = count;
  }
  return distances;
}

/** Relative cost of the edges that lie on a path from input to output. */
function flopsOf(cell: readonly number[]): number {
  const used = new Set(PATHS.filter((path) => path.every((edge) => cell[edge] !== NONE)).flat());
  let sum = 0;
  for (const edge of used) sum += COST[cell[edge]!]!;
  return sum;
}

// NAS-Bench-201 cells as graphs: which cells compute the same, and cheap numbers of what they compute.

import type { Similarity } from "./similarity.ts";
import { standardisedFeatures } from "./similarity.ts";

/** Edges in the order of the text: (from, to). */
export const EDGES = [
  [0, 1],
  [0, 2],
  [1, 2],
  [0, 3],
  [1, 3],
  [2, 3],
] as const;
/** Paths from node 0 to node 3, as indices of edges. */
const PATHS = [[3], [0, 4], [1, 5], [0, 2, 5]] as const;
const NONE = 0;
const SKIP = 1;
const [CONV1, CONV3, POOL] = [2, 3, 4];
/** Multiply-adds of an operation at equal width, relative to a 1x1 convolution. */
const COST: readonly number[] = [0, 0, 1, 9, 0.05];

/** A cell of operations by edge. */
export type Cell = readonly number[];

/** The similarity of all cells of the space. */
export function cellSimilarity(cells: readonly Cell[]): Similarity {
  const groups = new Map<string, number>();
  const members: Cell[] = [];
  const groupOf = Uint16Array.from(cells, (cell) => {
    const live = liveCell(cell);
    const key = meaningOf(live);
    const known = groups.get(key);
    if (known !== undefined) return known;
    groups.set(key, members.length);
    return members.push(live) - 1;
  });
  const operations = Uint16Array.from(members.flat());
  const paths = Uint16Array.from(members.flatMap(pathsOf));
  const features = members.map(featuresOf);
  return {
    numGroups: members.length,
    groupOf,
    distances: (group) => [differing(operations, group), unshared(paths, group)],
    features: standardisedFeatures(features),
    numFeatures: features[0]!.length,
  };
}

/** Edges that lie on no path from input to output do nothing; of two nodes that could swap, the lesser first. */
function liveCell(cell: Cell): Cell {
  const used = usedEdges(cell);
  const live = cell.map((operation, edge) => (used.has(edge) ? operation : NONE));
  if (live[2] !== NONE) return live;
  const swapped = [live[1]!, live[0]!, NONE, live[3]!, live[5]!, live[4]!];
  return swapped.join("") < live.join("") ? swapped : live;
}

/** What node 3 computes, written out: sums sorted, skips dissolved. Equal for cells that compute the same. */
function meaningOf(cell: Cell): string {
  const terms: string[][] = [["x"]];
  for (let node = 1; node <= 3; node++) {
    const own: string[] = [];
    EDGES.forEach(([from, to], edge) => {
      const operation = cell[edge]!;
      const input = terms[from]!;
      if (to !== node || operation === NONE || input.length === 0) return;
      if (operation === SKIP) own.push(...input);
      else own.push(`${operation}(${input.join("+")})`);
    });
    terms.push(own.toSorted());
  }
  return terms[3]!.join("+");
}

/**
 * What each path from input to output computes, as a number: operations in order without skips; 0 where a
 * `none` cuts it. Sorted, so that cells that are equal but for the numbering of their nodes agree.
 */
export function pathsOf(cell: Cell): number[] {
  const codes = PATHS.map((path) => {
    const operations = path.map((edge) => cell[edge]!);
    if (operations.includes(NONE)) return 0;
    return operations.filter((o) => o !== SKIP).reduce((code, o) => 6 * code + o, 1);
  });
  return codes.toSorted((a, b) => a - b);
}

/** Relative cost of the edges that lie on a path from input to output. */
export function flopsOf(cell: Cell): number {
  let sum = 0;
  for (const edge of usedEdges(cell)) sum += COST[cell[edge]!]!;
  return sum;
}

function livePaths(cell: Cell): (readonly number[])[] {
  return PATHS.filter((path) => path.every((edge) => cell[edge] !== NONE));
}

function usedEdges(cell: Cell): Set<number> {
  return new Set(livePaths(cell).flat());
}

/** Cost, depth, operations, and how signals get through. */
function featuresOf(cell: Cell): number[] {
  const live = livePaths(cell);
  const used = [...usedEdges(cell)];
  const count = (operation: number): number => used.filter((e) => cell[e] === operation).length;
  const depths = live.map((path) => path.filter((e) => isConvolution(cell[e]!)).length);
  return [
    Math.log(flopsOf(cell) + 0.3),
    Math.max(-1, ...depths),
    live.length === 0 ? -1 : Math.min(...depths),
    count(CONV3!),
    count(CONV1!),
    count(SKIP),
    count(POOL!),
    live.length,
    live.length === 0 ? 1 : 0,
    live.some((path) => path.every((edge) => cell[edge] === SKIP)) ? 1 : 0,
    live.filter((path) => path.some((edge) => cell[edge] === POOL)).length,
  ];
}

function isConvolution(operation: number): boolean {
  return operation === CONV1 || operation === CONV3;
}

/** In how many edges every cell differs from one; six entries a cell. */
export function differing(cells: Uint16Array, candidate: number): Float32Array {
  const own = 6 * candidate;
  const distances = new Float32Array(cells.length / 6);
  for (let i = 0, at = 0; i < distances.length; i++) {
    let count = 0;
    for (let edge = 0; edge < 6; edge++, at++) if (cells[at] !== cells[own + edge]) count++;
    distances[i] = count;
  }
  return distances;
}

/** How many of its four paths every cell does not share with one; both lists are sorted. */
export function unshared(paths: Uint16Array, candidate: number): Float32Array {
  const own = 4 * candidate;
  const distances = new Float32Array(paths.length / 4);
  for (let i = 0; i < distances.length; i++) {
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

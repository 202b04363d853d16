// NAS-Bench-201 (Dong and Yang, 2020): a cell of four nodes and six edges, each edge one of five operations,
// 15,625 cells with their measured accuracies.

import { InputError, type Random } from "../../core/index.ts";
import { cellSimilarity, differing, EDGES, flopsOf, pathsOf, unshared } from "./nb201-graph.ts";
import { memoised, type SearchSpace } from "./space.ts";

const OPERATIONS = [
  "none",
  "skip_connect",
  "nor_conv_1x1",
  "nor_conv_3x3",
  "avg_pool_3x3",
] as const;
const SIZE = 5 ** 6;
export const NB201_DATASETS = ["cifar10", "cifar100", "imagenet16-120"] as const;
export type Nb201Dataset = (typeof NB201_DATASETS)[number];

/** One row of the accuracy table. */
export interface Nb201Row {
  readonly x: string;
  /** Test accuracies in percent after 200 epochs, in the order of `NB201_DATASETS`. */
  readonly y: readonly number[];
  /** `search`: answers real evaluations, and is never learnt from. */
  readonly split: string;
  /** `acc12`: the same after 12 epochs. */
  readonly meta?: unknown;
}

/** What 12 epochs cost, in units of 200. */
export const CHEAP_PRICE = 12 / 200;

/** The space over the whole table. @throws {InputError} where cells are missing. */
export function nb201Space(
  rows: readonly Nb201Row[],
  dataset: Nb201Dataset,
  epochs: 200 | 12 = 200,
): SearchSpace {
  const column = NB201_DATASETS.indexOf(dataset);
  const truths = new Float64Array(SIZE).fill(Number.NaN);
  const early = new Float64Array(SIZE).fill(Number.NaN);
  const texts: string[] = Array.from({ length: SIZE }, () => "");
  const learnable: number[] = [];
  for (const row of rows) {
    const candidate = encode(parseCell(row.x));
    early[candidate] = accuracyAfter12(row, column);
    truths[candidate] = epochs === 200 ? row.y[column]! : early[candidate]!;
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
    name: `nb201/${dataset}${epochs === 200 ? "" : "/12-epochs"}`,
    objective: `test accuracy in % after ${epochs} epochs`,
    goal: "max",
    scale: "linear",
    size: SIZE,
    text: (candidate) => texts[candidate]!,
    truth: (candidate) => truths[candidate]!,
    learnable,
    neighbours,
    mutate,
    distances: (candidate) => [differing(flatCells, candidate), unshared(flatPaths, candidate)],
    similarity: memoised(() => cellSimilarity(cells)),
    cheap: early.some(Number.isNaN)
      ? undefined
      : { name: "12 epochs", price: CHEAP_PRICE, value: (candidate) => -early[candidate]! },
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

function accuracyAfter12({ meta }: Nb201Row, column: number): number {
  const accuracies = (meta as { readonly acc12?: readonly number[] } | undefined)?.acc12;
  return accuracies?.[column] ?? Number.NaN;
}

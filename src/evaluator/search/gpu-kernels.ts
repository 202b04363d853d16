// Tuning spaces of GPU kernels: every configuration of one kernel on one GPU with its measured time.

import { InputError, type Random } from "../../core/index.ts";
import { type Similarity, standardisedFeatures } from "./similarity.ts";
import { memoised, type SearchSpace } from "./space.ts";

export interface KernelRow {
  readonly x: string;
  readonly y: readonly number[];
}

/** The space of the rows of one task. @throws {InputError} for no rows, or rows without `params:`. */
export function gpuKernelSpace(task: string, rows: readonly KernelRow[]): SearchSpace {
  if (rows.length === 0) throw new InputError(`no rows of task ${task}`);
  const parameters = rows.map(({ x }) => parseParameters(x));
  const values = parameters[0]!.map((_, i) => distinct(parameters.map((row) => row[i]!)));
  // A configuration as the places of its values: neighbours are one place away in one parameter.
  const places = parameters.map((row) => row.map((value, i) => values[i]!.indexOf(value)));
  const byPlace = new Map(places.map((place, i) => [place.join(","), i]));
  const ranges = values.map((all) => Math.max(1, all.length - 1));
  const neighbours = (candidate: number): number[] =>
    places[candidate]!.flatMap((own, i) =>
      values[i]!.flatMap((_, place) => {
        const other =
          place === own ? undefined : byPlace.get(places[candidate]!.with(i, place).join(","));
        return other === undefined ? [] : [other];
      }),
    );
  const distances = (candidate: number): [Float32Array, Float32Array] => {
    const own = places[candidate]!;
    const near = Float32Array.from(places, (place) =>
      place.reduce((sum, at, i) => sum + (2 * Math.abs(at - own[i]!)) / ranges[i]!, 0),
    );
    const differing = Float32Array.from(places, (place) =>
      place.reduce((count, at, i) => count + (at === own[i] ? 0 : 1), 0),
    );
    return [near, differing];
  };
  return {
    name: task,
    objective: "time in ms",
    goal: "min",
    scale: "log",
    size: rows.length,
    text: (candidate) => rows[candidate]!.x,
    truth: (candidate) => rows[candidate]!.y[0]!,
    learnable: rows.map((_, i) => i),
    neighbours,
    mutate: (candidate, random) => mutateAmong(neighbours(candidate), rows.length, random),
    distances,
    similarity: memoised(() => similarityOf(places, distances)),
  };
}

/** Every configuration is a group of its own; its features are the places of its values and their products. */
function similarityOf(
  places: readonly (readonly number[])[],
  distances: Similarity["distances"],
): Similarity {
  const rows = places.map((place) => place.flatMap((at) => [at, at * at]));
  return {
    numGroups: places.length,
    groupOf: Uint16Array.from(places, (_, i) => i),
    distances,
    features: standardisedFeatures(rows),
    numFeatures: rows[0]!.length,
  };
}

function mutateAmong(neighbours: readonly number[], size: number, random: Random): number {
  return neighbours.length === 0 ? random.int(size) : neighbours[random.int(neighbours.length)]!;
}

/** Values below `params:`, in their order. */
function parseParameters(text: string): string[] {
  const block = /^params:\n((?: {2}.*(?:\n|$))+)/m.exec(text)?.[1];
  if (block === undefined) throw new InputError("a kernel row has no params: block");
  return block
    .trimEnd()
    .split("\n")
    .map((line) => line.split(": ")[1] ?? "");
}

/** Sorted by number where all are numbers. */
function distinct(values: readonly string[]): string[] {
  const all = [...new Set(values)];
  const areNumbers = all.every((value) => Number.isFinite(Number(value)));
  return areNumbers ? all.toSorted((a, b) => Number(a) - Number(b)) : all.toSorted();
}

// What known sibling environments say of a text: a measured value where the very same candidate was measured
// there, otherwise what the model predicts for the view.

import type { SafetensorsFile, TensorToStore } from "../checkpoint/index.ts";
import { CorruptError, hash32 } from "../core/index.ts";
import { type Example, groupByTask } from "../data/index.ts";
import { learnViews, type SiblingView, viewText } from "./sibling-views.ts";

/** Values of one view's task by the key of their text. */
type Measured = ReadonlyMap<number, readonly number[]>;

export interface Siblings {
  readonly views: readonly SiblingView[];
  /** One for each view. */
  readonly measured: readonly Measured[];
}

export interface SiblingOptions {
  /** Whether measured values answer for the model where there are some. */
  readonly keepMeasured: boolean;
  /** Numbers that are asked for; 1 unless given. */
  readonly numObjectives?: number;
}

/** Finds the siblings of `texts` among the rows of known tasks. */
export function learnSiblings(
  texts: readonly string[],
  sources: readonly Example[],
  { keepMeasured, numObjectives = 1 }: SiblingOptions,
): Siblings {
  const views = learnViews(texts, sources);
  const groups = new Map(groupByTask(sources).map(({ task, examples }) => [task, examples]));
  const measured = views.map(({ task }): Measured => {
    const rows = keepMeasured ? completeRows(groups.get(task)!, numObjectives) : [];
    return new Map(rows.map(({ x, y }) => [keyOf(x), y]));
  });
  return { views, measured };
}

/** Rows with everything that is asked for, all with as many numbers as most of them have. */
function completeRows(rows: readonly Example[], numObjectives: number): Example[] {
  const complete = rows.filter(({ y }) => y.length >= numObjectives && y.every(Number.isFinite));
  const counts = new Map<number, number>();
  for (const { y } of complete) counts.set(y.length, (counts.get(y.length) ?? 0) + 1);
  const [most] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  return complete.filter(({ y }) => y.length === most);
}

/** Says what is predicted for texts of a view: `[text][objective]`. */
export type PredictMedians = (
  texts: readonly string[],
  view: number,
) => Promise<readonly (readonly number[])[]>;

/** @returns `[text][objective][view]`. */
export async function siblingValues(
  texts: readonly string[],
  { views, measured }: Siblings,
  numObjectives: number,
  predict: PredictMedians,
): Promise<number[][][]> {
  const values = texts.map(() => Array.from({ length: numObjectives }, (): number[] => []));
  for (const [at, view] of views.entries()) {
    const seen = texts.map((text) => viewText(text, view));
    const known = seen.map((text) => measured[at]!.get(keyOf(text)));
    const unknown = seen.flatMap((_, row) => (known[row] === undefined ? [row] : []));
    const predicted =
      unknown.length === 0
        ? []
        : await predict(
            unknown.map((row) => seen[row]!),
            at,
          );
    unknown.forEach((row, place) => {
      known[row] = predicted[place]!;
    });
    known.forEach((ofObjectives, row) => {
      values[row]!.forEach((ofViews, objective) => ofViews.push(ofObjectives![objective]!));
    });
  }
  return values;
}

/** 48 bits of the text's hash, as two numbers that a 32-bit float holds exactly. */
function keyParts(text: string): readonly [number, number] {
  return [hash32(1, text) >>> 8, hash32(2, text) >>> 8];
}

function keyOf(text: string): number {
  const [high, low] = keyParts(text);
  return high * HALF_KEY + low;
}

const HALF_KEY = 2 ** 24;

/** The measured values as matrices of two key parts and the values. */
export function measuredTensors({ measured }: Siblings): TensorToStore[] {
  return measured.flatMap((ofView, at) => {
    const rows = [...ofView];
    const first = rows[0];
    if (first === undefined) return [];
    return [
      {
        name: measuredName(at),
        shape: [rows.length, 2 + first[1].length],
        data: Float32Array.from(
          rows.flatMap(([key, y]) => [Math.floor(key / HALF_KEY), key % HALF_KEY, ...y]),
        ),
      },
    ];
  });
}

/** @throws {CorruptError} when a matrix has another shape. */
export function siblingsFromTensors(
  views: readonly SiblingView[],
  stored: SafetensorsFile | undefined,
): Siblings {
  const measured = views.map((_, at): Measured => {
    const tensor = stored?.tensors.get(measuredName(at));
    if (tensor === undefined) return new Map();
    if (tensor.dtype !== "F32" || tensor.shape.length !== 2) {
      throw new CorruptError("refinement.safetensors", `${measuredName(at)} is no matrix`);
    }
    const [numRows, width] = tensor.shape as [number, number];
    return new Map(
      Array.from({ length: numRows }, (_, row) => {
        const [high, low, ...y] = tensor.data.subarray(row * width, (row + 1) * width);
        return [high! * HALF_KEY + low!, y];
      }),
    );
  });
  return { views, measured };
}

function measuredName(view: number): string {
  return `views/${view}/measured`;
}

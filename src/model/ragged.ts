// Ragged batches: the tokens of all rows one after the other, rows cut by offsets [B + 1] on the host.

import { invariant } from "../core/index.ts";

/** Token ids of B rows: row b holds `ids[offsets[b] .. offsets[b + 1])`. */
export interface RaggedIds {
  readonly ids: Int32Array;
  readonly offsets: Int32Array;
}

/** What one training step of some examples needs, in the shape that `data` makes it. */
export interface LabelledBatch {
  readonly text: RaggedIds;
  /** `[pad, t1 .. t(n-1)]` of every row. */
  readonly decoderIds: Int32Array;
  /** `[t1 .. tn]` of every row. */
  readonly targetIds: Int32Array;
  readonly targetOffsets: Int32Array;
  /** One weight per row. */
  readonly weights: Float32Array;
}

export function numRows(offsets: Int32Array): number {
  return offsets.length - 1;
}

/** Position of each token in its row: 0, 1, ... of every row. */
export function positionsOf(offsets: Int32Array): Int32Array {
  const positions = new Int32Array(offsets[offsets.length - 1]!);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let at = offsets[row]!, t = 0; at < offsets[row + 1]!; at++, t++) positions[at] = t;
  }
  return positions;
}

/** Checks that offsets start at 0, never fall, and end at the number of ids. */
export function expectRagged(what: string, numIds: number, offsets: Int32Array): void {
  invariant(offsets.length >= 1 && offsets[0] === 0, `${what}: offsets must start at 0`);
  for (let row = 0; row + 1 < offsets.length; row++) {
    invariant(offsets[row]! <= offsets[row + 1]!, `${what}: offsets fall at row ${row}`);
  }
  const end = offsets[offsets.length - 1]!;
  invariant(end === numIds, `${what}: ${numIds} ids, but offsets end at ${end}`);
}

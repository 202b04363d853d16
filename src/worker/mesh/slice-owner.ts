// Adds slices of a step's gradient up for everybody: takes other workers' shares, in pieces, and hands a slice
// on when all nodes are in it.

import {
  type ArrayFormat,
  bytesPerValue,
  FloatPool,
  PieceReducer,
  type TreeNode,
  valuesOf,
} from "../../collective/index.ts";
import type { MessageOf } from "../../protocol/index.ts";
import { IncomingTransfer } from "../../transport/index.ts";

export interface SliceOwnerOptions {
  readonly format: ArrayFormat;
  readonly chunkBytes: number;
  readonly checksum: boolean;
  readonly numMicroshards: number;
  /** A slice is whole: hands it on. `values` is not changed before that has resolved. */
  readonly onWhole: (step: number, slice: number, values: Float32Array) => Promise<void>;
}

interface Range {
  readonly begin: number;
  readonly end: number;
}

interface OwnedSlice {
  readonly range: Range;
  readonly values: Float32Array;
  readonly reducer: PieceReducer;
  isHandedOn: boolean;
  /** Nobody reads it any more. */
  hasArrived: boolean;
}

export class SliceOwner {
  readonly #options: SliceOwnerOptions;
  readonly #spares: FloatPool;
  readonly #slices = new Map<number, OwnedSlice>();
  /** Of this step, by sender and transfer; whole ones stay, so that doubles are acknowledged. */
  readonly #transfers = new Map<string, IncomingTransfer>();
  /** Of the slices before, by their lengths: the next step mostly has the same. */
  #free: Float32Array[] = [];
  #step = -1;

  constructor(options: SliceOwnerOptions) {
    this.#options = options;
    this.#spares = new FloatPool(options.chunkBytes / bytesPerValue(options.format));
  }

  /** Slices that this worker owns in a step; those it had in the step before are forgotten. */
  own(step: number, ranges: ReadonlyMap<number, Range>): void {
    if (step !== this.#step) this.clear();
    this.#step = step;
    for (const [slice, range] of ranges) {
      const known = this.#slices.get(slice);
      const isSame = known?.range.begin === range.begin && known.range.end === range.end;
      const owned = isSame ? known : this.#begin(range);
      this.#slices.set(slice, owned);
      this.#handOn(slice, owned);
    }
  }

  onBeat(): void {
    for (const [slice, owned] of this.#slices) this.#handOn(slice, owned);
  }

  /** Forgets what was added up: another session's nodes may not be in the same step's sum. */
  clear(): void {
    this.#step = -1;
    if (this.#slices.size > 0) this.#free = [];
    for (const { reducer, values, hasArrived } of this.#slices.values()) {
      reducer.clear();
      if (hasArrived) this.#free.push(values);
    }
    this.#slices.clear();
    this.#transfers.clear();
  }

  /** Takes a piece of another worker's share. @returns whether to acknowledge it. */
  take(peer: string, message: MessageOf<"share">, payload: Uint8Array): boolean {
    const { step, slice, node, transferId } = message;
    const owned = this.#slices.get(slice);
    // Of a step or an assignment that has not been heard of here: it will come again.
    if (step !== this.#step || owned === undefined) return false;
    const { format, chunkBytes, checksum } = this.#options;
    const key = `${peer}:${transferId}`;
    let transfer = this.#transfers.get(key);
    if (transfer === undefined) {
      const size = bytesPerValue(format) * owned.values.length;
      transfer = new IncomingTransfer(size, chunkBytes, checksum, (offset, bytes) =>
        owned.reducer.take(node, offset / chunkBytes, valuesOf(format, bytes)),
      );
      this.#transfers.set(key, transfer);
    }
    const isTaken = transfer.take(message, payload).kind !== "refused";
    this.#handOn(slice, owned);
    return isTaken;
  }

  /** Takes this worker's own share of a slice. */
  takeOwn(slice: number, node: TreeNode, values: Float32Array): void {
    const owned = this.#slices.get(slice);
    if (owned === undefined) return;
    const { size } = this.#spares;
    for (let begin = 0, piece = 0; begin < values.length; begin += size, piece++) {
      owned.reducer.take(node, piece, values.subarray(begin, begin + size));
    }
    this.#handOn(slice, owned);
  }

  #begin(range: Range): OwnedSlice {
    const values = this.#take(range.end - range.begin);
    const reducer = new PieceReducer({
      root: { lo: 0, width: this.#options.numMicroshards },
      sum: values,
      pieceLength: this.#spares.size,
      spares: this.#spares,
    });
    return { range, values, reducer, isHandedOn: false, hasArrived: false };
  }

  /** Its values are whatever they are: the sum replaces all of them. */
  #take(length: number): Float32Array {
    const index = this.#free.findIndex((array) => array.length === length);
    return index < 0 ? new Float32Array(length) : this.#free.splice(index, 1)[0]!;
  }

  #handOn(slice: number, owned: OwnedSlice): void {
    if (owned.isHandedOn || !owned.reducer.isDone) return;
    owned.isHandedOn = true;
    this.#options.onWhole(this.#step, slice, owned.values).then(
      () => {
        owned.hasArrived = true;
      },
      () => {
        // The next beat tries again.
        owned.isHandedOn = false;
      },
    );
  }
}

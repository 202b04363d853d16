// The two parameter buffers of a worker: one may be computed from while the other takes the next revision.

import { type ArrayFormat, bytesPerValue, valuesOf } from "../collective/index.ts";
import { invariant } from "../core/index.ts";
import type { MessageOf } from "../protocol/index.ts";
import { IncomingTransfer } from "../transport/index.ts";

/** Parameters that can be computed from. */
export interface HeldParameters {
  readonly buffer: 0 | 1;
  /** Of these values: no others of this process have it. */
  readonly parametersId: number;
}

interface Slot {
  readonly array: Float32Array;
  /** What it holds or receives; -1 for nothing. */
  revision: number;
  transferId: number;
  parametersId: number;
  incoming: IncomingTransfer | undefined;
}

export interface SlotOptions {
  readonly format: ArrayFormat;
  readonly chunkBytes: number;
  readonly checksum: boolean;
  /** Gives a number that no parameters of this process had. */
  readonly nextParametersId: () => number;
}

export class ParameterSlots {
  readonly #slots: readonly [Slot, Slot];
  readonly #options: SlotOptions;
  /** The buffer that is being computed from. */
  #inUse: 0 | 1 | undefined;
  #newestTransferId = 0;

  constructor(buffers: readonly [Float32Array, Float32Array], options: SlotOptions) {
    const slot = (array: Float32Array): Slot => ({
      array,
      revision: -1,
      transferId: 0,
      parametersId: 0,
      incoming: undefined,
    });
    this.#slots = [slot(buffers[0]), slot(buffers[1])];
    this.#options = options;
  }

  /** The buffer that holds a revision whole. */
  held(revision: number): HeldParameters | undefined {
    const index = this.#slots.findIndex(
      (slot) => slot.revision === revision && slot.incoming?.isComplete,
    );
    if (index < 0) return undefined;
    return { buffer: index as 0 | 1, parametersId: this.#slots[index]!.parametersId };
  }

  /** Keeps a buffer unchanged until {@link unlock}. */
  lock(buffer: 0 | 1): void {
    invariant(this.#inUse === undefined, "one piece of work at a time");
    this.#inUse = buffer;
  }

  unlock(): void {
    this.#inUse = undefined;
  }

  /** Takes a piece. @returns whether to acknowledge it. */
  take(message: MessageOf<"parameters">, payload: Uint8Array): boolean {
    const { transferId, revision } = message;
    // Of a revision that a newer one has overtaken: the sender only wants to be rid of it.
    if (transferId < this.#newestTransferId) return true;
    const slot =
      this.#slots.find((known) => known.transferId === transferId) ??
      this.#begin(transferId, revision);
    return slot?.incoming?.take(message, payload).kind !== "refused" && slot !== undefined;
  }

  #begin(transferId: number, revision: number): Slot | undefined {
    const free = this.#slots.filter((_, index) => index !== this.#inUse);
    // The older of what is free; an unfinished one is older than any.
    const age = ({ incoming, revision: held }: Slot): number => (incoming?.isComplete ? held : -1);
    const slot = free.toSorted((a, b) => age(a) - age(b))[0];
    if (slot === undefined) return undefined;
    this.#newestTransferId = transferId;
    slot.transferId = transferId;
    slot.revision = revision;
    const { format, chunkBytes, checksum, nextParametersId } = this.#options;
    slot.parametersId = nextParametersId();
    const size = bytesPerValue(format);
    slot.incoming = new IncomingTransfer(
      size * slot.array.length,
      chunkBytes,
      checksum,
      (offset, payload) => slot.array.set(valuesOf(format, payload), offset / size),
    );
    return slot;
  }
}

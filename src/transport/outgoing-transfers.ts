// Sends large arrays in pieces: no more bytes on their way than the receiver granted, each piece acknowledged,
// and sent again when nothing has been acknowledged for a while. One of these for each peer.

import { crc32 } from "node:zlib";
import { AuspexError, type Clock, EXIT, type Timer } from "../core/index.ts";

/** Where a piece belongs; goes into the header of the message that carries it. */
export interface Chunk {
  readonly transferId: number;
  readonly offset: number;
  readonly totalBytes: number;
  /** 0 where the transport protects bytes itself. */
  readonly crc32: number;
}

export interface TransferOptions {
  readonly clock: Clock;
  readonly chunkBytes: number;
  readonly windowBytes: number;
  readonly checksum: boolean;
  /** How long without any acknowledgement until all that is on its way is sent again. */
  readonly resendMs: number;
}

/** A peer stopped acknowledging. */
class TransferError extends AuspexError {
  constructor(message: string) {
    super("TRANSFER", EXIT.unavailable, message);
  }
}

interface Transfer {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly send: (chunk: Chunk, payload: Uint8Array) => void;
  /** How much of it may be sent yet. */
  readyBytes: number;
  nextOffset: number;
  numUnacknowledged: number;
  readonly inFlight: Set<number>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const MAX_RESENDS = 8;

export class OutgoingTransfers {
  readonly #options: TransferOptions;
  readonly #active = new Map<number, Transfer>();
  #bytesInFlight = 0;
  #numResends = 0;
  #timer: Timer | undefined;

  constructor(options: TransferOptions) {
    this.#options = options;
  }

  /**
   * Sends `bytes`, whose length is not 0. What has been said to be ready must not change until the promise is
   * settled.
   *
   * @param id Not used by another transfer to this peer.
   * @param readyBytes How many are ready; {@link extend} says when there are more. Default: all.
   * @returns when every piece has been acknowledged.
   * @throws {TransferError} when the peer does not acknowledge, or {@link cancelAll} was called.
   */
  start(
    id: number,
    bytes: Uint8Array,
    send: (chunk: Chunk, payload: Uint8Array) => void,
    readyBytes: number = bytes.byteLength,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#active.set(id, {
        id,
        bytes,
        send,
        readyBytes,
        nextOffset: 0,
        numUnacknowledged: Math.ceil(bytes.byteLength / this.#options.chunkBytes),
        inFlight: new Set(),
        resolve,
        reject,
      });
      this.#fillWindow();
    });
  }

  /** More of a transfer is ready. One that has ended is ignored. */
  extend(id: number, readyBytes: number): void {
    const transfer = this.#active.get(id);
    if (transfer === undefined) return;
    transfer.readyBytes = readyBytes;
    this.#fillWindow();
  }

  /** The peer has a piece. Doubles, and pieces of transfers that ended, are ignored. */
  onReceived(transferId: number, offset: number): void {
    const transfer = this.#active.get(transferId);
    if (transfer === undefined || !transfer.inFlight.delete(offset)) return;
    this.#bytesInFlight -= this.#chunkLength(transfer, offset);
    this.#numResends = 0;
    this.#restartTimer();
    if (--transfer.numUnacknowledged === 0) {
      this.#active.delete(transferId);
      transfer.resolve();
    }
    this.#fillWindow();
  }

  /** Drops one transfer that nobody needs any more; its promise is rejected. */
  cancel(id: number, reason: string): void {
    const transfer = this.#active.get(id);
    if (transfer === undefined) return;
    this.#active.delete(id);
    for (const offset of transfer.inFlight) {
      this.#bytesInFlight -= this.#chunkLength(transfer, offset);
    }
    transfer.reject(new TransferError(reason));
    this.#restartTimer();
    this.#fillWindow();
  }

  /** Drops everything, because the peer is lost. */
  cancelAll(reason: string): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#bytesInFlight = 0;
    this.#numResends = 0;
    const dropped = [...this.#active.values()];
    this.#active.clear();
    for (const transfer of dropped) transfer.reject(new TransferError(reason));
  }

  #fillWindow(): void {
    for (const transfer of this.#active.values()) {
      while (transfer.nextOffset < transfer.bytes.byteLength) {
        const length = this.#chunkLength(transfer, transfer.nextOffset);
        if (transfer.nextOffset + length > transfer.readyBytes) break;
        const isIdle = this.#bytesInFlight === 0;
        if (!isIdle && this.#bytesInFlight + length > this.#options.windowBytes) return;
        transfer.inFlight.add(transfer.nextOffset);
        this.#bytesInFlight += length;
        this.#sendChunk(transfer, transfer.nextOffset);
        transfer.nextOffset += length;
        if (isIdle) this.#restartTimer();
      }
    }
  }

  #sendChunk(transfer: Transfer, offset: number): void {
    const payload = transfer.bytes.subarray(offset, offset + this.#chunkLength(transfer, offset));
    transfer.send(
      {
        transferId: transfer.id,
        offset,
        totalBytes: transfer.bytes.byteLength,
        crc32: this.#options.checksum ? crc32(payload) : 0,
      },
      payload,
    );
  }

  #chunkLength(transfer: Transfer, offset: number): number {
    return Math.min(this.#options.chunkBytes, transfer.bytes.byteLength - offset);
  }

  #restartTimer(): void {
    this.#timer?.cancel();
    this.#timer =
      this.#bytesInFlight === 0
        ? undefined
        : this.#options.clock.after(this.#options.resendMs * 2 ** this.#numResends, () =>
            this.#resend(),
          );
  }

  #resend(): void {
    if (++this.#numResends > MAX_RESENDS) {
      this.cancelAll(`nothing was acknowledged after ${MAX_RESENDS} resends`);
      return;
    }
    for (const transfer of this.#active.values()) {
      for (const offset of transfer.inFlight) this.#sendChunk(transfer, offset);
    }
    this.#restartTimer();
  }
}

// A worker's own parameters and optimizer state, as its session sees them: what of them arrives, when an update can
// be applied, and what the coordinator is told. Updates are applied in order; a state that comes replaces everything.

import { valuesOf } from "../collective/index.ts";
import { bytesOf, sha256InTurns } from "../core/index.ts";
import type { MessageOf } from "../protocol/index.ts";
import { IncomingTransfer } from "../transport/index.ts";
import type { ReplicaBuffers, ReplicaUpdate } from "./compute-port.ts";
import type { HeldParameters } from "./parameter-slots.ts";

interface Held extends HeldParameters {
  readonly revision: number;
  /** What brought it. */
  readonly transferId: number;
  /** Empty until it is known. */
  digest: string;
}

interface IncomingState {
  readonly revision: number;
  readonly buffer: 0 | 1;
  readonly transfers: readonly IncomingTransfer[];
}

interface IncomingUpdate {
  readonly message: MessageOf<"update">;
  readonly transfer: IncomingTransfer;
}

export interface ReplicaOptions {
  readonly parameterBuffers: readonly [Float32Array, Float32Array];
  readonly buffers: ReplicaBuffers;
  readonly chunkBytes: number;
  readonly checksum: boolean;
  /** Gives a number that no parameters of this process had. */
  readonly nextParametersId: () => number;
  /** The buffer that is being computed from. */
  readonly bufferInUse: () => 0 | 1 | undefined;
  /** An update is being applied, perhaps one of an earlier session. */
  readonly isApplying: () => boolean;
  readonly send: (message: MessageOf<"applied">) => void;
}

export class Replica {
  readonly #options: ReplicaOptions;
  #held: Held | undefined;
  #state: IncomingState | undefined;
  #update: IncomingUpdate | undefined;
  #newestTransferId = 0;

  constructor(options: ReplicaOptions) {
    this.#options = options;
  }

  /** The buffer of the parameters, when they are of this revision. */
  held(revision: number): HeldParameters | undefined {
    return this.#held?.revision === revision ? this.#held : undefined;
  }

  /** Parameters came as they are: nothing is applied any more. */
  forget(): void {
    this.#held = undefined;
    this.#state = undefined;
    this.#update = undefined;
  }

  /** Takes a piece. @returns whether to acknowledge it. */
  takeState(message: MessageOf<"state">, payload: Uint8Array): boolean {
    const first = message.transferId - message.array;
    if (first < this.#newestTransferId) return true;
    if (first > this.#newestTransferId && !this.#beginState(first, message)) return false;
    // Whole already.
    if (this.#state === undefined) return true;
    const { transfers, revision, buffer } = this.#state;
    const verdict = transfers[message.array]?.take(message, payload);
    if (verdict === undefined || verdict.kind === "refused") return false;
    if (transfers.every(({ isComplete }) => isComplete)) {
      this.#state = undefined;
      this.#hold(revision, buffer, first);
    }
    return true;
  }

  /** Takes a piece. @returns whether to acknowledge it. */
  takeUpdate(message: MessageOf<"update">, payload: Uint8Array): boolean {
    const { transferId } = message;
    if (transferId < this.#newestTransferId) return true;
    if (transferId > this.#newestTransferId && !this.#beginUpdate(message)) return false;
    if (this.#update === undefined) return true;
    return this.#update.transfer.take(message, payload).kind !== "refused";
  }

  /** What can be applied now; {@link onApplied} says that it has been. */
  get dueUpdate(): ReplicaUpdate | undefined {
    const held = this.#held;
    if (held === undefined || this.#update?.transfer.isComplete !== true) return undefined;
    const { revision, number, learningRateFactor, gradientScale } = this.#update.message;
    return { buffer: held.buffer, revision, number, learningRateFactor, gradientScale };
  }

  /** While it is applied the parameters are of no revision. */
  onApplying(): void {
    this.#held = this.#held && { ...this.#held, revision: -1 };
  }

  onApplied(): void {
    const [held, update] = [this.#held, this.#update];
    this.#update = undefined;
    if (held === undefined || update === undefined) return;
    const { revision, transferId } = update.message;
    this.#hold(revision, held.buffer, transferId);
  }

  /** Says what it has, again and again: messages are lost. */
  report(): void {
    const held = this.#held;
    if (held === undefined || held.revision < 0) return;
    const { transferId, revision, digest } = held;
    this.#options.send({ type: "applied", transferId, revision, digest });
  }

  #hold(revision: number, buffer: 0 | 1, transferId: number): void {
    const { parameterBuffers, nextParametersId } = this.#options;
    const held = { revision, buffer, transferId, parametersId: nextParametersId(), digest: "" };
    this.#held = held;
    this.report();
    const parameters = parameterBuffers[buffer];
    sha256InTurns(bytesOf(parameters)).then(
      (digest) => {
        if (this.#held !== held) return;
        held.digest = digest;
        this.report();
      },
      // Hashing memory does not fail.
      () => {},
    );
  }

  #beginState(first: number, { revision, numArrays }: MessageOf<"state">): boolean {
    const { parameterBuffers, buffers, chunkBytes, checksum, bufferInUse } = this.#options;
    if (this.#options.isApplying() || numArrays !== 1 + buffers.state.length) return false;
    this.#newestTransferId = first;
    this.#held = undefined;
    this.#update = undefined;
    const buffer = bufferInUse() === 0 ? 1 : 0;
    const arrays = [parameterBuffers[buffer], ...buffers.state];
    const transfers = arrays.map((array) => incoming(array, chunkBytes, checksum));
    this.#state = { revision, buffer, transfers };
    return true;
  }

  #beginUpdate(message: MessageOf<"update">): boolean {
    const { buffers, chunkBytes, checksum, isApplying } = this.#options;
    const { transferId, revision, number } = message;
    // Not the next one, or the memory for it is still in use: it will be sent again.
    if (this.#held?.revision !== revision - 1 || this.#update !== undefined || isApplying()) {
      return false;
    }
    this.#newestTransferId = transferId;
    const gradient = number > 0 ? buffers.gradient : new Float32Array(1);
    this.#update = { message, transfer: incoming(gradient, chunkBytes, checksum) };
    return true;
  }
}

function incoming(array: Float32Array, chunkBytes: number, checksum: boolean): IncomingTransfer {
  return new IncomingTransfer(array.byteLength, chunkBytes, checksum, (offset, payload) =>
    array.set(valuesOf("f32", payload), offset / 4),
  );
}

// Takes the slices of a step's gradient that workers added up, as they arrive.

import type { RunningSquares } from "../collective/index.ts";
import { valuesOf } from "../collective/index.ts";
import type { MessageOf } from "../protocol/index.ts";
import { IncomingTransfer } from "../transport/index.ts";
import type { MeshPlan } from "./mesh-plan.ts";

export interface MeshIntakeOptions {
  /** Receives the sum. */
  readonly values: Float32Array;
  readonly squares: RunningSquares;
  readonly pieceBytes: number;
  readonly checksum: boolean;
}

export class MeshIntake {
  readonly plan: MeshPlan;
  readonly #options: MeshIntakeOptions;
  /** By sender and transfer; whole ones stay, so that doubles are acknowledged. */
  readonly #transfers = new Map<string, IncomingTransfer>();

  constructor(plan: MeshPlan, options: MeshIntakeOptions) {
    this.plan = plan;
    this.#options = options;
  }

  get isComplete(): boolean {
    return this.plan.isComplete;
  }

  /** Takes a piece of an owner's slice. @returns whether to acknowledge it. */
  take(session: string, message: MessageOf<"slice">, payload: Uint8Array): boolean {
    const key = `${session}:${message.transferId}`;
    const transfer = this.#transfers.get(key) ?? this.#begin(key, session, message.slice);
    // Nothing of it is expected: its sender only wants to be rid of it.
    if (transfer === undefined) return true;
    const wasComplete = transfer.isComplete;
    if (transfer.take(message, payload).kind === "refused") return false;
    const part = this.plan.expected(message.slice, session);
    if (!wasComplete && transfer.isComplete && part !== undefined) {
      this.plan.onSlice(message.slice);
      this.#options.squares.onReady(part.begin, part.end);
    }
    return true;
  }

  #begin(key: string, session: string, slice: number): IncomingTransfer | undefined {
    const part = this.plan.expected(slice, session);
    if (part === undefined) return undefined;
    const { values, pieceBytes, checksum } = this.#options;
    const size = 4 * (part.end - part.begin);
    const transfer = new IncomingTransfer(size, pieceBytes, checksum, (offset, payload) =>
      values.set(valuesOf("f32", payload), part.begin + offset / 4),
    );
    this.#transfers.set(key, transfer);
    return transfer;
  }
}

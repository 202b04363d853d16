// Brings the newest committed parameters to every worker, as far as they are updated: the first pieces are on
// their way while the optimizer still works on the last ones. Float32 is sent from where it lies, so that it
// must lie still until everybody has it; bfloat16 from a copy.

import { type ArrayFormat, bytesPerValue, FloatPool, writeValues } from "../collective/index.ts";
import { bytesOf, messageOf } from "../core/index.ts";
import type { MessageOf } from "../protocol/index.ts";
import type { Member } from "./member.ts";

interface Published {
  readonly revision: number;
  readonly parameters: Float32Array;
  /** What is sent: the parameters' own memory, or an array of the pool with the rounded ones. */
  readonly bytes: Uint8Array;
  readonly copy: Float32Array | undefined;
  numReady: number;
  numUsers: number;
  /** A transfer ended without all acknowledgements: the socket may still read the bytes. */
  isTainted: boolean;
}

export interface BroadcastEvents {
  send(member: Member, message: MessageOf<"parameters">, payload: Uint8Array): void;
  /** The worker has the revision whole. */
  delivered(member: Member): void;
  /** The worker acknowledges nothing. */
  failed(member: Member, reason: string): void;
}

export class ParameterBroadcast {
  readonly #format: ArrayFormat;
  /** Memory for rounded parameters: one float of it holds two. */
  readonly #copies: FloatPool;
  readonly #events: BroadcastEvents;
  readonly #lent = new Set<Published>();
  #current: Published | undefined;
  #revision = -1;
  #nextTransferId = 1;

  constructor(parameterCount: number, format: ArrayFormat, events: BroadcastEvents) {
    this.#format = format;
    this.#copies = new FloatPool(Math.ceil(parameterCount / 2));
    this.#events = events;
  }

  /** The newest that was published; -1 at first. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether some worker is still being sent this memory: it must not change. */
  isLent(parameters: Float32Array): boolean {
    return [...this.#lent].some((published) => published.parameters === parameters);
  }

  /**
   * Makes `parameters` the newest revision and starts sending what is ready.
   *
   * @param numReady How many of the values are final; {@link extend} says when there are more.
   */
  publish(
    revision: number,
    parameters: Float32Array,
    members: Iterable<Member>,
    numReady: number = parameters.length,
  ): void {
    this.withdraw();
    for (const lent of this.#lent) {
      // Tainted, and its owner has gone on with a copy.
      if (lent.numUsers === 0 && lent.parameters !== parameters) this.#lent.delete(lent);
    }
    const copy = this.#format === "f32" ? undefined : this.#copies.take();
    const size = bytesPerValue(this.#format) * parameters.length;
    this.#revision = revision;
    this.#current = {
      revision,
      parameters,
      copy,
      bytes: bytesOf(copy ?? parameters).subarray(0, size),
      numReady: 0,
      numUsers: 0,
      isTainted: false,
    };
    this.extend(numReady, []);
    for (const member of members) this.bringUpToDate(member);
  }

  /** More values of the newest revision are final. */
  extend(numReady: number, members: Iterable<Member>): void {
    const published = this.#current;
    if (published === undefined) return;
    const { parameters, bytes, revision } = published;
    const size = bytesPerValue(this.#format);
    if (published.copy !== undefined) {
      writeValues(
        this.#format,
        parameters.subarray(published.numReady, numReady),
        bytes.subarray(size * published.numReady, size * numReady),
      );
    }
    published.numReady = numReady;
    for (const { parameterTransfer, outgoing } of members) {
      if (parameterTransfer?.revision !== revision) continue;
      outgoing.extend(parameterTransfer.id, size * numReady);
    }
  }

  /** The newest revision is about to change in place: nobody else is sent it. */
  withdraw(): void {
    const previous = this.#current;
    this.#current = undefined;
    if (previous !== undefined && previous.numUsers === 0) this.#recycle(previous);
  }

  /** Starts sending the newest revision to a worker that does not have it. */
  bringUpToDate(member: Member): void {
    const published = this.#current;
    if (published === undefined || member.heldRevision >= published.revision) return;
    if (member.parameterTransfer !== undefined) {
      if (member.parameterTransfer.revision === published.revision) return;
      member.outgoing.cancel(member.parameterTransfer.id, "a newer revision is there");
    }
    const id = this.#nextTransferId++;
    const { bytes, revision, numReady } = published;
    published.numUsers++;
    if (published.copy === undefined) this.#lent.add(published);
    member.parameterTransfer = { id, revision };
    member.outgoing
      .start(
        id,
        bytes,
        (chunk, payload) =>
          this.#events.send(member, { type: "parameters", ...chunk, revision }, payload),
        bytesPerValue(this.#format) * numReady,
      )
      .then(
        () => {
          if (member.parameterTransfer?.id === id) member.parameterTransfer = undefined;
          member.heldRevision = Math.max(member.heldRevision, revision);
          this.#release(published);
          this.#events.delivered(member);
        },
        (error: unknown) => {
          published.isTainted = true;
          this.#release(published);
          if (member.parameterTransfer?.id !== id) return;
          member.parameterTransfer = undefined;
          this.#events.failed(member, messageOf(error));
        },
      );
  }

  #release(published: Published): void {
    if (--published.numUsers > 0) return;
    // Tainted memory stays lent: its owner goes on with a copy.
    if (!published.isTainted) this.#lent.delete(published);
    if (published !== this.#current) this.#recycle(published);
  }

  #recycle({ isTainted, copy }: Published): void {
    if (copy !== undefined && !isTainted) this.#copies.give(copy);
  }
}

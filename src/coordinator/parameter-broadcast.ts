// Brings the newest committed parameters to every worker. What is on its way lies still: each revision is a
// copy, given back for reuse only when every worker that it was sent to has acknowledged all of it.

import { FloatPool } from "../collective/index.ts";
import { messageOf } from "../core/index.ts";
import type { MessageOf } from "../protocol/index.ts";
import type { Member } from "./member.ts";

interface Published {
  readonly revision: number;
  readonly array: Float32Array;
  numUsers: number;
  /** A transfer ended without all acknowledgements: the socket may still read the array. */
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
  readonly #pool: FloatPool;
  readonly #events: BroadcastEvents;
  #current: Published | undefined;
  #nextTransferId = 1;

  constructor(parameterCount: number, events: BroadcastEvents) {
    this.#pool = new FloatPool(parameterCount);
    this.#events = events;
  }

  get revision(): number {
    return this.#current?.revision ?? -1;
  }

  /** Makes `parameters` the newest revision and starts sending it. The array is copied. */
  publish(revision: number, parameters: Float32Array, members: Iterable<Member>): void {
    const array = this.#pool.take();
    array.set(parameters);
    const previous = this.#current;
    this.#current = { revision, array, numUsers: 0, isTainted: false };
    if (previous !== undefined) this.#recycle(previous);
    for (const member of members) this.bringUpToDate(member);
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
    const { array, revision } = published;
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    published.numUsers++;
    member.parameterTransfer = { id, revision };
    member.outgoing
      .start(id, bytes, (chunk, payload) =>
        this.#events.send(member, { type: "parameters", ...chunk, revision }, payload),
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
    published.numUsers--;
    if (published !== this.#current) this.#recycle(published);
  }

  #recycle({ numUsers, isTainted, array }: Published): void {
    if (numUsers === 0 && !isTainted) this.#pool.give(array);
  }
}

// What the coordinator says goes out here, in an envelope that names the run and the membership as it is now.

import { encodeMessage, type Message } from "../protocol/index.ts";
import type { Listener } from "../transport/index.ts";
import type { Member } from "./member.ts";
import type { Roster } from "./roster.ts";

export interface OutboxOptions {
  readonly runId: string;
  readonly incarnation: number;
  readonly roster: Roster;
}

export class Outbox {
  readonly #options: OutboxOptions;
  #listener: Listener | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Before it, nothing is sent. */
  open(listener: Listener): void {
    this.#listener = listener;
  }

  send(member: Member, message: Message, payload?: Uint8Array): void {
    this.sendTo(member.peer, member.session, message, payload);
  }

  /** @param session Empty to a peer that is no member. */
  sendTo(peer: string, session: string, message: Message, payload?: Uint8Array): void {
    const { runId, incarnation, roster } = this.#options;
    const envelope = { run: runId, incarnation, generation: roster.generation, session };
    this.#listener?.send(peer, encodeMessage(envelope, message, payload));
  }
}

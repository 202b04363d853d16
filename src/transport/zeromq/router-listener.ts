// The coordinator's side of ZeroMQ: two ROUTER sockets seen as one listener.

import type { Clock } from "../../core/index.ts";
import { LIMITS, type WireMessage } from "../../protocol/index.ts";
import type { Listener, ListenerEvents } from "../transport.ts";
import type { Router } from "./load.ts";
import { watchRouter } from "./refusals.ts";
import { CONTROL_SOCKET, DATA_SOCKET, peerOf, routingId } from "./routing-id.ts";
import { closeSockets, readAll } from "./socket-reader.ts";
import { SocketWriter } from "./socket-writer.ts";

const LAST_WORDS_MS = 10;

export class RouterListener implements Listener {
  readonly address: string;
  readonly #sockets: readonly Router[];
  readonly #writers: readonly SocketWriter[];
  readonly #readers: readonly Promise<void>[];
  readonly #events: ListenerEvents;
  readonly #clock: Clock;
  readonly #onClosed: () => Promise<void>;
  readonly #peers = new Set<string>();
  #closed = false;

  constructor(
    address: string,
    control: Router,
    data: Router,
    events: ListenerEvents,
    clock: Clock,
    hasKeys: boolean,
    onClosed: () => Promise<void>,
  ) {
    this.#onClosed = onClosed;
    this.address = address;
    this.#events = events;
    this.#clock = clock;
    this.#sockets = [control, data];
    this.#writers = this.#sockets.map(
      (socket, kind) =>
        new SocketWriter(socket, (error, [id]) => this.#onSendError(kind, error, id as string)),
    );
    this.#readers = this.#sockets.map((socket, kind) =>
      readAll(socket, (frames) => this.#onFrames(kind, frames)),
    );
    // The event does not say who went. An empty message to each peer finds out: unreachable is an error.
    watchRouter(control, hasKeys, clock, {
      refused: (refusal) => {
        if (!this.#closed) events.refused?.(refusal);
      },
      disconnected: () => this.#probeAll(),
    });
  }

  send(peer: string, { header, payload }: WireMessage): void {
    const kind = payload === undefined ? CONTROL_SOCKET : DATA_SOCKET;
    const id = routingId(peer, kind);
    this.#writers[kind]!.send(payload === undefined ? [id, header] : [id, header, payload]);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await closeSockets(this.#sockets, this.#writers, this.#readers, this.#clock);
    await this.#onClosed();
  }

  #onFrames(kind: number, [id, header, payload, ...rest]: Uint8Array[]): void {
    if (this.#closed || id === undefined || header === undefined || rest.length > 0) return;
    const peer = peerOf(id, kind);
    if (peer === undefined) return;
    if (kind === CONTROL_SOCKET && this.#peers.size < 4 * LIMITS.workers) this.#peers.add(peer);
    this.#events.message(peer, payload === undefined ? { header } : { header, payload });
  }

  #onSendError(kind: number, error: NodeJS.ErrnoException, id: string): void {
    // A data socket may stand a little later than its control socket: the protocol resends.
    if (this.#closed || kind === DATA_SOCKET || error.code !== "EHOSTUNREACH") return;
    const peer = id.slice(0, -1);
    if (!this.#peers.delete(peer)) return;
    // What the peer said last may still be unread: one turn of polling after the delay reads it first.
    this.#clock.after(LAST_WORDS_MS, () => {
      setImmediate(() => {
        if (!this.#closed) this.#events.peerLost(peer);
      });
    });
  }

  #probeAll(): void {
    if (this.#closed) return;
    for (const peer of this.#peers) this.send(peer, { header: new Uint8Array(0) });
  }
}

// A worker's side of ZeroMQ: two DEALER sockets seen as one connection.

import type { Clock } from "../../core/index.ts";
import type { WireMessage } from "../../protocol/index.ts";
import type { Connection, ConnectionEvents } from "../transport.ts";
import type { Dealer } from "./load.ts";
import { watchDealer } from "./refusals.ts";
import { CONTROL_SOCKET, DATA_SOCKET } from "./routing-id.ts";
import { closeSockets, readAll } from "./socket-reader.ts";
import { SocketWriter } from "./socket-writer.ts";

export class DealerConnection implements Connection {
  readonly #sockets: readonly Dealer[];
  readonly #writers: readonly SocketWriter[];
  readonly #readers: readonly Promise<void>[];
  readonly #clock: Clock;
  #closed = false;

  /** @param control Not connected yet, so that no event is missed. */
  constructor(
    control: Dealer,
    data: Dealer,
    events: ConnectionEvents,
    clock: Clock,
    hasKeys: boolean,
  ) {
    this.#clock = clock;
    this.#sockets = [control, data];
    this.#writers = this.#sockets.map((socket) => new SocketWriter(socket, () => {}));
    this.#readers = this.#sockets.map((socket) =>
      readAll(socket, ([header, payload, ...rest]) => {
        // An empty header is the coordinator looking whether we are there.
        if (this.#closed || !header?.byteLength || rest.length > 0) return;
        events.message(payload === undefined ? { header } : { header, payload });
      }),
    );
    watchDealer(control, hasKeys, {
      refused: (refusal) => {
        if (!this.#closed) events.refused?.(refusal);
      },
      reconnected: () => {
        if (!this.#closed) events.reconnected();
      },
    });
  }

  send({ header, payload }: WireMessage): void {
    if (payload === undefined) this.#writers[CONTROL_SOCKET]!.send([header]);
    else this.#writers[DATA_SOCKET]!.send([header, payload]);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await closeSockets(this.#sockets, this.#writers, this.#readers, this.#clock);
  }
}

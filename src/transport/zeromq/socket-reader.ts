// Reading a socket until it closes, and closing one in the order that ZeroMQ survives.

import { type Clock, messageOf } from "../../core/index.ts";
import type { Dealer, Router, SocketEvent } from "./load.ts";
import type { SocketWriter } from "./socket-writer.ts";

/** Read in one go before timers get their turn: a busy socket resolves hundreds synchronously. */
const MESSAGES_PER_TURN = 64;
/** How long messages that are queued at closing may take; a DEALER without a peer would wait for ever. */
const FLUSH_MS = 500;

/** Calls `onFrames` for each message until the socket is closed. */
export async function readAll(
  socket: Router | Dealer,
  onFrames: (frames: Uint8Array[]) => void,
): Promise<void> {
  let read = 0;
  for await (const frames of socket) {
    onFrames(frames);
    if (++read % MESSAGES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Calls `onEvent` for what happens to a socket's connections, until the socket is closed. Not with the `on` of the
 * socket's events, which lets nobody have a turn while there are more of them: without a free file handle the system
 * says a hundred thousand times a second that a connection cannot be accepted.
 */
export function followEvents(socket: Router | Dealer, onEvent: (event: SocketEvent) => void): void {
  const follow = async (): Promise<void> => {
    let read = 0;
    for await (const event of socket.events) {
      onEvent(event);
      if (++read % MESSAGES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  follow().catch((error: unknown) => process.emitWarning(`zeromq: ${messageOf(error)}`));
}

/** Flushes, closes and waits for the readers to end. */
export async function closeSockets(
  sockets: readonly (Router | Dealer)[],
  writers: readonly SocketWriter[],
  readers: readonly Promise<void>[],
  clock: Clock,
): Promise<void> {
  const flushed = Promise.all(writers.map((writer) => writer.finish()));
  await new Promise<void>((resolve) => {
    const timer = clock.after(FLUSH_MS, resolve);
    void flushed.then(() => {
      timer.cancel();
      resolve();
    });
  });
  for (const socket of sockets) socket.close();
  await Promise.all(readers);
}

// A network inside the process, for tests: messages take time on a clock and may be lost, doubled, delayed or
// damaged as a plan says. Payloads are read at delivery, as ZeroMQ does, so that reuse before the
// acknowledgement shows as damage.

import { type Clock, UnavailableError } from "../core/index.ts";
import type { WireMessage } from "../protocol/index.ts";
import type { ConnectionEvents, ListenerEvents, Transport } from "./transport.ts";

/** One message on its way. */
export interface Crossing {
  readonly peer: string;
  readonly direction: "up" | "down";
  readonly wire: WireMessage;
  /** Counts all crossings of the network. */
  readonly index: number;
}

/** What happens to a message: one entry a delivery, with its delay; none is a loss. */
export type NetworkPlan = (crossing: Crossing) => readonly number[];

export interface MemoryNetwork {
  readonly transport: Transport;
  /** The peer's process is gone: nothing of it arrives any more, and the listener is told at once. */
  kill(peer: string): void;
  /** The listening process is gone: nothing reaches it, and the address is free. */
  killListener(address: string): void;
  /** The peers in the order of their connecting. */
  readonly peers: readonly string[];
}

interface Client {
  readonly events: ConnectionEvents;
  isOpen: boolean;
}

export function createMemoryNetwork(clock: Clock, plan: NetworkPlan = () => [0]): MemoryNetwork {
  const listeners = new Map<string, ListenerEvents>();
  const clients = new Map<string, Client>();
  let numCrossings = 0;

  const cross = (
    peer: string,
    direction: "up" | "down",
    wire: WireMessage,
    deliver: () => void,
  ) => {
    for (const delayMs of plan({ peer, direction, wire, index: numCrossings++ })) {
      clock.after(delayMs, deliver);
    }
  };

  const transport: Transport = {
    name: "memory",
    protectsBytes: false,
    listen(address, events) {
      if (listeners.has(address)) {
        return Promise.reject(new UnavailableError(`cannot listen on ${address}: it is taken`));
      }
      listeners.set(address, events);
      return Promise.resolve({
        address,
        send(peer, wire) {
          if (listeners.get(address) !== events) return;
          const client = clients.get(peer);
          cross(peer, "down", wire, () => {
            if (client?.isOpen) client.events.message(copyOf(wire));
          });
        },
        close() {
          // What was sent before closing still arrives.
          if (listeners.get(address) === events) listeners.delete(address);
          return Promise.resolve();
        },
      });
    },
    connect(address, events) {
      const peer = clients.size.toString(16).padStart(32, "0");
      const client: Client = { events, isOpen: true };
      clients.set(peer, client);
      return Promise.resolve({
        send(wire) {
          if (!client.isOpen) return;
          cross(peer, "up", wire, () => {
            if (client.isOpen) listeners.get(address)?.message(peer, copyOf(wire));
          });
        },
        close() {
          // What was sent before closing still arrives.
          clock.after(0, () => {
            client.isOpen = false;
          });
          return Promise.resolve();
        },
      });
    },
  };

  return {
    transport,
    kill(peer) {
      const client = clients.get(peer);
      if (client === undefined || !client.isOpen) return;
      client.isOpen = false;
      for (const events of listeners.values()) events.peerLost(peer);
    },
    killListener(address) {
      listeners.delete(address);
    },
    get peers() {
      return [...clients.keys()];
    },
  };
}

function copyOf({ header, payload }: WireMessage): WireMessage {
  return payload === undefined
    ? { header: header.slice() }
    : { header: header.slice(), payload: Uint8Array.from(payload) };
}

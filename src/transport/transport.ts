// What coordinator and workers need of a network, whatever carries it. Delivery is at most once and, over
// some transports, out of order: the protocol acknowledges and resends.

import type { WireMessage } from "../protocol/index.ts";

/** Why a connection is not let in, before any message crossed it; names are stable, for programs. */
export interface ConnectionRefusal {
  readonly code: /** The worker's key is not on the coordinator's list. */
    | "UNKNOWN_KEY"
    /** The worker trusts another key than the coordinator has. */
    | "WRONG_SERVER_KEY"
    /** One side encrypts, the other does not. */
    | "NOT_ENCRYPTED"
    /** The broker does not let this account do what its part needs. */
    | "NOT_PERMITTED"
    /** The system does not let the coordinator accept it: it has as many files open as it may. */
    | "NOT_ACCEPTED";
  readonly text: string;
}

export interface ListenerEvents {
  /** A message of the peer. `payload` may be reused by the transport after the call returns: copy it. */
  message(peer: string, wire: WireMessage): void;
  /** The peer is known to be gone. It may never be called for a peer that vanished silently. */
  peerLost(peer: string): void;
  /** Somebody was not let in; at most one a second of each code. */
  refused?(refusal: ConnectionRefusal): void;
  /** The listener itself is cut off from all peers, or no longer: their silence meanwhile means nothing. */
  suspended?(isSuspended: boolean): void;
}

export interface Listener {
  /** Where peers connect, with the port that the system chose. */
  readonly address: string;
  /**
   * Largest message that can be sent either way, header and payload together; absent or undefined: the protocol's own
   * limits. Larger ones are lost. It may be another after the listener was suspended.
   */
  maxMessageBytes?(): number | undefined;
  /**
   * Queues a message; order per peer and kind (with or without payload) is kept. The payload must not change
   * until the peer has acknowledged it or is lost: it is sent from where it lies.
   */
  send(peer: string, wire: WireMessage): void;
  /** Sends what is queued for a moment, then drops the rest. No event comes after it resolves. */
  close(): Promise<void>;
}

export interface ConnectionEvents {
  message(wire: WireMessage): void;
  /** The connection stands again after having been lost; what was on its way may be gone, and limits may have changed. */
  reconnected(): void;
  /** The other side does not let this process in, and trying again will not help. */
  refused?(refusal: ConnectionRefusal): void;
}

export interface Connection {
  /** As {@link Listener.maxMessageBytes}; it may be another after {@link ConnectionEvents.reconnected}. */
  maxMessageBytes?(): number | undefined;
  send(wire: WireMessage): void;
  close(): Promise<void>;
}

export interface Transport {
  readonly name: string;
  /** Whether the transport finds damaged bytes itself; if not, pieces carry a CRC-32. */
  readonly protectsBytes: boolean;
  /**
   * @throws {ConfigError} when the address is not one of this transport's.
   * @throws {UnavailableError} when it cannot be bound.
   */
  listen(address: string, events: ListenerEvents): Promise<Listener>;
  /** Resolves before a peer answers; reconnects for ever until closed. */
  connect(address: string, events: ConnectionEvents): Promise<Connection>;
}

// The transport that an address names.

import { isLoopback, parseAddress } from "./address.ts";
import type { NatsCredentials } from "./nats/load.ts";
import { natsTransport } from "./nats/nats-transport.ts";
import type { Transport } from "./transport.ts";
import { type ZeroMqOptions, zeroMqTransport } from "./zeromq/zeromq-transport.ts";

export interface TransportForOptions extends ZeroMqOptions {
  /** Used for addresses that begin with nats://. */
  readonly nats?: NatsCredentials;
}

export function transportFor(address: string, options: TransportForOptions): Transport {
  const { clock, insecure = false, nats } = options;
  return address.startsWith("nats://")
    ? natsTransport({ clock, insecure, ...nats })
    : zeroMqTransport({ ...options, checksum: !isLoopback(parseAddress(address)) });
}

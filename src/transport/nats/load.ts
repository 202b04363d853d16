// The few things of the NATS client that are used, so that its successor packages can take its place.

import type { Authenticator, ConnectionOptions, Msg, NatsConnection, Subscription } from "nats";
import { messageOf, UnavailableError } from "../../core/index.ts";

export type { Msg, NatsConnection, Subscription };

export interface NatsCredentials {
  readonly user?: string;
  readonly password?: string;
  /** Seed of an nkey: text that begins with SU. */
  readonly nkeySeed?: string;
  /** Encrypts; file contents in PEM. An empty object trusts the system's authorities. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** @throws {UnavailableError} when the broker cannot be reached or refuses. */
export async function connectNats(
  server: string,
  name: string,
  { user, password, nkeySeed, tls }: NatsCredentials,
): Promise<NatsConnection> {
  const { connect, nkeyAuthenticator } = await import("nats");
  const authenticator: Authenticator | undefined =
    nkeySeed === undefined ? undefined : nkeyAuthenticator(new TextEncoder().encode(nkeySeed));
  const options: ConnectionOptions = {
    servers: server,
    name,
    // A broker that restarts is waited for: the protocol sends again what was lost.
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    pingInterval: 5000,
    maxPingOut: 2,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(authenticator && { authenticator }),
    ...(tls && { tls: { ...tls } }),
  };
  try {
    return await connect(options);
  } catch (cause) {
    throw new UnavailableError(`no NATS server at ${server}: ${messageOf(cause)}`, {
      cause,
      hint: "Is nats-server running there, and are user, key and TLS right?",
    });
  }
}

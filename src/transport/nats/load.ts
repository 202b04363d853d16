// The few things of the NATS client that are used, so that its successor packages can take its place.

import type {
  Authenticator,
  ConnectionOptions,
  Msg,
  NatsConnection,
  Subscription,
  TlsOptions,
} from "nats";
import { messageOf, RefusedError, UnavailableError } from "../../core/index.ts";

export type { Msg, NatsConnection, Subscription };

export interface NatsCredentials {
  readonly user?: string;
  readonly password?: string;
  /** Seed of an nkey: text that begins with SU. */
  readonly nkeySeed?: string;
  /** Encrypts; file contents in PEM. An empty object trusts the system's authorities. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/**
 * @throws {RefusedError} when the broker does not know the user, key or password.
 * @throws {UnavailableError} when it cannot be reached.
 */
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
    ...(tls && { tls: withHost(tls, server) }),
  };
  try {
    return await connect(options);
  } catch (cause) {
    if (isRefusal(cause)) {
      throw new RefusedError("UNKNOWN_KEY", `the NATS server at ${server} does not let us in`, {
        cause,
        hint: "Are user and password, or the nkey, those of its configuration?",
      });
    }
    throw new UnavailableError(`no NATS server at ${server}: ${messageOf(cause)}`, {
      cause,
      hint: "Is nats-server running there, and are user, key and TLS right?",
    });
  }
}

function isRefusal(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === "AUTHORIZATION_VIOLATION" || code === "BAD_AUTHENTICATION";
}

/** The client compares the certificate with a host name only; `host` lets Node compare it with an address too. */
function withHost(tls: TlsOptions, server: string): TlsOptions {
  const host = { host: new URL(server).hostname };
  return { ...tls, ...host };
}

// NATS: core publish and subscribe over a broker that is already there. Subjects PREFIX.up.PEER and
// PREFIX.dn.PEER, so that the broker's permissions can keep workers to one direction. The broker may restart:
// core NATS loses what was on its way, and the protocol sends it again.

import { randomBytes } from "node:crypto";
import { type Clock, ConfigError, messageOf, UnavailableError } from "../../core/index.ts";
import { HEADER_ROOM_BYTES } from "../message-room.ts";
import type { Connection, ConnectionRefusal, Listener, Transport } from "../transport.ts";
import { joinFrames, splitFrames } from "./frame.ts";
import { connectNats, type Msg, type NatsConnection, type NatsCredentials } from "./load.ts";
import { expectProtected } from "./protection.ts";

export interface NatsOptions extends NatsCredentials {
  readonly clock: Clock;
  /** Allows plain traffic beyond this machine. */
  readonly insecure?: boolean;
}

const PROBE_TIMEOUT_MS = 2000;
const FLUSH_MS = 500;
const DEFAULT_PORT = 4222;

/** Addresses nats://HOST:PORT/PREFIX; the prefix keeps runs apart on one broker. */
export function natsTransport(options: NatsOptions): Transport {
  return {
    name: "nats",
    // The broker passes bytes on through its own memory: pieces carry a CRC-32.
    protectsBytes: false,
    async listen(text, events): Promise<Listener> {
      const { server, prefix } = parseNatsAddress(text, options);
      const connection = await connectNats(server, "auspex coordinator", options);
      if (await isServed(connection, prefix)) {
        await connection.close();
        throw new UnavailableError(`cannot listen on ${text}: another coordinator answers there`);
      }
      connection.subscribe(`${prefix}.presence`, {
        callback: (error, message) => {
          if (error === null) message.respond();
        },
      });
      connection.subscribe(`${prefix}.up.*`, {
        callback: (error, message) => {
          // The broker closed the subscription: the connection's events say why.
          if (error !== null) return;
          const wire = splitFrames(message.data);
          const peer = peerOf(message);
          if (wire !== undefined && peer !== undefined) events.message(peer, wire);
        },
      });
      await connection.flush();
      const maxMessageBytes = followMaxPayload(connection);
      watch(connection, {
        down: () => events.suspended?.(true),
        up: () => events.suspended?.(false),
        forbidden: (refusal) => events.refused?.(refusal),
      });
      return {
        address: text,
        maxMessageBytes,
        send: (peer, wire) => publish(connection, `${prefix}.dn.${peer}`, joinFrames(wire)),
        close: () => closeConnection(connection, options.clock),
      };
    },
    async connect(text, events): Promise<Connection> {
      const { server, prefix } = parseNatsAddress(text, options);
      const connection = await connectNats(server, "auspex worker", options);
      const peer = randomBytes(16).toString("hex");
      connection.subscribe(`${prefix}.dn.${peer}`, {
        callback: (error, message) => {
          const wire = error === null ? splitFrames(message.data) : undefined;
          if (wire !== undefined) events.message(wire);
        },
      });
      const maxMessageBytes = followMaxPayload(connection);
      watch(connection, {
        down: () => {},
        up: () => events.reconnected(),
        forbidden: (refusal) => events.refused?.(refusal),
      });
      return {
        maxMessageBytes,
        send: (wire) => publish(connection, `${prefix}.up.${peer}`, joinFrames(wire)),
        close: () => closeConnection(connection, options.clock),
      };
    },
  };
}

function parseNatsAddress(
  text: string,
  options: NatsOptions,
): { readonly server: string; readonly prefix: string } {
  const match =
    /^nats:\/\/(\[[0-9a-fA-F:]+\]|[^:/[\]\s@]+)(?::(\d{1,5}))?\/([A-Za-z0-9_-]{1,64})$/.exec(text);
  if (match === null) {
    throw new ConfigError("address", `${JSON.stringify(text)} is not nats://HOST:PORT/PREFIX`);
  }
  const host = match[1]!;
  const port = Number(match[2] ?? DEFAULT_PORT);
  expectProtected(text, host, options);
  return { server: `nats://${host}:${port}`, prefix: `auspex.${match[3]!}` };
}

/** A request that nobody serves fails at once. */
async function isServed(connection: NatsConnection, prefix: string): Promise<boolean> {
  try {
    await connection.request(`${prefix}.presence`, undefined, { timeout: PROBE_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}

function peerOf({ subject }: Msg): string | undefined {
  const peer = subject.slice(subject.lastIndexOf(".") + 1);
  return /^[0-9a-f]{32}$/.test(peer) ? peer : undefined;
}

/** What the broker takes; while it is away, what it took. */
function followMaxPayload(connection: NatsConnection): () => number | undefined {
  let newest: number | undefined;
  return () => {
    newest = connection.info?.max_payload ?? newest;
    return newest;
  };
}

/**
 * While the broker is away the client keeps what is published and sends it later; to one that comes back with a lower
 * limit, it would send what that one hangs up on. Pieces are sent again anyway, fitted to the limit: only what is
 * shorter than any limit is kept.
 */
function publish(connection: NatsConnection, subject: string, body: Uint8Array): void {
  if (connection.isClosed() || connection.isDraining()) return;
  if (body.byteLength > (connection.info?.max_payload ?? HEADER_ROOM_BYTES)) return;
  try {
    connection.publish(subject, body);
  } catch (error) {
    process.emitWarning(`nats: ${messageOf(error)}`);
  }
}

/** Follows the connection's state; the client's iterator does not end with the connection, so nobody waits. */
function watch(
  connection: NatsConnection,
  on: {
    readonly down: () => void;
    readonly up: () => void;
    readonly forbidden: (refusal: ConnectionRefusal) => void;
  },
): void {
  const follow = async (): Promise<void> => {
    for await (const { type, data, permissionContext } of connection.status()) {
      if (type === "disconnect") on.down();
      else if (type === "reconnect") on.up();
      else if (type === "error" && data === "PERMISSIONS_VIOLATION") {
        const { operation = "use", subject = "its subjects" } = permissionContext ?? {};
        const text = `the broker does not let this account ${operation} ${subject}`;
        on.forbidden({ code: "NOT_PERMITTED", text });
      }
    }
  };
  follow().catch((error: unknown) => process.emitWarning(`nats: ${messageOf(error)}`));
}

/** Sends what is queued for a moment: with the broker away, it would be queued for ever. */
async function closeConnection(connection: NatsConnection, clock: Clock): Promise<void> {
  if (connection.isClosed()) return;
  await new Promise<void>((resolve) => {
    const timer = clock.after(FLUSH_MS, resolve);
    const done = (): void => {
      timer.cancel();
      resolve();
    };
    connection.drain().then(done, done);
  });
  await connection.close();
}

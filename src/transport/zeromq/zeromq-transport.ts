// ZeroMQ: ROUTER at the coordinator, DEALER at workers, one pair for control and one for tensors, so that a
// heartbeat never waits behind megabytes. Measured hazards that shape this file: a ROUTER without `mandatory`
// drops silently; high-water marks count messages and drop at a ROUTER, so they are off and the protocol
// bounds bytes; a buffer handed to send is read later; sockets must be closed before their thread ends.

import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { type Clock, invariant, messageOf, UnavailableError } from "../../core/index.ts";
import { LIMITS } from "../../protocol/index.ts";
import {
  type Address,
  dataAddress,
  expectSecure,
  formatAddress,
  parseAddress,
} from "../address.ts";
import type { Identity } from "../identity.ts";
import type { Transport } from "../transport.ts";
import { DealerConnection } from "./dealer-connection.ts";
import { type Dealer, loadZeroMq, type Router } from "./load.ts";
import { RouterListener } from "./router-listener.ts";
import { SOCKET_MARKS } from "./routing-id.ts";
import { type MayConnect, OPEN_DOMAIN, registerDomain } from "./zap.ts";

export interface ZeroMqOptions {
  readonly clock: Clock;
  /** Allows plain traffic beyond this machine. */
  readonly insecure?: boolean;
  /** Whether pieces carry a CRC-32 although TCP has a check sum; useless where CURVE authenticates every byte. */
  readonly checksum?: boolean;
  /** Encrypts with CURVE; needed beyond this machine. */
  readonly curve?: CurveServer | CurveClient;
}

export interface CurveServer {
  readonly role: "server";
  readonly identity: Identity;
  /** Asked at every connection, so that a changed list counts at once. */
  readonly mayConnect: MayConnect;
}

export interface CurveClient {
  readonly role: "client";
  readonly identity: Identity;
  /** The coordinator's public CURVE key, in Z85. */
  readonly serverKey: string;
}

const BIND_ATTEMPTS = 16;

const COMMON = {
  handshakeInterval: 5000,
  linger: 500,
  sendHighWaterMark: 0,
} as const;
// With the default time-out a send to an unknown peer never settles, and all behind it waits.
// A worker that reconnects may come before its old connection is known to be dead: it takes its own place. Its
// routing id is random and told to nobody else.
const ROUTER = { mandatory: true, sendTimeout: 0, handover: true } as const;
const CONTROL = {
  ...COMMON,
  maxMessageSize: LIMITS.headerBytes,
  receiveHighWaterMark: 1000,
  heartbeatInterval: 1000,
  heartbeatTimeout: 3000,
};
// A peer that ignores its credit is slowed down by its own full pipe, not by our memory. ZeroMQ aborts the process
// when a heartbeat falls due on a connection that broke, or timed out, while that pipe was full (zeromq/libzmq#4364,
// #3937): the system looks after these connections instead.
const DATA = {
  ...COMMON,
  maxMessageSize: LIMITS.payloadBytes,
  receiveHighWaterMark: 32,
  tcpKeepalive: 1,
  // Dead for three seconds, as on the control socket.
  tcpKeepaliveIdle: 1,
  tcpKeepaliveInterval: 1,
  tcpKeepaliveCount: 2,
  /** For bytes that nobody acknowledges, and for a peer that does not read. */
  tcpMaxRetransmitTimeout: 3000,
};

/** Addresses tcp://HOST:PORT (the next port carries tensors; port * lets the system choose) and ipc://PATH. */
export function zeroMqTransport(options: ZeroMqOptions): Transport {
  const { clock, curve } = options;
  const insecure = (options.insecure ?? false) || curve !== undefined;
  return {
    name: "zeromq",
    protectsBytes: curve !== undefined || options.checksum !== true,
    async listen(text, events) {
      const address = parseAddress(text);
      expectSecure(address, insecure);
      const zmq = await loadZeroMq();
      invariant(curve?.role !== "client", "a coordinator needs the keys of a server");
      const security = curve === undefined ? OPEN : await serverSecurity(curve);
      const control = new zmq.Router({ ...CONTROL, ...ROUTER, ...security.options });
      const data = new zmq.Router({ ...DATA, ...ROUTER, ...security.options });
      try {
        // ZeroMQ deletes the socket file of a living listener and binds in its place.
        if (address.kind === "ipc" && (await isServed(address.path))) {
          throw new Error("another process listens there");
        }
        const bound = await bindPair(control, data, address);
        const boundAddress = formatAddress(bound);
        return new RouterListener(
          boundAddress,
          control,
          data,
          events,
          clock,
          curve !== undefined,
          security.stop,
        );
      } catch (cause) {
        control.close();
        data.close();
        await security.stop();
        throw new UnavailableError(`cannot listen on ${text}: ${messageOf(cause)}`, {
          cause,
          hint: "Is another coordinator running there? Choose another address.",
        });
      }
    },
    async connect(text, events) {
      const address = parseAddress(text);
      invariant(address.kind === "ipc" || address.port !== "*", "a worker needs a real port");
      expectSecure(address, insecure);
      const zmq = await loadZeroMq();
      invariant(curve?.role !== "server", "a worker needs the keys of a client");
      const security = curve === undefined ? {} : clientSecurity(curve);
      const peer = randomBytes(16).toString("hex");
      const reconnect = { reconnectInterval: 100, reconnectMaxInterval: 2000 };
      const [control, data] = ([CONTROL, DATA] as const).map(
        (socketOptions, kind): Dealer =>
          new zmq.Dealer({
            ...socketOptions,
            ...reconnect,
            ...security,
            routingId: peer + SOCKET_MARKS[kind]!,
          }),
      ) as [Dealer, Dealer];
      const connection = new DealerConnection(control, data, events, clock, curve !== undefined);
      control.connect(formatAddress(address));
      data.connect(formatAddress(dataAddress(address)));
      return connection;
    },
  };
}

const OPEN = { options: { zapDomain: OPEN_DOMAIN }, stop: () => Promise.resolve() };

async function serverSecurity({ identity, mayConnect }: CurveServer) {
  const zapDomain = randomBytes(8).toString("hex");
  const stop = await registerDomain(zapDomain, mayConnect);
  const options = { curveServer: true, curveSecretKey: identity.curveSecret, zapDomain };
  return { options, stop };
}

function clientSecurity({ identity, serverKey }: CurveClient) {
  return {
    curveServerKey: serverKey,
    curvePublicKey: identity.public.curve,
    curveSecretKey: identity.curveSecret,
  };
}

/** Binds both sockets; with a free choice of port, tries until two neighbours are free. */
async function bindPair(control: Router, data: Router, address: Address): Promise<Address> {
  for (let attempt = 1; ; attempt++) {
    await control.bind(formatAddress(address));
    const endpoint = control.lastEndpoint ?? formatAddress(address);
    const bound = parseAddress(endpoint);
    try {
      await data.bind(formatAddress(dataAddress(bound)));
      return bound;
    } catch (error) {
      await control.unbind(endpoint);
      const isChosen = address.kind === "tcp" && address.port === "*";
      if (!isChosen || attempt === BIND_ATTEMPTS) throw error;
    }
  }
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (served: boolean) => (): void => {
      socket.destroy();
      resolve(served);
    };
    socket.once("connect", answer(true));
    socket.once("error", answer(false));
  });
}

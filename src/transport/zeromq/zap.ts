// Decides which CURVE keys may connect. ZeroMQ asks one handler a process, on a socket of fixed name, so
// listeners register here under a domain of their own.

import { messageOf, sleep, systemClock } from "../../core/index.ts";
import { loadZeroMq, type Router } from "./load.ts";

const ADDRESS = "inproc://zeromq.zap.01";

/**
 * The domain of sockets without keys. Anybody may connect, but a socket with a domain hangs up on peers of ZMTP 1.0 and
 * 2.0, which anything that is no ZeroMQ at all looks like: one of them in a hundred thousand makes ZeroMQ abort the process
 * (`process_routing_id_msg` in `zmtp_engine.cpp`, libzmq 4.3.5).
 */
export const OPEN_DOMAIN = "open";
const BIND_ATTEMPTS = 100;
const RETRY_MS = 10;

/** @param publicKey CURVE key of who wants to connect, in Z85. */
export type MayConnect = (publicKey: string) => boolean;

const domains = new Map<string, MayConnect>();
let handler: Router | undefined;
/** Opening and closing wait for each other. */
let changing: Promise<void> = Promise.resolve();

/** Starts deciding for a domain; must come before its socket binds. @returns how to stop. */
export async function registerDomain(
  domain: string,
  mayConnect: MayConnect,
): Promise<() => Promise<void>> {
  domains.set(domain, mayConnect);
  await change();
  return () => {
    domains.delete(domain);
    return change();
  };
}

/** Opens the handler when there is a domain, closes it when there is none. */
function change(): Promise<void> {
  const changed = changing.then(async () => {
    if (domains.size > 0 && handler === undefined) {
      handler = await openHandler();
      answerAll(handler).catch((error: unknown) => process.emitWarning(messageOf(error)));
    } else if (domains.size === 0 && handler !== undefined) {
      // Not unbound: that runs in another thread while this one reads the socket, and ZeroMQ aborts the process.
      handler.close();
      handler = undefined;
    }
  });
  changing = changed.catch(() => {});
  return changed;
}

/** A handler that was just closed lets go of the name a little later, in a thread of ZeroMQ. */
async function openHandler(): Promise<Router> {
  const zmq = await loadZeroMq();
  const socket = new zmq.Router({ linger: 0 });
  for (let attempt = 1; ; attempt++) {
    try {
      await socket.bind(ADDRESS);
      return socket;
    } catch (error) {
      if (attempt < BIND_ATTEMPTS) await sleep(systemClock, RETRY_MS);
      else {
        socket.close();
        throw error;
      }
    }
  }
}

async function answerAll(socket: Router): Promise<void> {
  for await (const frames of socket) {
    const [peer, , version, requestId, domain, , , mechanism, key] = frames as Buffer[];
    if (peer === undefined || requestId === undefined) continue;
    const allowed = mayPass(mechanism?.toString(), domain?.toString() ?? "", key);
    const [code, text] = allowed ? ["200", "OK"] : ["400", "this key is not on the allow list"];
    if (socket.closed) return;
    await socket.send([peer, "", version ?? "1.0", requestId, code, text, "", ""]);
  }
}

/** Sockets without keys ask too, where another listener of this process has brought the handler. */
function mayPass(mechanism: string | undefined, domain: string, key: Buffer | undefined): boolean {
  if (mechanism === "NULL") return domain === OPEN_DOMAIN;
  return mechanism === "CURVE" && key?.byteLength === 32 && decide(domain, encodeZ85(key));
}

function decide(domain: string, key: string): boolean {
  try {
    return domains.get(domain)?.(key) ?? false;
  } catch (error) {
    // A list that cannot be read admits nobody.
    process.emitWarning(`allow list: ${messageOf(error)}`);
    return false;
  }
}

const ALPHABET =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** Z85 (ZeroMQ RFC 32) of bytes whose number is a multiple of 4. */
function encodeZ85(bytes: Uint8Array): string {
  let text = "";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength; at += 4) {
    const word = view.getUint32(at);
    for (let divisor = 85 ** 4; divisor >= 1; divisor /= 85) {
      text += ALPHABET[Math.floor(word / divisor) % 85]!;
    }
  }
  return text;
}

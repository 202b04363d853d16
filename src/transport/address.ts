// Addresses: tcp://HOST:PORT and ipc://PATH. A plain (unencrypted) one must stay on this machine.

import { AuspexError, ConfigError, EXIT, isLoopbackHost } from "../core/index.ts";

export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number | "*" }
  | { readonly kind: "ipc"; readonly path: string };

// sockaddr_un holds 108 bytes with the final zero, and the data socket's path is 5 longer.
const MAX_IPC_PATH_BYTES = 102;

/** @throws {ConfigError} naming what is wrong. */
export function parseAddress(text: string): Address {
  const fail = (reason: string): never => {
    throw new ConfigError("address", `${JSON.stringify(text)} ${reason}`, {
      hint: "Addresses look like tcp://127.0.0.1:5555 or ipc:///tmp/run.sock",
    });
  };
  if (text.startsWith("ipc://")) {
    const path = text.slice("ipc://".length);
    if (path === "") fail("names no file");
    if (Buffer.byteLength(path) > MAX_IPC_PATH_BYTES) {
      fail(`is longer than ${MAX_IPC_PATH_BYTES} bytes, which a socket file cannot be`);
    }
    return { kind: "ipc", path };
  }
  const match = /^tcp:\/\/(\[[0-9a-fA-F:.%]+\]|[^:/[\]\s]+):(\d{1,5}|\*)$/.exec(text);
  if (match === null) return fail("is not an address");
  const port = match[2] === "*" ? "*" : Number(match[2]);
  // The data socket takes the next port.
  if (port !== "*" && (port < 1 || port > 65_534)) fail("needs a port from 1 to 65534");
  return { kind: "tcp", host: match[1]!, port };
}

export function isLoopback(address: Address): boolean {
  if (address.kind === "ipc") return true;
  return isLoopbackHost(address.host);
}

/**
 * Refuses plain traffic beyond this machine unless it was asked for.
 *
 * @throws {AuspexError} code INSECURE.
 */
export function expectSecure(address: Address, insecure: boolean): void {
  if (insecure || isLoopback(address)) return;
  throw new AuspexError(
    "INSECURE",
    EXIT.refused,
    `${formatAddress(address)} leaves this machine, and the connection is not encrypted`,
    { hint: "Use keys, or --insecure on a network that you trust." },
  );
}

export function formatAddress(address: Address): string {
  return address.kind === "ipc" ? `ipc://${address.path}` : `tcp://${address.host}:${address.port}`;
}

/** The second socket, for tensors: the next port, or the path with `.data`. */
export function dataAddress(address: Address): Address {
  if (address.kind === "ipc") return { kind: "ipc", path: `${address.path}.data` };
  return address.port === "*" ? address : { ...address, port: address.port + 1 };
}

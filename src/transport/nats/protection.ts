// Traffic with a broker stays on this machine or is encrypted, unless somebody says otherwise.

import { AuspexError, EXIT } from "../../core/index.ts";
import { isLoopback } from "../address.ts";
import type { NatsCredentials } from "./load.ts";

export interface Protection extends Pick<NatsCredentials, "tls"> {
  /** Allows plain traffic beyond this machine. */
  readonly insecure?: boolean;
}

/**
 * @param address For the message.
 * @throws {AuspexError} code INSECURE.
 */
export function expectProtected(
  address: string,
  host: string,
  { tls, insecure = false }: Protection,
): void {
  if (tls !== undefined || insecure || isLoopback({ kind: "tcp", host, port: 0 })) return;
  throw new AuspexError(
    "INSECURE",
    EXIT.refused,
    `${address} leaves this machine, and the connection is not encrypted`,
    { hint: "Use TLS, or --insecure on a network that you trust." },
  );
}

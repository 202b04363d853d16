// From flags and environment to a transport: plain, encrypted with keys, or through a NATS broker.

import { readFileSync } from "node:fs";
import { followFile, readPrivateFile } from "../checkpoint/index.ts";
import { InputError, messageOf, systemClock, UsageError } from "../core/index.ts";
import {
  type Identity,
  type NatsCredentials,
  type PublicIdentity,
  parseAllowList,
  parseIdentity,
  type Transport,
  type TransportForOptions,
  transportFor,
} from "../transport/index.ts";

interface CoordinatorNetwork {
  readonly transport: Transport;
  readonly admitted?: () => readonly PublicIdentity[];
}

/** @throws {UsageError} when one of --key and --allow is given without the other. */
export function coordinatorNetwork(
  address: string,
  flags: { readonly insecure: boolean; readonly key?: string; readonly allow?: string },
): CoordinatorNetwork {
  const { key, allow } = flags;
  if (key === undefined && allow === undefined) {
    return { transport: transportFor(address, plain(flags.insecure)) };
  }
  if (key === undefined || allow === undefined) {
    throw new UsageError("--key and --allow belong together: who am I, and who may join");
  }
  const admitted = followFile(allow, (text) => parseAllowList(text, allow));
  const identity = readIdentity(key);
  const mayConnect = (curve: string): boolean => admitted().some((entry) => entry.curve === curve);
  return {
    transport: transportFor(address, {
      ...plain(flags.insecure),
      curve: { role: "server", identity, mayConnect },
    }),
    admitted,
  };
}

/** @throws {UsageError} when a key is given without the coordinator's, or the other way round. */
export function workerNetwork(
  address: string,
  flags: { readonly insecure: boolean; readonly key?: string; readonly serverKey?: string },
): { readonly transport: Transport; readonly identity?: Identity } {
  const { key, serverKey } = flags;
  if (key === undefined && serverKey === undefined) {
    return { transport: transportFor(address, plain(flags.insecure)) };
  }
  if (key === undefined) throw new UsageError("--server-key needs --key: who am I");
  const identity = readIdentity(key);
  // Over NATS the broker encrypts; the key signs the join.
  if (address.startsWith("nats://")) {
    return { transport: transportFor(address, plain(flags.insecure)), identity };
  }
  if (serverKey === undefined) {
    throw new UsageError(
      "--key needs --server-key: whom do I trust (auspex keys create printed it)",
    );
  }
  return {
    transport: transportFor(address, {
      ...plain(flags.insecure),
      curve: { role: "client", identity, serverKey },
    }),
    identity,
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new InputError(`${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function readIdentity(file: string): Identity {
  return parseIdentity(readPrivateFile(file), file);
}

/** Secrets of the broker come from the environment, where process lists do not show them. */
function plain(insecure: boolean): TransportForOptions {
  return { clock: systemClock, insecure, nats: natsCredentials() };
}

/** How to log in to a NATS broker, from the environment. */
export function natsCredentials(): NatsCredentials {
  const user = process.env["AUSPEX_NATS_USER"];
  const password = process.env["AUSPEX_NATS_PASSWORD"];
  const seedFile = process.env["AUSPEX_NATS_NKEY_FILE"];
  // 1: the system's authorities; else the file of the one to trust.
  const tls = process.env["AUSPEX_NATS_TLS"];
  return {
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(seedFile !== undefined && { nkeySeed: readPrivateFile(seedFile).trim() }),
    ...(tls !== undefined && { tls: tls === "1" ? {} : { ca: readText(tls) } }),
  };
}

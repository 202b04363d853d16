// Loads the native addon late, so that commands without sockets need none, and says what to do when it fails.

import type * as zeromq from "zeromq";
import { messageOf, UnavailableError } from "../../core/index.ts";

export type { Dealer, Event as SocketEvent, Router } from "zeromq";

type ZeroMq = Pick<typeof zeromq, "Router" | "Dealer" | "curveKeyPair">;

let loaded: Promise<ZeroMq> | undefined;

/** @throws {UnavailableError} where the prebuilt addon does not load. */
export function loadZeroMq(): Promise<ZeroMq> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<ZeroMq> {
  try {
    return await import("zeromq");
  } catch (cause) {
    throw new UnavailableError(`the zeromq addon does not load: ${messageOf(cause)}`, {
      cause,
      hint: "It needs glibc 2.25 or musl on x64 or arm64; elsewhere train over NATS.",
    });
  }
}

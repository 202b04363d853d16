// What failed handshakes mean. ZeroMQ says it in events of the socket and goes on trying; who runs the
// process wants to know at once, on both sides.

import type { Clock } from "../../core/index.ts";
import type { ConnectionRefusal } from "../transport.ts";
import type { Dealer, Router, SocketEvent } from "./load.ts";
import { followEvents } from "./socket-reader.ts";

/** A coordinator with another key just hangs up. So does one that is going: the worker tries a few times. */
const HANG_UPS = 4;
const QUIET_MS = 1000;

/** Tells a worker why it is not let in; and that its connection stands again, when it does. */
export function watchDealer(
  control: Dealer,
  hasKeys: boolean,
  on: { readonly refused: (refusal: ConnectionRefusal) => void; readonly reconnected: () => void },
): void {
  let hasConnected = false;
  let numHangUps = 0;
  followEvents(control, (event) => {
    if (event.type === "handshake") {
      if (hasConnected) on.reconnected();
      hasConnected = true;
    } else if (event.type === "handshake:error:auth") {
      on.refused({ code: "UNKNOWN_KEY", text: "the key is not on the coordinator's allow list" });
    } else if (event.type === "handshake:error:protocol") {
      const { code } = event.error;
      if (code === "ERR_ZMTP_MECHANISM_MISMATCH") on.refused(notEncrypted(hasKeys));
      else if (code === "ERR_ZMTP_CRYPTOGRAPHIC") on.refused(wrongServerKey());
    } else if (event.type === "handshake:error:other") {
      if (hasConnected || !hasKeys || ++numHangUps < HANG_UPS) return;
      on.refused(wrongServerKey());
    }
  });
}

/** Tells a coordinator whom it did not let in, once a second: workers try again and again. And that somebody has gone. */
export function watchRouter(
  control: Router,
  hasKeys: boolean,
  clock: Clock,
  on: {
    readonly refused: (refusal: ConnectionRefusal) => void;
    readonly disconnected: () => void;
  },
): void {
  const saidAtMs = new Map<string, number>();
  const say = (refusal: ConnectionRefusal): void => {
    const nowMs = clock.nowMs();
    if (nowMs - (saidAtMs.get(refusal.code) ?? -QUIET_MS) < QUIET_MS) return;
    saidAtMs.set(refusal.code, nowMs);
    on.refused(refusal);
  };
  followEvents(control, (event) => {
    if (event.type === "disconnect") return on.disconnected();
    const refusal = whyNotLetIn(event, hasKeys);
    if (refusal !== undefined) say(refusal);
  });
}

function whyNotLetIn(event: SocketEvent, hasKeys: boolean): ConnectionRefusal | undefined {
  if (event.type === "accept:error") {
    const text = `a connection could not be accepted: ${event.error.message}; is the limit of open files too low (ulimit -n)?`;
    return { code: "NOT_ACCEPTED", text };
  }
  if (event.type === "handshake:error:auth") {
    return { code: "UNKNOWN_KEY", text: "a key that is not on the allow list" };
  }
  if (event.type !== "handshake:error:protocol") return undefined;
  if (event.error.code === "ERR_ZMTP_MECHANISM_MISMATCH") {
    const text = hasKeys
      ? "a connection without keys"
      : "a connection with keys, and this run has none";
    return { code: "NOT_ENCRYPTED", text };
  }
  if (event.error.code !== "ERR_ZMTP_CRYPTOGRAPHIC") return undefined;
  // A sealed message that does not open looks the same as a greeting for somebody else.
  return {
    code: "WRONG_SERVER_KEY",
    text: "a worker that trusts another coordinator's key, or bytes that were damaged on their way",
  };
}

function notEncrypted(hasKeys: boolean): ConnectionRefusal {
  const text = hasKeys
    ? "the coordinator runs without keys; leave --key and --server-key out, or give it --key and --allow"
    : "the coordinator wants keys: --key and --server-key";
  return { code: "NOT_ENCRYPTED", text };
}

function wrongServerKey(): ConnectionRefusal {
  return {
    code: "WRONG_SERVER_KEY",
    text: "the coordinator's key is not the one of --server-key (auspex keys create printed it)",
  };
}

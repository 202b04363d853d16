// What failed handshakes mean. ZeroMQ says it in events of the socket and goes on trying; who runs the
// process wants to know at once, on both sides.

import type { Clock } from "../../core/index.ts";
import type { ConnectionRefusal } from "../transport.ts";
import type { Dealer, Router } from "./load.ts";

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
  control.events.on("handshake", () => {
    if (hasConnected) on.reconnected();
    hasConnected = true;
  });
  control.events.on("handshake:error:auth", () =>
    on.refused({ code: "UNKNOWN_KEY", text: "the key is not on the coordinator's allow list" }),
  );
  control.events.on("handshake:error:protocol", ({ error }) => {
    if (error.code === "ERR_ZMTP_MECHANISM_MISMATCH") on.refused(notEncrypted(hasKeys));
    else if (error.code === "ERR_ZMTP_CRYPTOGRAPHIC") on.refused(wrongServerKey());
  });
  control.events.on("handshake:error:other", () => {
    if (hasConnected || !hasKeys || ++numHangUps < HANG_UPS) return;
    on.refused(wrongServerKey());
  });
}

/** Tells a coordinator whom it did not let in. Workers try again and again: once a second is enough. */
export function watchRouter(
  control: Router,
  hasKeys: boolean,
  clock: Clock,
  onRefused: (refusal: ConnectionRefusal) => void,
): void {
  const saidAtMs = new Map<string, number>();
  const say = (refusal: ConnectionRefusal): void => {
    const nowMs = clock.nowMs();
    if (nowMs - (saidAtMs.get(refusal.code) ?? -QUIET_MS) < QUIET_MS) return;
    saidAtMs.set(refusal.code, nowMs);
    onRefused(refusal);
  };
  control.events.on("handshake:error:auth", () =>
    say({ code: "UNKNOWN_KEY", text: "a key that is not on the allow list" }),
  );
  control.events.on("handshake:error:protocol", ({ error }) => {
    if (error.code === "ERR_ZMTP_MECHANISM_MISMATCH") {
      const text = hasKeys
        ? "a connection without keys"
        : "a connection with keys, and this run has none";
      say({ code: "NOT_ENCRYPTED", text });
    } else if (error.code === "ERR_ZMTP_CRYPTOGRAPHIC") {
      // A sealed message that does not open looks the same as a greeting for somebody else.
      say({
        code: "WRONG_SERVER_KEY",
        text: "a worker that trusts another coordinator's key, or bytes that were damaged on their way",
      });
    }
  });
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

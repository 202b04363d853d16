// A transport that looks at what a worker sends and hears, and lets its failpoints happen there.

import { decodeMessage, type Message, type WireMessage } from "../../protocol/index.ts";
import type { ConnectionEvents, Transport } from "../../transport/index.ts";
import type { Failpoints } from "./failpoint.ts";

export function faultyTransport(transport: Transport, failpoints: Failpoints): Transport {
  return {
    ...transport,
    async connect(address, events) {
      const watch = new WorkerWatch(failpoints);
      const watched: ConnectionEvents = {
        ...events,
        message: (wire) => {
          watch.heard(decoded(wire));
          events.message(wire);
        },
      };
      const connection = await transport.connect(address, watched);
      return {
        maxMessageBytes: () => connection.maxMessageBytes?.(),
        send: (wire) => {
          watch.says(decoded(wire));
          connection.send(wire);
        },
        close: () => connection.close(),
      };
    },
  };
}

class WorkerWatch {
  readonly #failpoints: Failpoints;
  #step = 0;
  #chunkBytes = 1;
  /** Transfers of gradients: how much of each is not acknowledged. */
  readonly #missing = new Map<number, Set<number>>();

  constructor(failpoints: Failpoints) {
    this.#failpoints = failpoints;
  }

  heard(message: Message | undefined): void {
    if (message?.type === "offer") this.#chunkBytes = message.chunkBytes;
    if (message?.type === "lease" && message.purpose === "gradient") {
      this.#step = message.step;
      this.#failpoints.hit("worker.lease", { step: message.step });
    }
    if (message?.type !== "received") return;
    const missing = this.#missing.get(message.transferId);
    missing?.delete(message.offset);
    if (missing?.size === 0) this.#failpoints.hit("worker.pushed", { step: this.#step });
  }

  says(message: Message | undefined): void {
    if (message?.type !== "gradient") return;
    const { transferId, offset, totalBytes } = message;
    if (!this.#missing.has(transferId)) {
      const count = Math.ceil(totalBytes / this.#chunkBytes);
      const offsets = Array.from({ length: count }, (_, i) => i * this.#chunkBytes);
      this.#missing.set(transferId, new Set(offsets));
    }
    const chunk = offset / this.#chunkBytes;
    this.#failpoints.hit("worker.push", { step: this.#step, chunk });
  }
}

function decoded(wire: WireMessage): Message | undefined {
  try {
    return decodeMessage(wire).message;
  } catch {
    // Not for us to judge: whoever gets it refuses it.
    return undefined;
  }
}

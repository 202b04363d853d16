// Asks the coordinator for parts of streamed datasets until they are there. A few requests at a time; every one
// is repeated with the beat, so neither a lost request nor a lost or doubled answer matters.

import type { DatasetPart } from "../data/index.ts";
import type { MessageOf } from "../protocol/index.ts";
import { IncomingTransfer } from "../transport/index.ts";

export interface SpanClientOptions {
  /** False while there is no session: requests wait. */
  isMember(): boolean;
  send(message: MessageOf<"fetch">): void;
}

export interface SpanFormat {
  readonly chunkBytes: number;
  readonly checksum: boolean;
}

interface Wanted {
  readonly request: MessageOf<"fetch">;
  readonly promise: Promise<Uint8Array>;
  readonly resolve: (bytes: Uint8Array) => void;
  transfer:
    | { readonly id: number; readonly bytes: Uint8Array; readonly incoming: IncomingTransfer }
    | undefined;
}

/** Requests that are out at a time. */
const MAX_REQUESTED = 64;

export class SpanClient {
  readonly #options: SpanClientOptions;
  /** In the order of asking. */
  readonly #wanted = new Map<string, Wanted>();
  #format: SpanFormat | undefined;

  constructor(options: SpanClientOptions) {
    this.#options = options;
  }

  /** Resolves with the bytes as they came: whoever asks checks their hash. */
  fetch(source: number, part: DatasetPart): Promise<Uint8Array> {
    const block = part.kind === "block" ? part.block : 0;
    const key = keyOf({ source, part: part.kind, block });
    const known = this.#wanted.get(key);
    if (known !== undefined) return known.promise;
    let resolve!: (bytes: Uint8Array) => void;
    const promise = new Promise<Uint8Array>((done) => {
      resolve = done;
    });
    const request = { type: "fetch", source, part: part.kind, block } as const;
    this.#wanted.set(key, { request, promise, resolve, transfer: undefined });
    if (this.#wanted.size <= MAX_REQUESTED && this.#options.isMember()) this.#options.send(request);
    return promise;
  }

  /** A session has begun: transfers of the one before are void. */
  onSession(format: SpanFormat): void {
    this.#format = format;
    for (const wanted of this.#wanted.values()) wanted.transfer = undefined;
    this.repeat();
  }

  /** Asks again for what has not begun to arrive. */
  repeat(): void {
    let numRequested = 0;
    for (const { request, transfer } of this.#wanted.values()) {
      if (numRequested++ === MAX_REQUESTED) return;
      if (transfer === undefined) this.#options.send(request);
    }
  }

  /** Takes a piece. @returns whether to acknowledge it. */
  take(message: MessageOf<"span">, payload: Uint8Array): boolean {
    const key = keyOf(message);
    const wanted = this.#wanted.get(key);
    // Had it already: the sender only wants to be rid of it.
    if (wanted === undefined || this.#format === undefined) return true;
    const { transferId, totalBytes } = message;
    if (wanted.transfer !== undefined && transferId < wanted.transfer.id) return true;
    if (wanted.transfer?.id !== transferId) {
      const { chunkBytes, checksum } = this.#format;
      const bytes = new Uint8Array(totalBytes);
      const incoming = new IncomingTransfer(totalBytes, chunkBytes, checksum, (offset, piece) =>
        bytes.set(piece, offset),
      );
      wanted.transfer = { id: transferId, bytes, incoming };
    }
    const verdict = wanted.transfer.incoming.take(message, payload);
    if (verdict.kind === "taken" && verdict.isComplete) {
      this.#wanted.delete(key);
      wanted.resolve(wanted.transfer.bytes);
      this.#requestNext();
    }
    return verdict.kind !== "refused";
  }

  /** One came, so one more may be asked for. */
  #requestNext(): void {
    const next = [...this.#wanted.values()][MAX_REQUESTED - 1];
    if (next !== undefined && next.transfer === undefined) this.#options.send(next.request);
  }
}

function keyOf({ source, part, block }: Pick<MessageOf<"fetch">, "source" | "part" | "block">) {
  return `${source}/${part}/${block}`;
}

// Gives workers the parts of prepared datasets that they ask for. Asked twice, sent once; what is on its way to
// a worker fits into its window, and a request beyond is left to be repeated.

import { type Logger, messageOf } from "../core/index.ts";
import type { DatasetPart } from "../data/index.ts";
import { LIMITS, type MessageOf } from "../protocol/index.ts";
import type { Member } from "./member.ts";

/** Reads a part of the dataset that is the run's data source of this index. */
export type ReadPart = (source: number, part: DatasetPart) => Promise<Uint8Array>;

export interface SpanServerOptions {
  /** Absent: nothing is streamed, and requests are ignored. */
  readonly readPart: ReadPart | undefined;
  readonly windowBytes: number;
  readonly logger: Logger;
  isMember(member: Member): boolean;
  send(member: Member, message: MessageOf<"span">, payload: Uint8Array): void;
}

/** Transfers of parameters count up from 1: these never meet them. */
const FIRST_TRANSFER_ID = 2 ** 31;

/** Requests of one worker that are read or on their way at a time. */
const MAX_ACTIVE = 256;

export class SpanServer {
  readonly #options: SpanServerOptions;
  readonly #active = new WeakMap<Member, { readonly parts: Set<string>; bytes: number }>();
  #numTransfers = 0;

  constructor(options: SpanServerOptions) {
    this.#options = options;
  }

  onFetch(member: Member, { source, part, block }: MessageOf<"fetch">): void {
    const { readPart, windowBytes } = this.#options;
    const active = this.#active.get(member) ?? { parts: new Set<string>(), bytes: 0 };
    this.#active.set(member, active);
    const key = `${source}/${part}/${block}`;
    if (readPart === undefined || active.parts.has(key)) return;
    if (active.bytes >= windowBytes || active.parts.size >= MAX_ACTIVE) return;
    active.parts.add(key);
    const datasetPart: DatasetPart = part === "block" ? { kind: "block", block } : { kind: part };
    readPart(source, datasetPart)
      .then(async (bytes) => {
        if (!this.#options.isMember(member) || bytes.byteLength > LIMITS.spanBytes) return;
        active.bytes += bytes.byteLength;
        const id = FIRST_TRANSFER_ID + (this.#numTransfers++ % FIRST_TRANSFER_ID);
        await member.outgoing
          .start(id, bytes, (chunk, payload) =>
            this.#options.send(member, { type: "span", ...chunk, source, part, block }, payload),
          )
          .finally(() => {
            active.bytes -= bytes.byteLength;
          });
      })
      .catch((error: unknown) =>
        this.#options.logger.log("debug", "span.dropped", { part: key, reason: messageOf(error) }),
      )
      .finally(() => active.parts.delete(key));
  }
}

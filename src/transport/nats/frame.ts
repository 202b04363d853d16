// NATS messages have one body: a header length, the header, padding to 8 bytes, then the raw frame.

import type { WireMessage } from "../../protocol/index.ts";

const LENGTH_BYTES = 4;
const ALIGNMENT = 8;

/** Set when a raw frame follows, also an empty one. */
const HAS_PAYLOAD = 0x80000000;

export function joinFrames({ header, payload }: WireMessage): Uint8Array {
  const payloadAt = alignedEnd(header.byteLength);
  const out = new Uint8Array(payloadAt + (payload?.byteLength ?? 0));
  const length = payload === undefined ? header.byteLength : header.byteLength | HAS_PAYLOAD;
  new DataView(out.buffer).setUint32(0, length >>> 0, true);
  out.set(header, LENGTH_BYTES);
  if (payload !== undefined) out.set(payload, payloadAt);
  return out;
}

/** @returns undefined for bytes that are not of this form. The frames are views on `body`. */
export function splitFrames(body: Uint8Array): WireMessage | undefined {
  if (body.byteLength < LENGTH_BYTES) return undefined;
  const word = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const headerBytes = (word & ~HAS_PAYLOAD) >>> 0;
  if (headerBytes > body.byteLength - LENGTH_BYTES) return undefined;
  const header = body.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  if ((word & HAS_PAYLOAD) === 0) return { header };
  const payloadAt = alignedEnd(headerBytes);
  if (payloadAt > body.byteLength) return undefined;
  return { header, payload: body.subarray(payloadAt) };
}

function alignedEnd(headerBytes: number): number {
  return Math.ceil((LENGTH_BYTES + headerBytes) / ALIGNMENT) * ALIGNMENT;
}

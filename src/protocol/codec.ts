// Messages to bytes and back. Header frame: 8 bytes of preamble ("ASPX", major, minor, number of raw frames, 0),
// then a protobuf Envelope. The raw frame, if there is one, is f32 data that is never copied here.

import { AuspexError, EXIT, messageOf } from "../core/index.ts";
import { auspex } from "./generated/messages.ts";
import { LIMITS } from "./limits.ts";
import {
  checkBody,
  type Envelope,
  envelopeSchema,
  hasPayload,
  type Message,
  type MessageType,
} from "./messages.ts";
import { PROTOCOL_VERSION } from "./version.ts";

const MAGIC = Uint8Array.of(0x41, 0x53, 0x50, 0x58);
const PREAMBLE_BYTES = 8;

interface EnvelopeCode {
  fromObject(object: object): object;
  toObject(message: object, options: { defaults: boolean; oneofs: boolean }): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
}
// Generated code carries no types; what comes out of it is checked by the schemas.
const wire = (auspex as unknown as { readonly Envelope: EnvelopeCode }).Envelope;

/** What goes over a transport: the header frame and, for tensors, one raw frame. */
export interface WireMessage {
  readonly header: Uint8Array;
  readonly payload?: Uint8Array;
}

export interface Decoded {
  readonly envelope: Envelope;
  readonly message: Message;
  /** A view on the frame that was received. */
  readonly payload: Uint8Array | undefined;
}

/** Bytes that are no message of this protocol version. `peerVersion` is set when only the version differs. */
export class ProtocolError extends AuspexError {
  readonly peerVersion: string | undefined;

  constructor(message: string, peerVersion?: string, cause?: unknown) {
    super("PROTOCOL", EXIT.unavailable, message, cause === undefined ? {} : { cause });
    this.peerVersion = peerVersion;
  }
}

/**
 * Encodes a message.
 *
 * @throws {ProtocolError} when a field breaks its rule: protobuf would write a negative count silently.
 */
export function encodeMessage(
  envelope: Envelope,
  message: Message,
  payload?: Uint8Array,
): WireMessage {
  const { type, ...fields } = message;
  if (hasPayload(type) !== (payload !== undefined)) {
    throw new ProtocolError(`${type} ${payload ? "carries no" : "needs a"} raw frame`);
  }
  let body: Uint8Array;
  try {
    envelopeSchema.parse(envelope);
    checkBody(type, fields);
    body = wire.encode(wire.fromObject({ ...envelope, [type]: fields })).finish();
  } catch (cause) {
    throw new ProtocolError(`${type} cannot be sent: ${messageOf(cause)}`, undefined, cause);
  }
  const header = new Uint8Array(PREAMBLE_BYTES + body.byteLength);
  header.set(MAGIC);
  header[4] = PROTOCOL_VERSION.major;
  header[5] = PROTOCOL_VERSION.minor;
  header[6] = payload === undefined ? 0 : 1;
  header.set(body, PREAMBLE_BYTES);
  return payload === undefined ? { header } : { header, payload };
}

/**
 * Decodes and checks a message of a peer.
 *
 * @throws {ProtocolError} for anything that is not a valid message of this major version.
 */
export function decodeMessage({ header, payload }: WireMessage): Decoded {
  expectPreamble(header, payload);
  try {
    const decoded = wire.toObject(wire.decode(header.subarray(PREAMBLE_BYTES)), {
      defaults: true,
      oneofs: true,
    }) as Record<string, unknown>;
    const type = decoded["body"];
    const fields = typeof type === "string" ? decoded[type] : undefined;
    if (typeof type !== "string" || fields === null || typeof fields !== "object") {
      throw new RangeError("no body of a known type");
    }
    const { run, incarnation, generation, session } = decoded;
    const envelope = envelopeSchema.parse({ run, incarnation, generation, session });
    const message = checkBody(type, fields);
    expectPayload(message.type, payload);
    return { envelope, message, payload };
  } catch (cause) {
    throw new ProtocolError(`not a valid message: ${messageOf(cause)}`, undefined, cause);
  }
}

function expectPreamble(header: Uint8Array, payload: Uint8Array | undefined): void {
  if (header.byteLength < PREAMBLE_BYTES || header.byteLength > LIMITS.headerBytes) {
    throw new ProtocolError(`a header of ${header.byteLength} bytes`);
  }
  if (MAGIC.some((byte, i) => header[i] !== byte)) {
    throw new ProtocolError("the preamble is not ASPX: the peer does not speak this protocol");
  }
  if (header[4] !== PROTOCOL_VERSION.major) {
    const peer = `${header[4]}.${header[5]}`;
    throw new ProtocolError(
      `the peer speaks protocol ${peer}, this auspex ${PROTOCOL_VERSION.major}.${PROTOCOL_VERSION.minor}`,
      peer,
    );
  }
  if (header[6] !== (payload === undefined ? 0 : 1) || header[7] !== 0) {
    throw new ProtocolError("the number of raw frames is not what the preamble says");
  }
}

function expectPayload(type: MessageType, payload: Uint8Array | undefined): void {
  if (hasPayload(type) !== (payload !== undefined)) {
    throw new RangeError(`${type} with${payload ? "" : "out"} a raw frame`);
  }
  if (payload !== undefined && payload.byteLength > LIMITS.payloadBytes) {
    throw new RangeError(`a raw frame of ${payload.byteLength} bytes`);
  }
}

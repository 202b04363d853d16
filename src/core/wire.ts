// A bounded reader of the protobuf wire format, for files from outside (ONNX graphs, SentencePiece models).
// It walks without building objects and skips what it is not asked for, so a model of 200 MB costs what its
// graph costs. Every length is checked against the message around it before anything is read.

import { AuspexError, EXIT } from "./errors.ts";

/** Where bytes come from: a buffer, or a window that moves over a file. */
export interface ByteSource {
  readonly length: number;
  /**
   * Bytes that hold at least [offset, offset + minLength), and where they start; they may change at the
   * next call. The caller checked the range.
   */
  view(offset: number, minLength: number): { readonly bytes: Uint8Array; readonly start: number };
}

/** Bytes that are already in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  const view = { bytes, start: 0 };
  return { length: bytes.length, view: () => view };
}

/** Broken wire format, or one of the limits. `reason` is stable. */
export class WireError extends AuspexError {
  readonly reason: "truncated" | "varint" | "wire-type" | "field" | "utf8" | "length";
  readonly offset: number;

  constructor(reason: WireError["reason"], offset: number, message: string) {
    super("WIRE_FORMAT", EXIT.invalidInput, `byte ${offset}: ${message}`);
    this.reason = reason;
    this.offset = offset;
  }
}

const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Nested ones included: two bytes make a field, so bytes alone bound the work poorly. */
const MAX_FIELDS = 5_000_000;
const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;

/**
 * One message. Call `next()` until it is false; after each true, read the field exactly once with the method
 * for its type, or `skip()`.
 */
export class WireReader {
  /** Number of the current field. */
  field = 0;
  wireType = 0;
  #at: number;
  readonly #end: number;
  readonly #window: Window;

  constructor(source: ByteSource | Window, start = 0, end = source.length) {
    this.#window = source instanceof Window ? source : new Window(source);
    this.#at = start;
    this.#end = end;
  }

  /** Offset in the whole source, for messages. */
  get offset(): number {
    return this.#at;
  }

  /** Whether nothing is left: where to stop in a packed list. */
  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const start = this.#at;
    if (++this.#window.numFields > MAX_FIELDS) {
      throw new WireError("length", start, `more than ${MAX_FIELDS} fields in one file`);
    }
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.wireType = tag % 8;
    if (this.field < 1 || this.field > 536_870_911) {
      throw new WireError("field", start, `field number ${this.field}`);
    }
    return true;
  }

  /** Unsigned; above 2^53 rounded. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new WireError("varint", this.#at, "a number of more than 10 bytes");
  }

  /** Signed, two's complement over 64 bits; a bigint where a number would be rounded. */
  int64(): number | bigint {
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= (bits & 0xf) << 28;
        high |= bits >> 4;
      } else high |= bits << (7 * i - 32);
      if (byte >= 0x80) continue;
      const value = high * 4_294_967_296 + (low >>> 0);
      return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low >>> 0);
    }
    throw new WireError("varint", this.#at, "a number of more than 10 bytes");
  }

  float(): number {
    const bytes = this.#take(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
  }

  double(): number {
    const bytes = this.#take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  /** Length of the current bytes field, which is still to be read or skipped. */
  peekLength(): number {
    const start = this.#at;
    const length = this.#length();
    this.#at = start;
    return length;
  }

  /** A view, valid until the next read from the same source. */
  bytes(maxLength: number): Uint8Array {
    const length = this.#length();
    if (length > maxLength) {
      throw new WireError(
        "length",
        this.#at,
        `${length} bytes where at most ${maxLength} are read`,
      );
    }
    return this.#take(length);
  }

  /** UTF-8. */
  string(maxLength: number): string {
    const start = this.#at;
    const bytes = this.bytes(maxLength);
    try {
      return STRICT_UTF8.decode(bytes);
    } catch {
      throw new WireError("utf8", start, "a name that is not UTF-8");
    }
  }

  /** The embedded message; this reader moves behind it at once. */
  message(): WireReader {
    const length = this.#length();
    const start = this.#at;
    this.#at += length;
    return new WireReader(this.#window, start, start + length);
  }

  /** How many bytes the length-delimited field says, checked against this message. */
  #length(): number {
    const start = this.#at;
    if (this.wireType !== WIRE_BYTES) {
      throw new WireError("wire-type", start, `field ${this.field} has wire type ${this.wireType}`);
    }
    const length = this.varint();
    if (length > this.#end - this.#at) {
      throw new WireError(
        "truncated",
        start,
        `${length} bytes in a message that has ${this.#end - this.#at} left`,
      );
    }
    return length;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new WireError("truncated", this.#at, "the message ends here");
    const window = this.#window;
    const at = this.#at++;
    if (at < window.start || at >= window.end) window.load(at, 1);
    return window.bytes[at - window.start]!;
  }

  #take(length: number): Uint8Array {
    const start = this.#at;
    this.#advance(length);
    const window = this.#window;
    if (start < window.start || start + length > window.end) window.load(start, length);
    return window.bytes.subarray(start - window.start, start - window.start + length);
  }

  #advance(length: number): void {
    if (length > this.#end - this.#at) {
      throw new WireError(
        "truncated",
        this.#at,
        `${length} bytes in a message that has ${this.#end - this.#at} left`,
      );
    }
    this.#at += length;
  }

  /** Leaves out the current field. */
  skip(): void {
    switch (this.wireType) {
      case WIRE_VARINT:
        this.varint();
        return;
      case WIRE_FIXED64:
        this.#advance(8);
        return;
      case WIRE_BYTES:
        this.#advance(this.#length());
        return;
      case WIRE_FIXED32:
        this.#advance(4);
        return;
      default:
        throw new WireError(
          "wire-type",
          this.#at,
          `wire type ${this.wireType} (groups are not read)`,
        );
    }
  }
}

/** The bytes that the readers of one source share. */
class Window {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  numFields = 0;
  readonly length: number;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
    this.length = source.length;
  }

  load(offset: number, minLength: number): void {
    const { bytes, start } = this.#source.view(offset, minLength);
    this.bytes = bytes;
    this.start = start;
    this.end = start + bytes.length;
  }
}

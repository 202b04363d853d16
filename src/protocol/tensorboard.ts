// Event files of TensorBoard: TFRecords of the protobuf message Event, scalars only. Field numbers are those of
// tensorflow/core/util/event.proto and framework/summary.proto.

import protobuf from "protobufjs/minimal.js";

export interface ScalarEvent {
  readonly wallSeconds: number;
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
}

/** The record that every event file begins with. */
export function tensorBoardHeader(wallSeconds: number): Uint8Array {
  const event = protobuf.Writer.create();
  event.uint32(tag(1, FIXED64)).double(wallSeconds);
  event.uint32(tag(3, BYTES)).string("brain.Event:2");
  return frame(event.finish());
}

/** One record: all scalars of a step. */
export function tensorBoardRecord({ wallSeconds, step, scalars }: ScalarEvent): Uint8Array {
  const event = protobuf.Writer.create();
  event.uint32(tag(1, FIXED64)).double(wallSeconds);
  event.uint32(tag(2, VARINT)).int64(step);
  event.uint32(tag(5, BYTES)).fork();
  for (const [name, value] of Object.entries(scalars)) {
    event.uint32(tag(1, BYTES)).fork();
    event.uint32(tag(1, BYTES)).string(name);
    event.uint32(tag(2, FIXED32)).float(value);
    event.ldelim();
  }
  event.ldelim();
  return frame(event.finish());
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const tag = (field: number, wireType: number): number => (field << 3) | wireType;

/** TFRecord: length, its checksum, the bytes, their checksum; all little-endian. */
function frame(bytes: Uint8Array): Uint8Array {
  const record = Buffer.alloc(16 + bytes.length);
  record.writeBigUInt64LE(BigInt(bytes.length), 0);
  record.writeUInt32LE(maskedCrc(record.subarray(0, 8)), 8);
  record.set(bytes, 12);
  record.writeUInt32LE(maskedCrc(bytes), 12 + bytes.length);
  return record;
}

/** Rotated and shifted, so that the checksum of a record that holds checksums stays a good one. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const CASTAGNOLI = 0x82f63b78;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli); zlib's crc32 is another polynomial. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}

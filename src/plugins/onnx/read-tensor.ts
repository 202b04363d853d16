// The header of a tensor, and its values where they are few: shapes, axes and scalars are meaning, weights
// are not.

import { WIRE_BYTES, WireError, type WireReader } from "../../core/index.ts";
import type { TensorHeader } from "./model.ts";

/** Tensors up to this many elements keep their values. */
export const MAX_INLINE_ELEMENTS = 64;
const MAX_NAME_BYTES = 4096;
const MAX_STRING_BYTES = 4096;
const MAX_RANK = 64;

type Value = number | bigint | string;

/** Reads a TensorProto. */
export function readTensorHeader(reader: WireReader): TensorHeader {
  const dims: number[] = [];
  let dataType = 0;
  let name = "";
  let external = false;
  let isRaw = false;
  let raw: Uint8Array | undefined;
  const values: Value[] = [];
  let tooMany = false;
  const collect = (read: (from: WireReader) => Value): void => {
    if (reader.wireType !== WIRE_BYTES) {
      if (values.length < MAX_INLINE_ELEMENTS) values.push(read(reader));
      else {
        tooMany = true;
        reader.skip();
      }
      return;
    }
    const packed = reader.message();
    while (!packed.atEnd && values.length < MAX_INLINE_ELEMENTS) values.push(read(packed));
    tooMany ||= !packed.atEnd;
  };
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        readDims(reader, dims);
        break;
      case 2:
        dataType = reader.varint();
        break;
      case 4:
        collect((from) => from.float());
        break;
      case 5:
      case 7:
      case 11:
        collect((from) => from.int64());
        break;
      case 6:
        if (values.length < MAX_INLINE_ELEMENTS && reader.peekLength() <= MAX_STRING_BYTES) {
          values.push(new TextDecoder().decode(reader.bytes(MAX_STRING_BYTES)));
        } else {
          tooMany = true;
          reader.skip();
        }
        break;
      case 8:
        name = reader.string(MAX_NAME_BYTES);
        break;
      case 9:
        isRaw = true;
        if (reader.peekLength() <= 8 * MAX_INLINE_ELEMENTS) {
          raw = Uint8Array.from(reader.bytes(8 * MAX_INLINE_ELEMENTS));
        } else reader.skip();
        break;
      case 10:
        collect((from) => from.double());
        break;
      case 14:
        external = reader.varint() === 1;
        break;
      default:
        reader.skip();
    }
  }
  const size = dims.reduce((a, b) => a * b, 1);
  const read = raw === undefined ? values : rawValues(raw, dataType);
  const complete = !tooMany && size <= MAX_INLINE_ELEMENTS && read?.length === size;
  return { name, dataType, dims, external, isRaw, values: complete ? read : undefined };
}

function readDims(reader: WireReader, dims: number[]): void {
  const add = (from: WireReader): void => {
    const dim = Number(from.int64());
    if (dims.length >= MAX_RANK || dim < 0) {
      throw new WireError("length", from.offset, "a tensor's dimensions are negative or too many");
    }
    dims.push(dim);
    if (!Number.isSafeInteger(dims.reduce((a, b) => a * Math.max(b, 1), 1))) {
      throw new WireError("length", from.offset, "a tensor of more than 2^53 elements");
    }
  };
  if (reader.wireType !== WIRE_BYTES) {
    add(reader);
    return;
  }
  const packed = reader.message();
  while (!packed.atEnd) add(packed);
}

/** Little-endian raw data of the common types. */
function rawValues(raw: Uint8Array, dataType: number): Value[] | undefined {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const reader = RAW_READERS.get(dataType);
  if (reader === undefined || raw.length % reader.bytes !== 0) return undefined;
  return Array.from({ length: raw.length / reader.bytes }, (_, i) =>
    reader.read(view, i * reader.bytes),
  );
}

const RAW_READERS = new Map<number, { bytes: number; read: (view: DataView, at: number) => Value }>(
  [
    [1, { bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
    [2, { bytes: 1, read: (view, at) => view.getUint8(at) }],
    [3, { bytes: 1, read: (view, at) => view.getInt8(at) }],
    [6, { bytes: 4, read: (view, at) => view.getInt32(at, true) }],
    [7, { bytes: 8, read: (view, at) => exact(view.getBigInt64(at, true)) }],
    [9, { bytes: 1, read: (view, at) => view.getUint8(at) }],
    [11, { bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  ],
);

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

// The safetensors file format: 8 bytes of header length, a JSON header, then the raw tensors. Reads what
// model files hold (f32, bf16, i32, i64) and writes f32 and bf16. A header is a stranger's:
// every length and offset is checked before it is used.

import { CorruptError } from "../core/index.ts";

export type SafetensorsDtype = "F32" | "BF16" | "I32" | "I64";

/** One tensor of a file. bf16 arrives widened to float32, i64 as bigint. */
export type StoredTensor =
  | {
      readonly dtype: "F32" | "BF16";
      readonly shape: readonly number[];
      readonly data: Float32Array;
    }
  | { readonly dtype: "I32"; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: "I64"; readonly shape: readonly number[]; readonly data: BigInt64Array };

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface TensorToStore {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Default F32. BF16 rounds to nearest, ties to even. */
  readonly dtype?: "F32" | "BF16";
}

const MAX_HEADER_BYTES = 100_000_000;
const BYTES_PER_VALUE = { F32: 4, BF16: 2, I32: 4, I64: 8 } as const;

/**
 * Reads a file's bytes. Tensors are copies: they do not keep `bytes` alive.
 *
 * @param file Name for error messages.
 * @throws {CorruptError} when anything in the header breaks the format, or tensors overlap, leave gaps or overrun.
 */
export function readSafetensors(bytes: Uint8Array, file = "safetensors"): SafetensorsFile {
  const fail = (reason: string): never => {
    throw new CorruptError(file, reason);
  };
  if (bytes.byteLength < 8) fail(`${bytes.byteLength} bytes are too few for a safetensors file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > BigInt(Math.min(MAX_HEADER_BYTES, bytes.byteLength - 8))) {
    fail(`header length ${headerBytes} runs past the end of ${bytes.byteLength} bytes`);
  }
  const dataStart = 8 + Number(headerBytes);
  const header = parseHeader(bytes.subarray(8, dataStart), file);

  const tensors = new Map<string, StoredTensor>();
  let metadata: Record<string, string> = {};
  const spans: { name: string; begin: number; end: number }[] = [];
  for (const [name, entry] of header) {
    if (name === "__metadata__") {
      metadata = readMetadata(entry, file);
      continue;
    }
    const { dtype, shape, begin, end } = readEntry(name, entry, bytes.byteLength - dataStart, file);
    spans.push({ name, begin, end });
    tensors.set(name, readTensor(bytes, dataStart + begin, dataStart + end, dtype, shape));
  }
  expectNoGaps(spans, bytes.byteLength - dataStart, file);
  return { tensors, metadata };
}

/** What stands before the tensors' bytes, which follow in the given order. Names must be unique. */
export function safetensorsHeader(
  tensors: readonly TensorToStore[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  if (Object.keys(metadata).length > 0) header["__metadata__"] = metadata;
  let offset = 0;
  for (const { name, shape, data, dtype = "F32" } of tensors) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== data.length) {
      throw new RangeError(`${name}: shape [${shape.join(", ")}] is not ${data.length} values`);
    }
    if (name in header) throw new RangeError(`tensor ${name} appears twice`);
    const end = offset + size * BYTES_PER_VALUE[dtype];
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  // Tensors start at a multiple of 8, as the reference writer's do, so that files can be mapped.
  const headerBytes = Math.ceil(json.byteLength / 8) * 8;
  const out = new Uint8Array(8 + headerBytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(headerBytes), true);
  out.fill(0x20, 8);
  out.set(json, 8);
  return out;
}

/** Bytes of a file holding `tensors` in the given order. Names must be unique. */
export function writeSafetensors(
  tensors: readonly TensorToStore[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header = safetensorsHeader(tensors, metadata);
  const dataBytes = tensors.reduce(
    (sum, { data, dtype = "F32" }) => sum + data.length * BYTES_PER_VALUE[dtype],
    0,
  );
  const out = new Uint8Array(header.byteLength + dataBytes);
  out.set(header);
  let at = header.byteLength;
  for (const { data, dtype = "F32" } of tensors) {
    if (dtype === "F32") {
      out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
      at += data.byteLength;
    } else {
      writeBf16(data, out, at);
      at += data.length * 2;
    }
  }
  return out;
}

type Entry = { dtype: SafetensorsDtype; shape: readonly number[]; begin: number; end: number };

function parseHeader(bytes: Uint8Array, file: string): [string, unknown][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new CorruptError(file, "the header is not valid JSON", { cause });
  }
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed)) {
    throw new CorruptError(file, "the header is not a JSON object");
  }
  return Object.entries(parsed);
}

function readMetadata(entry: unknown, file: string): Record<string, string> {
  if (
    entry === null ||
    typeof entry !== "object" ||
    Object.values(entry).some((value) => typeof value !== "string")
  ) {
    throw new CorruptError(file, "__metadata__ must map strings to strings");
  }
  return entry as Record<string, string>;
}

function readEntry(name: string, entry: unknown, dataBytes: number, file: string): Entry {
  const fail = (reason: string): never => {
    throw new CorruptError(file, `tensor ${JSON.stringify(name)}: ${reason}`);
  };
  const fields = (entry ?? {}) as Record<string, unknown>;
  const dtype = fields["dtype"];
  const shape = fields["shape"];
  const offsets = fields["data_offsets"];
  if (typeof dtype !== "string" || !Object.hasOwn(BYTES_PER_VALUE, dtype)) {
    return fail(
      `dtype ${String(dtype)} is not one of ${Object.keys(BYTES_PER_VALUE).join(", ")}; convert the file to one of them`,
    );
  }
  if (!isIndexArray(shape) || shape.length > 16) return fail("shape must be a list of counts");
  if (!isIndexArray(offsets) || offsets.length !== 2) {
    return fail("data_offsets must be [begin, end]");
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataBytes) {
    fail(`bytes ${begin} to ${end} lie outside of the file's ${dataBytes} bytes of data`);
  }
  const size = shape.reduce((product, length) => product * length, 1);
  const expected = size * BYTES_PER_VALUE[dtype as SafetensorsDtype];
  if (expected !== end - begin) {
    fail(`shape [${shape.join(", ")}] of ${dtype} needs ${expected} bytes, not ${end - begin}`);
  }
  return { dtype: dtype as SafetensorsDtype, shape, begin, end };
}

function isIndexArray(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function expectNoGaps(
  spans: { name: string; begin: number; end: number }[],
  dataBytes: number,
  file: string,
): void {
  let at = 0;
  for (const { name, begin, end } of spans.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) {
      throw new CorruptError(
        file,
        `tensor ${JSON.stringify(name)} starts at ${begin}, expected ${at}`,
      );
    }
    at = end;
  }
  if (at !== dataBytes) {
    throw new CorruptError(file, `${dataBytes - at} bytes after the last tensor`);
  }
}

function readTensor(
  bytes: Uint8Array,
  begin: number,
  end: number,
  dtype: SafetensorsDtype,
  shape: readonly number[],
): StoredTensor {
  // A copy is aligned whatever the offset in the file; big-endian machines are not supported by Node's builds.
  const copy = new Uint8Array(end - begin);
  copy.set(bytes.subarray(begin, end));
  if (dtype === "F32") return { dtype, shape, data: new Float32Array(copy.buffer) };
  if (dtype === "I32") return { dtype, shape, data: new Int32Array(copy.buffer) };
  if (dtype === "I64") return { dtype, shape, data: new BigInt64Array(copy.buffer) };
  const halves = new Uint16Array(copy.buffer);
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
  return { dtype, shape, data: new Float32Array(words.buffer) };
}

function writeBf16(data: Float32Array, out: Uint8Array, at: number): void {
  const word = new Uint32Array(1);
  const float = new Float32Array(word.buffer);
  for (let i = 0; i < data.length; i++) {
    float[0] = data[i]!;
    const bits = word[0]!;
    // NaN keeps its upper half with a quiet bit; the rounding increment could turn it into infinity.
    const isNaN = (bits & 0x7fffffff) > 0x7f800000;
    const half = isNaN ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
    out[at + 2 * i] = half & 0xff;
    out[at + 2 * i + 1] = (half >>> 8) & 0xff;
  }
}

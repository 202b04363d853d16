import { expect, test } from "vitest";
import { readSafetensors, writeSafetensors } from "../../src/checkpoint/index.ts";
import { CorruptError } from "../../src/core/index.ts";
import fc from "../support/property.ts";

/** A file from a header as it stands and a number of data bytes. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const out = Buffer.alloc(8 + json.length + dataBytes);
  out.writeBigUInt64LE(BigInt(json.length), 0);
  json.copy(out, 8);
  return out;
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const entry = (override: object = {}): object => ({
  dtype: "F32",
  shape: [2],
  data_offsets: [0, 8],
  ...override,
});

test("what is written is read back, bit by bit, with its metadata", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.float(), { maxLength: 20 }), { maxLength: 6 }), (arrays) => {
      const tensors = arrays.map((values, i) => ({
        name: `t${i}`,
        shape: [values.length],
        data: Float32Array.from(values),
      }));
      const { tensors: read, metadata } = readSafetensors(writeSafetensors(tensors, { a: "b" }));
      expect(metadata).toEqual({ a: "b" });
      for (const { name, shape, data } of tensors) {
        expect(read.get(name)).toEqual({ dtype: "F32", shape, data });
      }
    }),
  );
});

test("bf16 rounds to nearest, ties to even, and keeps infinities and NaN", () => {
  const values = [1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -7, -3.14159, Infinity, NaN, 1e-40];
  const bytes = writeSafetensors([
    { name: "t", shape: [values.length], data: Float32Array.from(values), dtype: "BF16" },
  ]);
  const read = readSafetensors(bytes).tensors.get("t")!;
  expect([...(read.data as Float32Array)].slice(0, 7)).toEqual([
    1,
    1,
    1 + 2 ** -6,
    1 + 2 ** -7,
    -3.140625,
    Infinity,
    NaN,
  ]);
});

test("a tensor named like a property of every object is a tensor", () => {
  const data = Float32Array.of(1);
  const bytes = writeSafetensors([{ name: "__proto__", shape: [1], data }]);
  expect(readSafetensors(bytes).tensors.get("__proto__")?.data).toEqual(data);
});

test.each<[string, Uint8Array, string]>([
  ["too short", new Uint8Array(7), "too few"],
  ["a header longer than the file", fileOf("{}", 0).fill(0xff, 0, 8), "runs past the end"],
  ["no JSON", fileOf("{nope", 0), "not valid JSON"],
  ["a list as header", fileOf([], 0), "not a JSON object"],
  ["an unknown dtype", fileOf({ t: entry({ dtype: "F8" }) }, 8), "dtype F8"],
  ["an inherited dtype", fileOf({ t: entry({ dtype: "toString" }) }, 8), "dtype toString"],
  ["a negative length", fileOf({ t: entry({ shape: [-2] }) }, 8), "list of counts"],
  ["offsets past the end", fileOf({ t: entry({ data_offsets: [0, 16] }) }, 8), "outside"],
  ["a shape of another size", fileOf({ t: entry({ shape: [3] }) }, 8), "needs 12 bytes"],
  ["a size that overflows", fileOf({ t: entry({ shape: [2 ** 40, 2 ** 40] }) }, 8), "needs"],
  ["two tensors on one place", fileOf({ t: entry(), u: entry() }, 8), "expected 8"],
  ["a hole", fileOf({ t: entry({ data_offsets: [4, 12] }) }, 12), "expected 0"],
  ["bytes after the end", fileOf({ t: entry() }, 9), "1 bytes after"],
  ["metadata that is no text", fileOf({ __metadata__: { a: 1 } }, 0), "strings to strings"],
  ["null as a tensor", fileOf({ t: null }, 8), "dtype undefined"],
])("refuses %s", (_name, bytes, reason) => {
  expect(() => readSafetensors(bytes)).toThrow(CorruptError);
  expect(() => readSafetensors(bytes)).toThrow(reason);
});

test("random damage never gives anything but tensors or a CorruptError", () => {
  const good = writeSafetensors([
    { name: "a", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    { name: "b", shape: [1], data: Float32Array.of(5), dtype: "BF16" },
  ]);
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
      const bad = good.slice();
      bad[at] = value;
      expect(errorOf(() => readSafetensors(bad)) ?? new CorruptError("", "")).toBeInstanceOf(
        CorruptError,
      );
    }),
    { numRuns: 500 },
  );
});

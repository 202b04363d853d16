import { describe, expect, test } from "vitest";
import { type ByteSource, memorySource, WireReader } from "../../src/core/index.ts";

/** A source that shows `size` bytes at a time, as a file window does, and counts what it reads. */
function windowed(bytes: Uint8Array, size: number): ByteSource & { numBytesRead: number } {
  return {
    length: bytes.length,
    numBytesRead: 0,
    view(offset, minLength) {
      const end = Math.min(bytes.length, offset + Math.max(size, minLength));
      this.numBytesRead += end - offset;
      return { bytes: bytes.slice(offset, end), start: offset };
    },
  };
}

// Field 1: varint 300; 2: int64 -2; 3: "héllo"; 4: message { 1: fixed32 1.5 }; 5: double -0.5; 6: 1000 bytes.
const fields: readonly (readonly number[])[] = [
  [8, 0xac, 2],
  [16, 0xfe, 255, 255, 255, 255, 255, 255, 255, 255, 1],
  [26, 6, ...Buffer.from("héllo")],
  [34, 5, 13, 0, 0, 0xc0, 0x3f],
  [41, 0, 0, 0, 0, 0, 0, 0xe0, 0xbf],
  [50, 0xe8, 7, ...Array<number>(1000).fill(7)],
];
const message = Uint8Array.from(fields.flat());

test.each([1, 3, 16, 4096])("every type is read, through a window of %i bytes too", (size) => {
  const reader = new WireReader(windowed(message, size));
  const read: unknown[] = [];
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        read.push(reader.varint());
        break;
      case 2:
        read.push(reader.int64());
        break;
      case 3:
        read.push(reader.string(10));
        break;
      case 4: {
        const inner = reader.message();
        inner.next();
        read.push(inner.float(), inner.next());
        break;
      }
      case 5:
        read.push(reader.double());
        break;
      default:
        read.push(reader.peekLength());
        reader.skip();
    }
  }
  expect(read).toEqual([300, -2, "héllo", 1.5, false, -0.5, 1000]);
});

test("what is skipped is not read", () => {
  const big = Uint8Array.from([...message, 50, 0x80, 0x80, 0x40, ...new Uint8Array(1024 * 1024)]);
  const source = windowed(big, 64);
  const reader = new WireReader(source);
  let numFields = 0;
  while (reader.next()) {
    reader.skip();
    numFields += 1;
  }
  expect(numFields).toBe(7);
  expect(source.numBytesRead).toBeLessThan(1000);
});

test.each([
  [[8, 1], 1],
  [[8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], 2n ** 56n - 1n],
  [[8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], 2n ** 63n - 1n],
  [[8, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1], -(2n ** 63n)],
  [[8, 0x80, 0x80, 0x80, 0x80, 0x10], 2 ** 32],
])("int64 of %j is exact", (bytes, expected) => {
  const reader = new WireReader(memorySource(Uint8Array.from(bytes)));
  reader.next();
  expect(reader.int64()).toBe(expected);
});

describe("refused, with the byte", () => {
  test.each([
    ["a field number 0", [0], "field"],
    ["a number that never ends", [8, ...Array<number>(12).fill(0x80)], "varint"],
    ["a number cut off", [8, 0x80], "truncated"],
    ["a length beyond the message", [10, 5, 1], "truncated"],
    ["eight bytes where three are", [9, 1, 2, 3], "truncated"],
    ["a group", [11], "wire-type"],
  ])("%s", (_, bytes, reason) => {
    const reader = new WireReader(memorySource(Uint8Array.from(bytes)));
    const walk = (): void => {
      while (reader.next()) reader.skip();
    };
    expect(walk).toThrow(expect.objectContaining({ reason }));
  });

  test("a text that is not UTF-8 or too long", () => {
    const reader = (bytes: number[]): WireReader => {
      const made = new WireReader(memorySource(Uint8Array.from(bytes)));
      made.next();
      return made;
    };
    expect(() => reader([10, 1, 0xff]).string(10)).toThrow("not UTF-8");
    expect(() => reader([10, 3, 97, 97, 97]).string(2)).toThrow("at most 2");
  });

  test("an inner message cannot reach beyond itself", () => {
    const outer = new WireReader(memorySource(Uint8Array.from([10, 2, 10, 9, 97, 97])));
    outer.next();
    const inner = outer.message();
    inner.next();
    expect(() => inner.string(100)).toThrow("9 bytes in a message that has 0 left");
  });
});

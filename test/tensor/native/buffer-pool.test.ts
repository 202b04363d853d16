import { expect, test } from "vitest";
import { BufferPool, capacityFor } from "../../../src/tensor/native/buffer-pool.ts";
import fc from "../../support/property.ts";

test("a released array serves the next of about its size", () => {
  const pool = new BufferPool();
  const first = pool.acquire(10_000);
  pool.release(first);
  expect(pool.acquire(9_900).buffer).toBe(first.buffer);
  expect(pool.idleBytes).toBe(0);
});

test("an idle array of one of the next two classes serves, a larger one does not", () => {
  const pool = new BufferPool();
  const [near, far] = [pool.acquire(2 ** 20 + 2 ** 18), pool.acquire(2 ** 20 + 2 ** 19)];
  pool.release(far);
  expect(pool.acquire(2 ** 20).buffer).not.toBe(far.buffer);
  pool.release(near);
  const again = pool.acquire(2 ** 20);
  expect(again.buffer).toBe(near.buffer);
  expect(again.length).toBe(2 ** 20);
  pool.release(again);
  expect(pool.idleBytes).toBe(near.buffer.byteLength + far.buffer.byteLength);
});

test("small arrays are not kept", () => {
  const pool = new BufferPool();
  pool.release(pool.acquire(100));
  expect(pool.idleBytes).toBe(0);
});

test("idle memory stays within what was in use at once, whatever the sizes", () => {
  const pool = new BufferPool();
  const inUse = 4 * 2 ** 23;
  for (let size = 2 ** 20; size < 2 ** 23; size += 100_003) {
    pool.release(pool.acquire(size));
    expect(pool.idleBytes).toBeLessThanOrEqual(2 ** 24 + inUse);
  }
});

test("the class unused longest goes first", () => {
  const pool = new BufferPool();
  const size = 2 ** 22; // 16 MiB: of three idle ones, two fit beside the 16 MiB in use at once.
  const arrays = [size, size + 2 ** 19, size + 2 ** 20].map((length) => {
    const array = pool.acquire(length);
    pool.release(array);
    return array;
  });
  expect(pool.acquire(size + 2 ** 20).buffer).toBe(arrays[2]!.buffer);
  expect(pool.acquire(size).buffer).not.toBe(arrays[0]!.buffer);
});

test("a class holds what it is for and wastes at most an eighth", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (size) => {
      const capacity = capacityFor(size);
      expect(capacity).toBeGreaterThanOrEqual(size);
      expect(capacity).toBeLessThanOrEqual(Math.ceil(size * 1.125));
    }),
  );
});

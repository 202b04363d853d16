import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BufferPool, capacityFor } from "../../../src/tensor/native/buffer-pool.ts";

test("a released array serves the next of about its size", () => {
  const pool = new BufferPool(2 ** 20);
  const first = pool.acquire(10_000);
  pool.release(first);
  expect(pool.acquire(9_900).buffer).toBe(first.buffer);
  expect(pool.idleBytes).toBe(0);
});

test("small arrays are not kept", () => {
  const pool = new BufferPool(2 ** 20);
  pool.release(pool.acquire(100));
  expect(pool.idleBytes).toBe(0);
});

test("beyond the limit the class unused longest goes first", () => {
  const pool = new BufferPool(4 * 30_000);
  const [old, recent, next] = [pool.acquire(8192), pool.acquire(12_288), pool.acquire(16_384)];
  for (const array of [old, recent, next]) pool.release(array);
  expect(pool.idleBytes).toBe(4 * (12_288 + 16_384));
  expect(pool.acquire(12_288).buffer).toBe(recent.buffer);
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

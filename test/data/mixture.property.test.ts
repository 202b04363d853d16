import { expect, test } from "vitest";
import { Mixture, microshardRange } from "../../src/data/index.ts";
import { Permutation } from "../../src/data/permutation.ts";
import fc from "../support/property.ts";

const sizes = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.integer({ min: 1, max: 60 }), {
  minKeys: 1,
  maxKeys: 6,
  noNullPrototype: true,
});
const options = fc.record({
  seed: fc.nat(),
  temperature: fc.constantFrom(1, 2, 5, 0.5),
});

test("a permutation hits every index once", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (size, seed) => {
      const permutation = new Permutation(size, seed);
      const hit = new Set(Array.from({ length: size }, (_, i) => permutation.at(i)));
      expect(hit.size).toBe(size);
      expect(Math.max(...hit)).toBe(size - 1);
    }),
  );
});

test("every example is used exactly once in each epoch of its task, epoch after epoch", () => {
  fc.assert(
    fc.property(sizes, options, fc.integer({ min: 1, max: 900 }), (taskSizes, chosen, count) => {
      const mixture = new Mixture(taskSizes, chosen);
      const drawn = mixture.tasks.map(() => [] as { exampleIndex: number; epoch: number }[]);
      for (let n = 0; n < count; n++) {
        const { taskIndex, ...place } = mixture.at(n);
        drawn[taskIndex]!.push(place);
      }
      mixture.tasks.forEach((task, taskIndex) => {
        const size = taskSizes[task]!;
        const places = drawn[taskIndex]!;
        expect(places.map(({ epoch }) => epoch)).toEqual(
          places.map((_, i) => Math.floor(i / size)),
        );
        for (let start = 0; start < places.length; start += size) {
          const epoch = places.slice(start, start + size).map(({ exampleIndex }) => exampleIndex);
          expect(new Set(epoch).size).toBe(epoch.length);
          expect(epoch.every((index) => index >= 0 && index < size)).toBe(true);
        }
      });
    }),
    { numRuns: 60 },
  );
});

test("by size, the epochs of all tasks end together", () => {
  fc.assert(
    fc.property(sizes, fc.nat(), (taskSizes, seed) => {
      const mixture = new Mixture(taskSizes, { seed });
      const total = Object.values(taskSizes).reduce((sum, size) => sum + size, 0);
      const expected = mixture.tasks.map((task) => taskSizes[task]);
      for (let epoch = 0; epoch < 3; epoch++) {
        expect(mixture.quotas(epoch * total, total)).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});

test("after every step each task has had its share, to within a turn of each task", () => {
  fc.assert(
    fc.property(
      sizes,
      options,
      fc.integer({ min: 1, max: 64 }),
      (taskSizes, chosen, globalBatchSize) => {
        const mixture = new Mixture(taskSizes, chosen);
        const had = mixture.tasks.map(() => 0);
        for (let step = 1; step <= 30; step++) {
          const quotas = mixture.quotas((step - 1) * globalBatchSize, globalBatchSize);
          expect(quotas.reduce((sum, quota) => sum + quota, 0)).toBe(globalBatchSize);
          quotas.forEach((quota, task) => {
            had[task]! += quota;
            const share = mixture.shares[task]!;
            const off = Math.abs(had[task]! - share * step * globalBatchSize);
            expect(off).toBeLessThan(1 + share * mixture.tasks.length);
          });
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("a thousand small tasks are spread over their epoch, not bunched", () => {
  const taskSizes = Object.fromEntries(
    Array.from({ length: 1001 }, (_, i) => [`t${i}`, i === 0 ? 9000 : 1]),
  );
  const mixture = new Mixture(taskSizes, { seed: 5 });
  const big = mixture.tasks.indexOf("t0");
  for (let first = 0; first < 10_000; first += 100) {
    expect(mixture.quotas(first, 100)[big]).toBeGreaterThan(70);
  }
});

test("far samples are as near as the first", () => {
  const mixture = new Mixture({ a: 1_000_000, b: 3 }, { seed: 1, temperature: 2 });
  const { taskIndex, epoch } = mixture.at(5e12);
  expect(taskIndex).toBe(0);
  expect(epoch).toBeGreaterThan(4_900_000);
});

test("tasks without examples have no share", () => {
  const mixture = new Mixture({ big: 700, small: 30, none: 0 }, { seed: 3 });
  expect(mixture.tasks).toEqual(["big", "none", "small"]);
  expect(mixture.quotas(0, 730)).toEqual([700, 0, 30]);
});

test("a sample does not depend on what was asked before, only on its number and the seed", () => {
  fc.assert(
    fc.property(
      sizes,
      options,
      fc.array(fc.nat(100_000), { maxLength: 30 }),
      (taskSizes, chosen, ns) => {
        const one = new Mixture(taskSizes, chosen);
        const forward = ns.map((n) => one.at(n));
        const other = new Mixture(taskSizes, chosen);
        const backward = ns.toReversed().map((n) => other.at(n));
        expect(backward.toReversed()).toEqual(forward);
      },
    ),
  );
});

test("temperature evens the shares out", () => {
  const bySize = new Mixture({ a: 10_000, b: 100, c: 1 }, { seed: 1 });
  const evened = new Mixture({ a: 10_000, b: 100, c: 1 }, { seed: 1, temperature: 2 });
  expect(bySize.quotas(0, 10_101)).toEqual([10_000, 100, 1]);
  expect(evened.quotas(0, 111_000)).toEqual([100_000, 10_000, 1000]);
});

test("weights set the shares; tasks without one are left out", () => {
  const mixture = new Mixture({ a: 600, b: 200, c: 200 }, { seed: 1, weights: { a: 1, b: 1 } });
  expect(mixture.quotas(0, 1000)).toEqual([500, 500, 0]);
  expect(() => new Mixture({ a: 1 }, { seed: 1, weights: { z: 1 } })).toThrow("no task z");
  expect(() => new Mixture({ a: 1 }, { seed: 1, weights: { a: -1 } })).toThrow("0 or more");
  expect(() => new Mixture({ a: 0 }, { seed: 1 })).toThrow("no task has examples");
  expect(() => new Mixture({ a: 1 }, { seed: 1, temperature: 0 })).toThrow("above 0");
});

test("the microshards of all steps cover every sample once, in order", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 40 }),
      (globalBatchSize, numMicroshards) => {
        let next = 0;
        for (let step = 1; step <= 3; step++) {
          for (let index = 0; index < numMicroshards; index++) {
            const { first, count } = microshardRange(step, index, {
              globalBatchSize,
              numMicroshards,
            });
            expect(first).toBe(next);
            expect(count).toBeGreaterThanOrEqual(Math.floor(globalBatchSize / numMicroshards));
            next = first + count;
          }
        }
        expect(next).toBe(3 * globalBatchSize);
      },
    ),
  );
});

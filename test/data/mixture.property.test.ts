import fc from "fast-check";
import { expect, test } from "vitest";
import { Mixture, microshardRange } from "../../src/data/index.ts";
import { Permutation } from "../../src/data/permutation.ts";

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

test("every example is used exactly once in each epoch of its task", () => {
  fc.assert(
    fc.property(sizes, options, (taskSizes, chosen) => {
      const mixture = new Mixture(taskSizes, chosen);
      const uses = new Map<string, number>();
      const highestEpoch = new Map<number, number>();
      for (let n = 0; n < 4 * mixture.period; n++) {
        const { taskIndex, exampleIndex, epoch } = mixture.at(n);
        const key = `${taskIndex}/${epoch}/${exampleIndex}`;
        uses.set(key, (uses.get(key) ?? 0) + 1);
        highestEpoch.set(taskIndex, Math.max(epoch, highestEpoch.get(taskIndex) ?? 0));
      }
      expect(Math.max(...uses.values())).toBe(1);
      // Four periods end inside some epochs; every epoch but the last of a task, in the periods that ended, is whole.
      mixture.tasks.forEach((task, taskIndex) => {
        const size = taskSizes[task]!;
        const drawn = [...uses.keys()].filter((key) => key.startsWith(`${taskIndex}/`)).length;
        expect(drawn).toBe(4 * mixture.quotas[taskIndex]!);
        for (let epoch = 0; epoch < Math.floor(drawn / size); epoch++) {
          for (let i = 0; i < size; i++) expect(uses.has(`${taskIndex}/${epoch}/${i}`)).toBe(true);
        }
        expect(highestEpoch.get(taskIndex)).toBe(Math.ceil(drawn / size) - 1);
      });
    }),
    { numRuns: 40 },
  );
});

test("by size, one period is one epoch of every task", () => {
  const mixture = new Mixture({ big: 700, small: 30, none: 0 }, { seed: 3 });
  expect(mixture.tasks).toEqual(["big", "none", "small"]);
  expect(mixture.quotas).toEqual([700, 0, 30]);
  expect(mixture.period).toBe(730);
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

test("temperature evens the shares out, and every task keeps at least one place", () => {
  const bySize = new Mixture({ a: 10_000, b: 100, c: 1 }, { seed: 1 });
  const evened = new Mixture({ a: 10_000, b: 100, c: 1 }, { seed: 1, temperature: 2 });
  expect(bySize.quotas).toEqual([10_000, 100, 1]);
  expect(evened.quotas).toEqual([9100, 910, 91]);
});

test("weights set the shares; tasks without one are left out", () => {
  const mixture = new Mixture({ a: 600, b: 200, c: 200 }, { seed: 1, weights: { a: 1, b: 1 } });
  expect(mixture.quotas).toEqual([500, 500, 0]);
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

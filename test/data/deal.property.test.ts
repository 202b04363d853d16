import { expect, test } from "vitest";
import { dealEvenly } from "../../src/data/index.ts";
import fc from "../support/property.ts";

const costLists = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 200 });

test("every item is dealt once, ascending within its part, in parts of one size but for the last items", () => {
  fc.assert(
    fc.property(costLists, fc.integer({ min: 1, max: 16 }), (costs, numParts) => {
      const parts = dealEvenly(costs, numParts);
      expect(parts.flat().toSorted((a, b) => a - b)).toEqual(costs.map((_, i) => i));
      const room = Math.ceil(costs.length / numParts);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(room);
        expect(part).toEqual(part.toSorted((a, b) => a - b));
      }
    }),
  );
});

test("halves of the parts differ by less than the four costliest items", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 64, maxLength: 64 }),
      (costs) => {
        const [left, right] = [0, 4].map((from) =>
          dealEvenly(costs, 8)
            .slice(from, from + 4)
            .flat()
            .reduce((sum, item) => sum + costs[item]!, 0),
        ) as [number, number];
        expect(Math.abs(left - right)).toBeLessThan(4 * Math.max(...costs));
      },
    ),
  );
});

import { expect, test } from "vitest";
import { MergeTable } from "../../../src/tokenizer/text/merges.ts";
import { trainMerges } from "../../../src/tokenizer/text/train-byte-pairs.ts";
import fc from "../../support/property.ts";

/** The definition: count all pairs, merge the best everywhere, again. */
function trainPlainly(counts: ReadonlyMap<string, number>, size: number): MergeTable {
  const table = new MergeTable();
  let words = [...counts].map(([piece, count]) => ({
    ids: Array.from(Buffer.from(piece), (byte) => byte + 1),
    count,
  }));
  while (table.size < size) {
    const pairs = new Map<string, { left: number; right: number; count: number }>();
    for (const { ids, count } of words) {
      for (let i = 1; i < ids.length; i++) {
        const [left, right] = [ids[i - 1]!, ids[i]!];
        const entry = pairs.get(`${left} ${right}`) ?? { left, right, count: 0 };
        entry.count += count;
        pairs.set(`${left} ${right}`, entry);
      }
    }
    const best = [...pairs.values()].toSorted(
      (a, b) => b.count - a.count || a.left - b.left || a.right - b.right,
    )[0];
    if (best === undefined || best.count < 2) break;
    const merged = table.merge(best.left, best.right);
    words = words.map(({ ids, count }) => {
      const next: number[] = [];
      for (let i = 0; i < ids.length; i++) {
        if (ids[i] === best.left && ids[i + 1] === best.right) {
          next.push(merged);
          i += 1;
        } else next.push(ids[i]!);
      }
      return { ids: next, count };
    });
  }
  return table;
}

test("counting incrementally gives the merges of counting anew each time", () => {
  const pieces = fc.array(
    fc.tuple(
      fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 2, maxLength: 9 }),
      fc.integer({ min: 1, max: 5 }),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(pieces, (entries) => {
      // Runs such as aaaa count their overlapping pairs alike in both.
      const counts = new Map(entries.filter(([piece]) => !/(.)\1\1/.test(piece)));
      expect(trainMerges(counts, 275).pairs).toEqual(trainPlainly(counts, 275).pairs);
    }),
    { numRuns: 300 },
  );
});

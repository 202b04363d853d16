import { expect, test } from "vitest";
import { microshardsOf } from "../../src/collective/index.ts";
import { type WorkLease, WorkTable } from "../../src/coordinator/work-table.ts";
import { invariant, Random } from "../../src/core/index.ts";
import fc from "../support/property.ts";

const workers = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ session: `s${i}`, speed: 1 + i }));

test("whatever is assigned, backed up, released and delivered, each microshard counts once", () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(1, 4, 16, 32), (seed, numMicroshards) => {
      const random = new Random("work table", seed);
      const table = new WorkTable(numMicroshards);
      const held = new Map<number, WorkLease>();
      let nextId = 1;
      const take = (leases: readonly WorkLease[]): void => {
        for (const lease of leases) held.set(lease.leaseId, lease);
      };
      for (let turn = 0; turn < 2000 && !table.isDone; turn++) {
        const ids = [...held.keys()];
        const id = ids[random.int(Math.max(1, ids.length))];
        const action = random.int(5);
        if (id === undefined || action === 0) {
          take(table.assign(workers(1 + random.int(3)), () => nextId++));
        } else if (action === 1) take(table.backUp(id, workers(1 + random.int(2)), () => nextId++));
        else if (action === 2) {
          table.release(id);
          held.delete(id);
        } else {
          const expected = held.get(id)!.nodes.filter((node) => table.isExpected(id, node));
          const node = expected[random.int(Math.max(1, expected.length))];
          // A lease that can deliver nothing any more must not be held: it would wait for ever.
          invariant(node !== undefined, `lease ${id} is held and can deliver nothing`);
          for (const ended of table.complete(id, node, `w${id}`)) held.delete(ended);
        }
      }
      expect(table.isDone).toBe(true);
      expect(held.size).toBe(0);
      const counted = table.completed.flatMap(({ node }) => microshardsOf(node));
      expect(counted.toSorted((a, b) => a - b)).toEqual([...Array(numMicroshards).keys()]);
    }),
  );
});

test("a lease that was beaten in part gives its torn nodes back", () => {
  const table = new WorkTable(4);
  let nextId = 1;
  const [slow] = table.assign(workers(1), () => nextId++);
  const [first, second] = table.backUp(
    slow!.leaseId,
    [
      { session: "a", speed: 1 },
      { session: "b", speed: 1 },
    ],
    () => nextId++,
  );
  expect(table.complete(first!.leaseId, { lo: 0, width: 2 }, "a")).toEqual([
    slow!.leaseId,
    first!.leaseId,
  ]);
  expect(table.isExpected(slow!.leaseId, { lo: 0, width: 4 })).toBe(false);
  expect(table.release(second!.leaseId)).toBe(2);
  expect(table.assign(workers(1), () => nextId++)[0]).toMatchObject({
    nodes: [{ lo: 2, width: 2 }],
    attempt: 2,
  });
});

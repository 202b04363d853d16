import { expect, test } from "vitest";
import { StatsSketch } from "../../src/data/index.ts";
import { DuplicateSketch, NumberSketch } from "../../src/data/stats/sketch.ts";

test("rows, lengths, objectives and repetitions are counted by task", () => {
  const sketch = new StatsSketch((text) => text.length);
  sketch.add({ task: "b", x: "abcd", y: [1, -2], split: "train" });
  sketch.add({ task: "b", x: "abcd", y: [3, Number.NaN], split: "val" });
  sketch.add({ task: "a", x: "abcd", y: [0], split: "train" }, 7);
  const stats = sketch.summary();
  expect(stats).toMatchObject({
    numRows: 3,
    numChars: 12,
    numTokens: 15,
    splits: { train: 2, val: 1 },
    numDuplicates: 1,
    numAcrossSplits: 1,
    isExact: true,
  });
  expect(stats.tasks.map(({ task }) => task)).toEqual(["a", "b"]);
  expect(stats.tasks[1]!.objectives).toMatchObject([
    { count: 2, min: 1, max: 3, mean: 2, numMissing: 0, numNegative: 0 },
    { count: 1, min: -2, numMissing: 1, numNegative: 1 },
  ]);
  expect(stats.lengths.at(-1)).toEqual({ fromChars: 4, numRows: 3 });
});

test("quantiles of many numbers are near the true ones, in bounded memory", () => {
  const sketch = new NumberSketch("test");
  for (let i = 0; i < 100_000; i++) sketch.add((i * 7919) % 100_000);
  const { quantiles, count } = sketch.summary();
  expect(count).toBe(100_000);
  [5000, 25_000, 50_000, 75_000, 95_000].forEach((truth, i) => {
    expect(Math.abs(quantiles[i]! - truth)).toBeLessThan(2500);
  });
});

test("repetitions among more texts than are kept are estimated", () => {
  const sketch = new DuplicateSketch(1000);
  for (let i = 0; i < 20_000; i++) sketch.add("t", `text ${i % 16_000}`, 0);
  const { numDuplicates, isExact } = sketch.summary();
  expect(isExact).toBe(false);
  expect(numDuplicates).toBeGreaterThan(3000);
  expect(numDuplicates).toBeLessThan(5000);
});

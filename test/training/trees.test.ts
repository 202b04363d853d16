import { expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { binTable, growTree, predictTree } from "../../src/training/trees.ts";

/** y = 3 x0 + x1 over bits; column 2 and later are constant. */
const rows = [0, 1, 2, 3].map((n) => [n & 1, n >> 1, ...Array<number>(20).fill(7)]);
const targets = Float64Array.from(rows, (row) => 3 * row[0]! + row[1]!);
const everyRow = Int32Array.from(rows, (_, i) => i);

test("a fully grown tree gives every row back, and a shallow one the mean of what it cannot part", () => {
  const grown = (maxDepth: number) => {
    const random = new Random("trees");
    const tree = growTree(binTable(rows), targets, everyRow, { maxDepth, minLeaf: 1, random });
    return rows.map((row) => predictTree(tree, row));
  };
  expect(grown(8)).toEqual([...targets]);
  expect(grown(1)).toEqual([0.5, 3.5, 0.5, 3.5]);
});

test("a split that may look at a few columns looks further until one of them divides", () => {
  for (let seed = 0; seed < 20; seed++) {
    const tree = growTree(binTable(rows), targets, everyRow, {
      maxDepth: 8,
      minLeaf: 1,
      columnShare: 0.05,
      random: new Random("trees", seed),
    });
    expect(rows.map((row) => predictTree(tree, row))).toEqual([...targets]);
  }
});

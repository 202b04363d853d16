// A random forest (Breiman, 2001) on one-hot words of the text: the surrogate of many studies of this space.

import { Random } from "../../core/index.ts";
import { binTable, growTree, predictTree } from "../../training/index.ts";
import { type PredictedCosts, winsorised } from "./model-based.ts";
import type { Label } from "./ridge.ts";
import { wordsOf } from "./ridge.ts";

const NUM_TREES = 100;
/** Share of the words that a split may choose from. */
const COLUMN_SHARE = 1 / 3;
/** Deeper than any text has words: leaves are pure. */
const MAX_DEPTH = 64;

/** Predicts every candidate's cost from labels: the mean of fully grown trees on bootstrapped labels. */
export function forestPredictions(labels: readonly Label[], seed: number): PredictedCosts {
  return (space) => {
    const encode = oneHot(Array.from({ length: space.size }, (_, i) => wordsOf(space.text(i))));
    const table = binTable(labels.map(({ candidate }) => encode(candidate)));
    const targets = winsorised(labels.map(({ cost }) => cost));
    const random = new Random("forest", seed);
    const sums = new Float64Array(space.size);
    for (let t = 0; t < NUM_TREES; t++) {
      const drawn = Int32Array.from(labels, () => random.int(labels.length));
      const tree = growTree(table, targets, drawn, {
        maxDepth: MAX_DEPTH,
        minLeaf: 1,
        columnShare: COLUMN_SHARE,
        random,
      });
      for (let i = 0; i < sums.length; i++) sums[i]! += predictTree(tree, encode(i)) / NUM_TREES;
    }
    return sums;
  };
}

/** Words by place as bits. */
function oneHot(words: readonly (readonly string[])[]): (candidate: number) => Uint8Array {
  const ids = new Map<string, number>();
  const places = words.map((row) =>
    row.map((word, place) => {
      const key = `${place} ${word}`;
      if (!ids.has(key)) ids.set(key, ids.size);
      return ids.get(key)!;
    }),
  );
  const rows = places.map((own) => {
    const row = new Uint8Array(ids.size);
    for (const id of own) row[id] = 1;
    return row;
  });
  return (candidate) => rows[candidate]!;
}

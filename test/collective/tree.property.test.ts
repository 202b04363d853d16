import { describe, expect, test } from "vitest";
import {
  alignedNodes,
  FloatPool,
  isAlignedNode,
  microshardsOf,
  nodesOfMicroshards,
  PieceReducer,
  RunningSquares,
  splitMicroshards,
  type TreeNode,
  TreeReducer,
} from "../../src/collective/index.ts";
import { Random } from "../../src/core/index.ts";
import { sumOfSquares } from "../../src/tensor/flat/index.ts";
import fc from "../support/property.ts";

const SIZE = 7;
const powersOfTwo = fc.constantFrom(1, 2, 4, 8, 16, 32);

/** The gradient of one microshard: values whose f32 sum depends on the order of addition. */
function leaf(microshard: number): Float32Array {
  const random = new Random("leaf", microshard);
  return Float32Array.from({ length: SIZE }, () => random.normal() * 10 ** random.int(8));
}

/** The sum of a node's leaves in tree order, written as the definition. */
function definition({ lo, width }: TreeNode): Float32Array {
  if (width === 1) return leaf(lo);
  const left = definition({ lo, width: width / 2 });
  const right = definition({ lo: lo + width / 2, width: width / 2 });
  return left.map((value, i) => Math.fround(value + right[i]!));
}

/** What a worker sends for a node: its leaves reduced one after the other. */
function reduceNode(node: TreeNode): Float32Array {
  const reducer = new TreeReducer(node, new FloatPool(SIZE));
  let sum: Float32Array | undefined;
  for (const microshard of microshardsOf(node)) {
    sum = reducer.add({ lo: microshard, width: 1 }, leaf(microshard));
  }
  return sum!;
}

test("any split over workers, in any order of arrival, gives the bits of the tree", () => {
  fc.assert(
    fc.property(
      powersOfTwo,
      fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 1, maxLength: 9 }),
      fc.nat(),
      (numMicroshards, speeds, seed) => {
        const all = Array.from({ length: numMicroshards }, (_, i) => i);
        const nodes = splitMicroshards(all, speeds).flatMap(nodesOfMicroshards);
        const root = { lo: 0, width: numMicroshards };
        const reducer = new TreeReducer(root, new FloatPool(SIZE));
        const results = new Random(seed)
          .shuffled(nodes)
          .map((node) => reducer.add(node, reduceNode(node)))
          .filter((sum) => sum !== undefined);
        expect(results).toEqual([definition(root)]);
      },
    ),
  );
});

test("a sum in order of arrival would not have the same bits", () => {
  const inOrder = (order: number[]): Float32Array =>
    order.map(leaf).reduce((sum, next) => sum.map((value, i) => Math.fround(value + next[i]!)));
  const all = Array.from({ length: 16 }, (_, i) => i);
  expect(inOrder(all)).not.toEqual(inOrder(all.toReversed()));
});

test("a split covers each microshard once, within one of its proportional share", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(63), { maxLength: 64 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
      (numbers, speeds) => {
        const microshards = numbers.toSorted((a, b) => a - b);
        const parts = splitMicroshards(microshards, speeds);
        const total = speeds.reduce((sum, speed) => sum + speed, 0);
        expect(parts.flat()).toEqual(microshards);
        parts.forEach((part, i) => {
          expect(Math.abs(part.length - (microshards.length * speeds[i]!) / total)).toBeLessThan(2);
        });
      },
    ),
  );
});

test("aligned nodes cover a range in order, and none could be merged with its neighbour", () => {
  fc.assert(
    fc.property(fc.nat(64), fc.nat(64), (a, b) => {
      const [lo, hi] = a < b ? [a, b] : [b, a];
      const nodes = alignedNodes(lo, hi);
      const covered = nodes.flatMap(microshardsOf);
      expect(covered).toEqual(Array.from({ length: hi - lo }, (_, i) => lo + i));
      expect(nodes.every((node) => isAlignedNode(node, 64))).toBe(true);
      expect(nodes.length).toBeLessThanOrEqual(2 * 6);
    }),
  );
});

test("a node that comes twice is a bug, not a larger sum", () => {
  const reducer = new TreeReducer({ lo: 0, width: 4 }, new FloatPool(SIZE));
  reducer.add({ lo: 0, width: 1 }, leaf(0));
  expect(() => reducer.add({ lo: 0, width: 1 }, leaf(0))).toThrow("came twice");
});

describe("piece by piece", () => {
  const PIECE = 3;
  const NUM_PIECES = Math.ceil(SIZE / PIECE);
  const reducerOf = (root: TreeNode, sum: Float32Array): PieceReducer =>
    new PieceReducer({ root, sum, pieceLength: PIECE, spares: new FloatPool(PIECE) });
  const pieceOf = (node: TreeNode, piece: number): Float32Array =>
    definition(node).subarray(piece * PIECE, (piece + 1) * PIECE);

  test("pieces of any split, of senders that fail and of those that follow, give the bits of the tree", () => {
    fc.assert(
      fc.property(powersOfTwo, fc.nat(), (numMicroshards, seed) => {
        const random = new Random("pieces", seed);
        const all = Array.from({ length: numMicroshards }, (_, i) => i);
        const split = (): TreeNode[] => {
          const speeds = Array.from({ length: 1 + random.int(5) }, () => 0.1 + random.float());
          return splitMicroshards(all, speeds).flatMap(nodesOfMicroshards);
        };
        const pieces = (nodes: readonly TreeNode[]): { node: TreeNode; piece: number }[] =>
          nodes.flatMap((node) =>
            Array.from({ length: NUM_PIECES }, (_, piece) => ({ node, piece })),
          );
        // Of two splits some pieces arrive; a third one arrives whole; all of it in any order.
        const torn = [...pieces(split()), ...pieces(split())].filter(() => random.float() < 0.5);
        const root = { lo: 0, width: numMicroshards };
        const sum = new Float32Array(SIZE);
        const reducer = reducerOf(root, sum);
        for (const { node, piece } of random.shuffled([...torn, ...pieces(split())])) {
          const values = pieceOf(node, piece).slice();
          reducer.take(node, piece, values);
          // The frame is the network's again.
          values.fill(Number.NaN);
        }
        expect(reducer.isDone).toBe(true);
        expect(sum).toEqual(definition(root));
      }),
    );
  });

  test("without some nodes, the others keep their places", () => {
    const sum = new Float32Array(SIZE);
    const reducer = reducerOf({ lo: 0, width: 4 }, sum);
    for (const lo of [3, 0, 1]) {
      for (let piece = 0; piece < NUM_PIECES; piece++) {
        reducer.take({ lo, width: 1 }, piece, leaf(lo).slice(piece * PIECE, (piece + 1) * PIECE));
      }
    }
    expect(reducer.isDone).toBe(false);
    reducer.finish();
    const left = definition({ lo: 0, width: 2 });
    expect(sum).toEqual(left.map((value, i) => Math.fround(value + leaf(3)[i]!)));
  });

  test("the sum of squares has the same bits whatever is ready first", () => {
    const random = new Random("squares");
    const values = Float32Array.from({ length: 150_000 }, () => random.normal());
    const squares = new RunningSquares(values);
    const begins = Array.from({ length: 15 }, (_, i) => 10_000 * i);
    for (const begin of random.shuffled(begins)) squares.onReady(begin, begin + 10_000);
    expect(squares.total).toBe(sumOfSquares(values));
  });
});

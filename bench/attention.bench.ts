// Attention forward and backward on one thread; equal rows against ragged ones of as many tokens.

import { type Case, printTable, randomFloats } from "./measure.ts";
import { PRECISIONS, requireNative } from "./native.ts";

interface Shape {
  readonly name: string;
  readonly queries: readonly number[];
  readonly keys: readonly number[];
  readonly heads: number;
  readonly headDim: number;
}

const same = (lengths: readonly number[]) => ({ queries: lengths, keys: lengths });
const rows = (count: number, length: number): number[] =>
  Array.from({ length: count }, () => length);
// Like the rows of a real batch: most short, a few long, 4,096 tokens in all.
const RAGGED = [60, 75, 80, 88, 95, 110, 130, 150, 180, 210, 260, 300, 380, 480, 600, 898];

const SHAPES: readonly Shape[] = [
  { name: "8 rows of 512, 8 heads of 32", ...same(rows(8, 512)), heads: 8, headDim: 32 },
  { name: "16 rows of 256, 8 heads of 32", ...same(rows(16, 256)), heads: 8, headDim: 32 },
  { name: "16 ragged rows of 256 on average", ...same(RAGGED), heads: 8, headDim: 32 },
  { name: "8 rows of 80, 4 heads of 32", ...same(rows(8, 80)), heads: 4, headDim: 32 },
  { name: "1 row of 4096, 4 heads of 64", ...same([4096]), heads: 4, headDim: 64 },
  {
    name: "cross: 8 rows of 8 on 512 keys",
    queries: rows(8, 8),
    keys: rows(8, 512),
    heads: 8,
    headDim: 32,
  },
];

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    offsets[i + 1] = offsets[i]! + length;
  });
  return offsets;
}

export function main(): void {
  const native = requireNative(1);
  for (const { precision, label } of PRECISIONS) {
    const limit = native.peakGflops(precision, 300);
    const cases = SHAPES.flatMap((shape): Case[] => {
      const { heads, headDim, queries, keys } = shape;
      const [qo, ko] = [offsetsOf(queries), offsetsOf(keys)];
      const width = heads * headDim;
      const [nq, nk] = [qo.at(-1)! * width, ko.at(-1)! * width];
      const [q, k, v] = [randomFloats(nq, 1), randomFloats(nk, 2), randomFloats(nk, 3)];
      const [dout, out, dq] = [randomFloats(nq, 4), new Float32Array(nq), new Float32Array(nq)];
      const [dk, dv] = [new Float32Array(nk), new Float32Array(nk)];
      const lse = new Float32Array(qo.at(-1)! * heads);
      const scores = queries.reduce((sum, length, i) => sum + length * keys[i]!, 0) * width;
      const tail = [qo, ko, heads, headDim, headDim ** -0.5, false, precision] as const;
      return [
        {
          name: `${label} forward, ${shape.name}`,
          work: 4 * scores,
          limit,
          run: () => native.attentionForward(q, k, v, out, lse, ...tail),
        },
        {
          name: `${label} backward, ${shape.name}`,
          work: 10 * scores,
          limit,
          run: () => native.attentionBackward(dout, q, k, v, out, lse, dq, dk, dv, ...tail),
        },
      ];
    });
    const title = `attention, ${native.info().path}, 1 thread`;
    printTable(cases, { title, unit: "GFLOP/s", scale: 1e9 });
  }
}

// Loops over typed arrays for plain operations whose cpu-backend kernels compute every index anew: broadcasts,
// sums over axes, transposes, paddings. Arithmetic and order of sums are those of the cpu backend.

/**
 * A tensor seen as [outer, middle, inner], where another one is constant along the middle: a scalar is
 * [1, size, 1], a bias [1, rows, width], a column [rows, width, 1].
 */
export interface Blocks {
  readonly outer: number;
  readonly middle: number;
  readonly inner: number;
}

/** How `small` is broadcast over `large`, or undefined where its missing axes do not lie together. */
export function broadcastBlocks(
  large: readonly number[],
  small: readonly number[],
): Blocks | undefined {
  if (small.length > large.length) return undefined;
  const padded = [...Array<number>(large.length - small.length).fill(1), ...small];
  const repeated = large.map((length, axis) => length !== padded[axis]);
  if (padded.some((length, axis) => repeated[axis] && length !== 1)) return undefined;
  return blocksOf(large, repeated);
}

/** The blocks of `shape` whose middle is the marked axes, or undefined where those do not lie together. */
export function blocksOf(shape: readonly number[], marked: readonly boolean[]): Blocks | undefined {
  // Axes of length 1 can belong anywhere.
  const first = marked.findIndex((mark, axis) => mark && shape[axis] !== 1);
  if (first === -1) return { outer: 1, middle: 1, inner: size(shape) };
  const last = marked.findLastIndex((mark, axis) => mark && shape[axis] !== 1);
  for (let axis = first; axis <= last; axis++) {
    if (!marked[axis] && shape[axis] !== 1) return undefined;
  }
  return {
    outer: size(shape.slice(0, first)),
    middle: size(shape.slice(first, last + 1)),
    inner: size(shape.slice(last + 1)),
  };
}

export type Combination = "add" | "sub" | "subFrom" | "mul" | "div";

/** out[o, m, i] = large[o, m, i] (op) small[o, i]; `subFrom` is small - large. */
export function combineBlocks(
  op: Combination,
  large: Float32Array,
  small: Float32Array,
  out: Float32Array,
  { outer, middle, inner }: Blocks,
): void {
  for (let o = 0; o < outer; o++) {
    if (inner === 1) {
      combineWithOne(op, large, small[o]!, out, o * middle, middle);
      continue;
    }
    for (let m = 0; m < middle; m++) {
      combineRows(op, large, (o * middle + m) * inner, small, o * inner, out, inner);
    }
  }
}

// One loop for each operation: a function passed in would be called for every value.

function combineWithOne(
  op: Combination,
  large: Float32Array,
  value: number,
  out: Float32Array,
  begin: number,
  count: number,
): void {
  const end = begin + count;
  if (op === "add") for (let i = begin; i < end; i++) out[i] = large[i]! + value;
  else if (op === "sub") for (let i = begin; i < end; i++) out[i] = large[i]! - value;
  else if (op === "subFrom") for (let i = begin; i < end; i++) out[i] = value - large[i]!;
  else if (op === "mul") for (let i = begin; i < end; i++) out[i] = large[i]! * value;
  else for (let i = begin; i < end; i++) out[i] = large[i]! / value;
}

function combineRows(
  op: Combination,
  large: Float32Array,
  begin: number,
  small: Float32Array,
  from: number,
  out: Float32Array,
  count: number,
): void {
  const end = begin + count;
  const shift = from - begin;
  if (op === "add") for (let i = begin; i < end; i++) out[i] = large[i]! + small[i + shift]!;
  else if (op === "sub") for (let i = begin; i < end; i++) out[i] = large[i]! - small[i + shift]!;
  else if (op === "subFrom")
    for (let i = begin; i < end; i++) out[i] = small[i + shift]! - large[i]!;
  else if (op === "mul") for (let i = begin; i < end; i++) out[i] = large[i]! * small[i + shift]!;
  else for (let i = begin; i < end; i++) out[i] = large[i]! / small[i + shift]!;
}

/** out[o, i] = sum over m of x[o, m, i], in float64. */
export function sumBlocks(
  x: Float32Array,
  out: Float32Array,
  { outer, middle, inner }: Blocks,
): void {
  const totals = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    totals.fill(0);
    for (let m = 0; m < middle; m++) {
      const at = (o * middle + m) * inner;
      for (let i = 0; i < inner; i++) totals[i] = totals[i]! + x[at + i]!;
    }
    out.set(totals, o * inner);
  }
}

/** Writes x with its axes in another order. */
export function transposeInto(
  x: Float32Array,
  out: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): void {
  const strides = stridesOf(shape);
  // Up to four axes; those in front are of length 1.
  const missing = 4 - order.length;
  const lengths = [...Array<number>(missing).fill(1), ...order.map((axis) => shape[axis]!)];
  const steps = [...Array<number>(missing).fill(0), ...order.map((axis) => strides[axis]!)];
  const [A, B, C, D] = lengths as [number, number, number, number];
  const [stepA, stepB, stepC, stepD] = steps as [number, number, number, number];
  let at = 0;
  for (let a = 0; a < A; a++) {
    for (let b = 0; b < B; b++) {
      for (let c = 0; c < C; c++) {
        let from = a * stepA + b * stepB + c * stepC;
        for (let d = 0; d < D; d++, from += stepD) out[at++] = x[from]!;
      }
    }
  }
}

/** Copies the box [begin, begin + length) of `from` into `to`, where it begins at `target`. */
export function copyBox(
  from: Float32Array,
  fromShape: readonly number[],
  begin: readonly number[],
  to: Float32Array,
  toShape: readonly number[],
  target: readonly number[],
  lengths: readonly number[],
): void {
  const [fromStrides, toStrides] = [stridesOf(fromShape), stridesOf(toShape)];
  const copy = (axis: number, fromAt: number, toAt: number): void => {
    const fromStart = fromAt + begin[axis]! * fromStrides[axis]!;
    const toStart = toAt + target[axis]! * toStrides[axis]!;
    if (axis === lengths.length - 1) {
      to.set(from.subarray(fromStart, fromStart + lengths[axis]!), toStart);
      return;
    }
    for (let i = 0; i < lengths[axis]!; i++) {
      copy(axis + 1, fromStart + i * fromStrides[axis]!, toStart + i * toStrides[axis]!);
    }
  };
  copy(0, 0, 0);
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => size(shape.slice(axis + 1)));
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

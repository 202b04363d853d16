import { describe, expect, test } from "vitest";
import { acceleratedKernels, withoutAcceleration } from "../../../src/tensor/flat/accelerated.ts";
import {
  adamwStep,
  addInto,
  addScaledInto,
  bf16ToF32,
  f32ToBf16,
  scaleInPlace,
  scatterAddRows,
  sumOfSquares,
  treeSumInto,
} from "../../../src/tensor/flat/index.ts";
import { values } from "../support/float64.ts";

const floats = (size: number, seed: number): Float32Array => Float32Array.from(values(size, seed));
const SIZE = 70_001; // More than one block of sumOfSquares, and no multiple of any vector width.

describe("sums", () => {
  test("addInto may write over an operand", () => {
    const a = Float32Array.of(1, 2);
    addInto(a, a, Float32Array.of(3, 4));
    expect([...a]).toEqual([4, 6]);
  });
  test("sumOfSquares keeps what float32 accumulation would lose", () => {
    const a = new Float32Array(1_000_000).fill(1e-4);
    a[0] = 1e4;
    expect(sumOfSquares(a)).toBeCloseTo(1e8 + 999_999e-8, 3);
  });
  test("the tree of five arrays is ((0+1)+(2+3))+4", () => {
    const arrays = [1e8, 1, -1e8, 1, 1].map((value) => Float32Array.of(value));
    const out = new Float32Array(1);
    treeSumInto(out, arrays);
    const f = Math.fround;
    expect(out[0]).toBe(f(f(f(1e8 + 1) + f(-1e8 + 1)) + 1));
  });
  test("scatterAddRows adds rows of the same id in order", () => {
    const out = new Float32Array(4);
    scatterAddRows(out, Float32Array.of(1, 2, 3, 4, 5, 6), Int32Array.of(1, 0, 1), 2);
    expect([...out]).toEqual([3, 4, 6, 8]);
  });
  test("arrays of other lengths are refused", () => {
    expect(() => addInto(new Float32Array(2), new Float32Array(2), new Float32Array(3))).toThrow(
      "addInto: b",
    );
  });
});

describe("bfloat16", () => {
  test.each([
    [1, 0x3f80],
    [1 + 2 ** -8, 0x3f80], // a tie goes to the even neighbour, below
    [1 + 3 * 2 ** -8, 0x3f82], // and here above
    [1 + 2 ** -8 + 2 ** -20, 0x3f81],
    [-0, 0x8000],
    [3.4e38, 0x7f80],
    [Infinity, 0x7f80],
    [NaN, 0x7fc0],
  ])("%d becomes %i", (value, bits) => {
    const out = new Uint16Array(1);
    f32ToBf16(Float32Array.of(value), out);
    expect(out[0]).toBe(bits);
  });
  test("widening and rounding again changes nothing", () => {
    const bits = Uint16Array.from({ length: 0x7f80 }, (_, i) => i);
    const wide = new Float32Array(bits.length);
    bf16ToF32(bits, wide);
    const again = new Uint16Array(bits.length);
    f32ToBf16(wide, again);
    expect(again).toEqual(bits);
  });
});

describe("adamwStep", () => {
  const options = {
    learningRate: 0.1,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0.5,
    decayRanges: Int32Array.of(0, 1),
    step: 1,
    gradScale: 0.5,
  };
  test("the first step moves by the learning rate against the sign, after the decay of its ranges", () => {
    const params = Float32Array.of(1, 1);
    const [m, v] = [new Float32Array(2), new Float32Array(2)];
    adamwStep(params, Float32Array.of(4, -4), m, v, options);
    expect(params[0]).toBeCloseTo(1 * (1 - 0.1 * 0.5) - 0.1, 6);
    expect(params[1]).toBeCloseTo(1.1, 6);
    expect(m[0]).toBeCloseTo(0.2, 6);
    expect(v[0]).toBeCloseTo(0.04, 6);
  });
  test("ten steps follow the float64 formula", () => {
    const params = floats(50, 1);
    const [m, v] = [new Float32Array(50), new Float32Array(50)];
    const twin = Float64Array.from(params);
    const [m64, v64] = [new Float64Array(50), new Float64Array(50)];
    for (let step = 1; step <= 10; step++) {
      const grads = floats(50, step + 10);
      adamwStep(params, grads, m, v, {
        ...options,
        step,
        decayRanges: Int32Array.of(10, 20, 30, 50),
      });
      for (let i = 0; i < 50; i++) {
        const g = grads[i]! * 0.5;
        m64[i] = 0.9 * m64[i]! + 0.1 * g;
        v64[i] = 0.99 * v64[i]! + 0.01 * g * g;
        const decays = (i >= 10 && i < 20) || i >= 30;
        const update =
          m64[i]! / (1 - 0.9 ** step) / (Math.sqrt(v64[i]! / (1 - 0.99 ** step)) + 1e-8);
        twin[i] = twin[i]! * (decays ? 0.95 : 1) - 0.1 * update;
      }
    }
    params.forEach((value, i) => expect(value).toBeCloseTo(twin[i]!, 4));
  });
});

describe.skipIf(acceleratedKernels() === undefined)(
  "the C++ kernels give the bits of the TypeScript ones",
  () => {
    const [a, b] = [floats(SIZE, 1), floats(SIZE, 2)];
    const expectBoth = (body: () => unknown): void => {
      expect(body()).toEqual(withoutAcceleration(body));
    };
    test("sums", () => {
      expectBoth(() => sumOfSquares(a));
      expectBoth(() => {
        const out = new Float32Array(SIZE);
        addInto(out, a, b);
        addScaledInto(out, a, 0.3);
        scaleInPlace(out, 1.7);
        treeSumInto(out, [out.slice(), a, b, a, b]);
        return out;
      });
    });
    test("adamwStep", () => {
      expectBoth(() => {
        const params = a.slice();
        const [m, v] = [new Float32Array(SIZE), new Float32Array(SIZE)];
        for (let step = 1; step <= 3; step++) {
          adamwStep(params, b, m, v, {
            learningRate: 1e-3,
            beta1: 0.9,
            beta2: 0.95,
            epsilon: 1e-8,
            weightDecay: 0.1,
            decayRanges: Int32Array.of(3, 1000, 5000, SIZE),
            step,
            gradScale: 0.37,
          });
        }
        return [params, m, v];
      });
    });
    test("bfloat16", () => {
      expectBoth(() => {
        const bits = new Uint16Array(SIZE);
        f32ToBf16(a, bits);
        return bits;
      });
    });
  },
);

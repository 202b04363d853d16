import { expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { withoutAcceleration } from "../../src/tensor/flat/accelerated.ts";
import { productInto } from "../../src/tensor/flat/index.ts";

test.each([false, true])(
  "the native and the plain product agree, second factor transposed: %s",
  (transB) => {
    const [m, n, k] = [5, 7, 11];
    const random = new Random("product");
    const a = Float32Array.from({ length: m * k }, () => random.normal());
    const b = Float32Array.from({ length: k * n }, () => random.normal());
    const fast = new Float32Array(m * n);
    const plain = new Float32Array(m * n);
    productInto(fast, a, b, { m, n, k, transB });
    withoutAcceleration(() => productInto(plain, a, b, { m, n, k, transB }));
    plain.forEach((value, i) => expect(fast[i]).toBeCloseTo(value, 4));
  },
);

import { expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { withoutAcceleration } from "../../src/tensor/flat/accelerated.ts";
import { orthogonalise } from "../../src/tensor/flat/index.ts";

test.each([
  [5, 11],
  [11, 5],
  [24, 24],
])("the native and the plain kernel agree on %i rows and %i columns", (rows, columns) => {
  const random = new Random("orthogonalise");
  const matrix = Float32Array.from({ length: rows * columns }, () => random.normal());
  const fast = orthogonalise(matrix, rows, columns);
  const plain = withoutAcceleration(() => orthogonalise(matrix, rows, columns));
  plain.forEach((value, i) => expect(fast[i]).toBeCloseTo(value, 4));
});

test("a matrix of zeros stays one", () => {
  expect(orthogonalise(new Float32Array(12), 3, 4)).toEqual(new Float32Array(12));
});

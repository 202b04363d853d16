// The little dense linear algebra that Gaussian processes need, in double precision.

/**
 * Lower Cholesky factor of a symmetric positive definite matrix `[n, n]`, in place of a copy.
 *
 * @returns undefined when it is not positive definite.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array | undefined {
  const factor = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const rowJ = j * n;
    let pivot = matrix[rowJ + j]!;
    for (let k = 0; k < j; k++) pivot -= factor[rowJ + k]! ** 2;
    if (!(pivot > 0)) return undefined;
    pivot = Math.sqrt(pivot);
    factor[rowJ + j] = pivot;
    let i = j + 1;
    // Four rows at a time: each sum waits for itself alone.
    for (; i + 3 < n; i += 4) {
      const [row0, row1, row2, row3] = [i * n, i * n + n, i * n + 2 * n, i * n + 3 * n];
      let sum0 = matrix[row0 + j]!;
      let sum1 = matrix[row1 + j]!;
      let sum2 = matrix[row2 + j]!;
      let sum3 = matrix[row3 + j]!;
      for (let k = 0; k < j; k++) {
        const value = factor[rowJ + k]!;
        sum0 -= factor[row0 + k]! * value;
        sum1 -= factor[row1 + k]! * value;
        sum2 -= factor[row2 + k]! * value;
        sum3 -= factor[row3 + k]! * value;
      }
      factor[row0 + j] = sum0 / pivot;
      factor[row1 + j] = sum1 / pivot;
      factor[row2 + j] = sum2 / pivot;
      factor[row3 + j] = sum3 / pivot;
    }
    for (; i < n; i++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[rowJ + k]!;
      factor[i * n + j] = sum / pivot;
    }
  }
  return factor;
}

/** Solves L x = b. */
export function solveLower(factor: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * x[k]!;
    x[i] = sum / factor[i * n + i]!;
  }
  return x;
}

/** Solves Lᵀ x = b. */
export function solveUpper(factor: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * x[k]!;
    x[i] = sum / factor[i * n + i]!;
  }
  return x;
}

/** Diagonal of (L Lᵀ)⁻¹: the sums of squares of the columns of L⁻¹. */
export function inverseDiagonal(factor: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n);
  // Four columns at a time, side by side: each sum waits for itself alone.
  const columns = new Float64Array(n * 4);
  for (let first = 0; first < n; first += 4) {
    let [squares0, squares1, squares2, squares3] = [0, 0, 0, 0];
    for (let i = first; i < n; i++) {
      let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
      for (let k = first; k < i; k++) {
        const value = factor[i * n + k]!;
        sum0 -= value * columns[k * 4]!;
        sum1 -= value * columns[k * 4 + 1]!;
        sum2 -= value * columns[k * 4 + 2]!;
        sum3 -= value * columns[k * 4 + 3]!;
      }
      const pivot = factor[i * n + i]!;
      const one = i - first;
      const value0 = (one === 0 ? 1 : sum0) / pivot;
      const value1 = (one === 1 ? 1 : sum1) / pivot;
      const value2 = (one === 2 ? 1 : sum2) / pivot;
      const value3 = (one === 3 ? 1 : sum3) / pivot;
      columns[i * 4] = value0;
      columns[i * 4 + 1] = value1;
      columns[i * 4 + 2] = value2;
      columns[i * 4 + 3] = value3;
      squares0 += value0 ** 2;
      squares1 += value1 ** 2;
      squares2 += value2 ** 2;
      squares3 += value3 ** 2;
    }
    out.set([squares0, squares1, squares2, squares3].slice(0, n - first), first);
  }
  return out;
}

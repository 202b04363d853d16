// The fused operations once more, in plain loops over float64 arrays: what the tests compare engines with.

export type Vector = Float64Array;

/** Seeded values in [-1, 1), the same on every machine. */
export function values(size: number, seed: number): Vector {
  let state = seed * 2_654_435_761 + 12_345;
  return Float64Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function linear64(
  x: Vector,
  w: Vector,
  b: Vector | null,
  n: number,
  d: number,
  o: number,
  activation: string,
): Vector {
  const y = new Float64Array(n * o);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < o; j++) {
      let h = b === null ? 0 : b[j]!;
      for (let k = 0; k < d; k++) h += x[i * d + k]! * w[j * d + k]!;
      y[i * o + j] = activate64(h, activation);
    }
  }
  return y;
}

function activate64(h: number, activation: string): number {
  if (activation === "relu") return Math.max(0, h);
  if (activation === "relu2") return Math.max(0, h) ** 2;
  if (activation === "gelu") {
    return 0.5 * h * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (h + 0.044715 * h ** 3)));
  }
  return h;
}

export function layerNorm64(
  x: Vector,
  gain: Vector,
  bias: Vector,
  n: number,
  d: number,
  epsilon: number,
): Vector {
  const y = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const row = x.subarray(i * d, (i + 1) * d);
    const mean = row.reduce((sum, value) => sum + value, 0) / d;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / d;
    for (let k = 0; k < d; k++) {
      y[i * d + k] = ((row[k]! - mean) / Math.sqrt(variance + epsilon)) * gain[k]! + bias[k]!;
    }
  }
  return y;
}

export function rmsNorm64(
  x: Vector,
  gain: Vector | null,
  n: number,
  d: number,
  epsilon: number,
): Vector {
  const y = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const row = x.subarray(i * d, (i + 1) * d);
    const meanSquare = row.reduce((sum, value) => sum + value * value, 0) / d;
    for (let k = 0; k < d; k++) {
      y[i * d + k] = (row[k]! / Math.sqrt(meanSquare + epsilon)) * (gain === null ? 1 : gain[k]!);
    }
  }
  return y;
}

export function rotary64(
  x: Vector,
  positions: Int32Array,
  numHeads: number,
  d: number,
  base: number,
): Vector {
  const y = new Float64Array(x.length);
  const K = d / numHeads;
  for (let n = 0; n < positions.length; n++) {
    for (let h = 0; h < numHeads; h++) {
      for (let i = 0; i < K / 2; i++) {
        const angle = positions[n]! * base ** ((-2 * i) / K);
        const at = n * d + h * K + 2 * i;
        y[at] = x[at]! * Math.cos(angle) - x[at + 1]! * Math.sin(angle);
        y[at + 1] = x[at]! * Math.sin(angle) + x[at + 1]! * Math.cos(angle);
      }
    }
  }
  return y;
}

export interface Attention64 {
  readonly numHeads: number;
  readonly queryOffsets: Int32Array;
  readonly keyOffsets: Int32Array;
  readonly causal: boolean;
}

export function attention64(
  q: Vector,
  k: Vector,
  v: Vector,
  d: number,
  options: Attention64,
): Vector {
  const { numHeads, queryOffsets, keyOffsets, causal } = options;
  const K = d / numHeads;
  const y = new Float64Array(q.length);
  for (let b = 0; b + 1 < queryOffsets.length; b++) {
    const T = queryOffsets[b + 1]! - queryOffsets[b]!;
    const S = keyOffsets[b + 1]! - keyOffsets[b]!;
    for (let t = 0; t < T; t++) {
      const end = causal ? Math.max(0, S - T + t + 1) : S;
      for (let h = 0; h < numHeads; h++) {
        const at = (queryOffsets[b]! + t) * d + h * K;
        const weights = Array.from({ length: end }, (_, s) => {
          const key = (keyOffsets[b]! + s) * d + h * K;
          let score = 0;
          for (let i = 0; i < K; i++) score += q[at + i]! * k[key + i]!;
          return Math.exp(score / Math.sqrt(K));
        });
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        weights.forEach((weight, s) => {
          const value = (keyOffsets[b]! + s) * d + h * K;
          for (let i = 0; i < K; i++) y[at + i] = y[at + i]! + (weight / total) * v[value + i]!;
        });
      }
    }
  }
  return y;
}

export function featureAttention64(
  q: Vector,
  k: Vector,
  v: Vector,
  numHeads: number,
  offsets: Int32Array,
): Vector {
  const N = offsets.at(-1)!;
  const [HF, HK] = [q.length / N, v.length / N];
  const [F, K] = [HF / numHeads, HK / numHeads];
  const y = new Float64Array(v.length);
  for (let b = 0; b + 1 < offsets.length; b++) {
    for (let n = offsets[b]!; n < offsets[b + 1]!; n++) {
      for (let h = 0; h < numHeads; h++) {
        let total = 1e-6;
        for (let m = offsets[b]!; m < offsets[b + 1]!; m++) {
          let weight = 0;
          for (let f = 0; f < F; f++) weight += q[n * HF + h * F + f]! * k[m * HF + h * F + f]!;
          total += weight;
          for (let i = 0; i < K; i++) {
            const at = n * HK + h * K + i;
            y[at] = y[at]! + weight * v[m * HK + h * K + i]!;
          }
        }
        for (let i = 0; i < K; i++) y[n * HK + h * K + i] = y[n * HK + h * K + i]! / total;
      }
    }
  }
  return y;
}

export function crossEntropy64(
  logits: Vector,
  targets: Int32Array,
  v: number,
  zLoss: number,
): Vector {
  return Float64Array.from(targets, (target, n) => {
    const row = logits.subarray(n * v, (n + 1) * v);
    const lse = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
    return lse - row[target]! + zLoss * lse * lse;
  });
}

/** d sum(f(x) * dy) / dx by central differences. */
export function numericGradient(f: (x: Vector) => Vector, x: Vector, dy: Vector): Vector {
  const step = 1e-5;
  return x.map((value, i) => {
    const at = (moved: number): number => {
      const copy = x.slice();
      copy[i] = moved;
      return f(copy).reduce((sum, y, j) => sum + y * dy[j]!, 0);
    };
    return (at(value + step) - at(value - step)) / (2 * step);
  });
}

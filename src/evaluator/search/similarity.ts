// What a transfer process compares candidates by: groups of candidates that mean the same, distances between
// groups, and cheap numbers of each.

/** Candidates fall into groups that compute the same; only measurement noise tells their members apart. */
export interface Similarity {
  readonly numGroups: number;
  /** Group of every candidate. */
  readonly groupOf: Uint16Array;
  /** Two kinds of distances from one group to all. */
  distances(group: number): readonly [Float32Array, Float32Array];
  /** [groups][numFeatures], each feature with mean 0 and deviation 1. */
  readonly features: Float32Array;
  readonly numFeatures: number;
}

/** A covariance of groups: three decaying functions of distance, a linear one of features, and a constant. */
export interface Covariance {
  /** Weights of the two distances, of the features' distance, and of the linear part. */
  readonly weights: readonly [number, number, number, number];
  readonly lengths: readonly [number, number, number];
  /** Variance between members of one group. */
  readonly noise: number;
}

/** What is believed of targets of deviation 1 before any is seen. */
export const DEFAULT_COVARIANCE: Covariance = {
  weights: [0.3, 0.3, 0.3, 0.3],
  lengths: [4, 3, 1],
  noise: 0.1,
};

/** The distances and features of a few groups to all (or to each other), ready for many covariances. */
export interface Comparison {
  readonly near: Float32Array;
  readonly shared: Float32Array;
  /** Mean squared distance of the features. */
  readonly apart: Float32Array;
  /** Mean product of the features. */
  readonly product: Float32Array;
}

/** Compares one group to `others` (default: all). */
export function compare(
  similarity: Similarity,
  group: number,
  others?: readonly number[],
): Comparison {
  const [near, shared] = similarity.distances(group);
  const { features, numFeatures, numGroups } = similarity;
  const size = others?.length ?? numGroups;
  const apart = new Float32Array(size);
  const product = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const at = numFeatures * (others?.[i] ?? i);
    let square = 0;
    let dot = 0;
    for (let f = 0; f < numFeatures; f++) {
      const own = features[numFeatures * group + f]!;
      const other = features[at + f]!;
      square += (own - other) ** 2;
      dot += own * other;
    }
    apart[i] = square / numFeatures;
    product[i] = dot / numFeatures;
  }
  const among = (all: Float32Array) =>
    others === undefined ? all : Float32Array.from(others, (other) => all[other]!);
  return { near: among(near), shared: among(shared), apart, product };
}

/** The covariance of one group with those it was compared to, without noise. */
export function covarianceRow(
  { near, shared, apart, product }: Comparison,
  { weights, lengths }: Covariance,
): Float64Array {
  const row = new Float64Array(near.length);
  const [a, b, c, linear] = weights;
  const [lengthA, lengthB, lengthC] = lengths.map((length) => -1 / length) as [
    number,
    number,
    number,
  ];
  for (let i = 0; i < row.length; i++) {
    row[i] =
      a * Math.exp(near[i]! * lengthA) +
      b * Math.exp(shared[i]! * lengthB) +
      c * Math.exp(apart[i]! * lengthC) +
      linear * product[i]!;
  }
  return row;
}

/** Columns of features to mean 0 and deviation 1; one that never varies to 0. */
export function standardisedFeatures(rows: readonly (readonly number[])[]): Float32Array {
  const numFeatures = rows[0]?.length ?? 0;
  const flat = new Float32Array(rows.length * numFeatures);
  for (let f = 0; f < numFeatures; f++) {
    const mean = rows.reduce((sum, row) => sum + row[f]!, 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[f]! - mean) ** 2, 0) / rows.length;
    const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
    rows.forEach((row, i) => (flat[i * numFeatures + f] = (row[f]! - mean) * scale));
  }
  return flat;
}

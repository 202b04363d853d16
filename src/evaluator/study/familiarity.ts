// How usual a candidate is among those that were told: its distance to the nearest of them, ranked among the
// distances that they have to each other. Where candidates come from one source the rank is uniform (a conformal
// p-value), whatever the distances mean.

/** Tells beyond this are left out: every candidate is compared with all that are kept. */
const MAX_KEPT = 512;

/** Keeps feature vectors and the distance of each to its nearest other. */
export class Familiarity {
  readonly #kept: Float64Array[] = [];
  readonly #nearest2: number[] = [];

  add(features: Float64Array): void {
    if (this.#kept.length >= MAX_KEPT) return;
    let own = Infinity;
    for (const [i, other] of this.#kept.entries()) {
      const d2 = squaredDistance(features, other);
      own = Math.min(own, d2);
      this.#nearest2[i] = Math.min(this.#nearest2[i]!, d2);
    }
    this.#kept.push(features);
    this.#nearest2.push(own);
  }

  /** The chance that one of their kind is at least this far from its nearest; 1 while nothing is known. */
  chance(features: Float64Array): number {
    const nearest2 = Math.min(...this.#kept.map((other) => squaredDistance(features, other)));
    const numFarther = this.#nearest2.filter((other) => other >= nearest2).length;
    return (numFarther + 1) / (this.#kept.length + 1);
  }
}

/** Squared Euclidean distance. */
export function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

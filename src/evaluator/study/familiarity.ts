// How usual a candidate is among those that were told: its distance to the nearest of them, ranked among the
// distances that they have to each other. Where candidates come from one source the rank is uniform (a conformal
// p-value), whatever the distances mean.

/** The newest that are kept, so that the region being searched is known: every candidate is compared with all. */
const MAX_KEPT = 512;

/** Keeps feature vectors and the distance of each to its nearest other. */
export class Familiarity {
  /** A ring: from `MAX_KEPT` on, each takes the place of the oldest. */
  readonly #kept: Float64Array[] = [];
  readonly #nearest2: number[] = [];
  /** The place of the nearest other. */
  readonly #nearestAt: number[] = [];
  #numAdded = 0;

  add(features: Float64Array): void {
    const at = this.#numAdded++ % MAX_KEPT;
    this.#kept[at] = features;
    for (const [i, other] of this.#kept.entries()) {
      if (i === at) continue;
      // Its nearest has gone.
      if (this.#nearestAt[i] === at) this.#findNearest(i);
      else this.#note(i, at, squaredDistance(other, features));
    }
    this.#findNearest(at);
  }

  #findNearest(at: number): void {
    this.#nearest2[at] = Infinity;
    this.#nearestAt[at] = -1;
    const features = this.#kept[at]!;
    for (const [i, other] of this.#kept.entries()) {
      if (i !== at) this.#note(at, i, squaredDistance(features, other));
    }
  }

  #note(at: number, other: number, d2: number): void {
    if (d2 >= this.#nearest2[at]!) return;
    this.#nearest2[at] = d2;
    this.#nearestAt[at] = other;
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

// Shares of an average from errors on the same left-out rows.

import { Random } from "../core/index.ts";

/** What one method did on rows that it had not seen. */
export interface JudgedMember {
  /** One for each row; their signs do not matter. */
  readonly errors: readonly number[];
  /** Added to the logarithm of its mean error: what it must make up for. */
  readonly penalty: number;
}

/** Enough that the shares hardly depend on the draws. */
const NUM_BOOTSTRAPS = 200;
const SMALLEST_ERROR = 1e-9;

/**
 * A share for each member, by how small its mean |error| is: `exp(-sharpness * log error)`, averaged over Bayesian
 * bootstraps of the rows (pseudo Bayesian model averaging +, Yao et al., 2018). Where one row decides which member
 * is best, the others keep a share too; where all rows agree, the best takes nearly everything. Deterministic.
 *
 * @returns Shares that sum to 1; none for no members.
 */
export function bootstrappedShares(members: readonly JudgedMember[], sharpness: number): number[] {
  const numRows = members[0]?.errors.length ?? 0;
  const random = new Random("shares of an average");
  const shares = members.map(() => 0);
  for (let draw = 0; draw < NUM_BOOTSTRAPS; draw++) {
    const rowWeights = dirichlet(numRows, random);
    const scores = members.map(({ errors, penalty }) => {
      const mean = errors.reduce((sum, error, row) => sum + rowWeights[row]! * Math.abs(error), 0);
      return Math.log(mean + SMALLEST_ERROR) + penalty;
    });
    const best = Math.min(...scores);
    const weights = scores.map((score) => Math.exp(-sharpness * (score - best)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, at) => {
      shares[at]! += weight / total / NUM_BOOTSTRAPS;
    });
  }
  return shares;
}

/** Weights that sum to 1, any of them as probable as any other. */
function dirichlet(count: number, random: Random): number[] {
  const draws = Array.from({ length: count }, () => -Math.log(1 - random.float()));
  const total = draws.reduce((sum, draw) => sum + draw, 0);
  return draws.map((draw) => draw / total);
}

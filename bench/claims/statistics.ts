// The statistics that people read off a predictive distribution, from the exact one and from samples. Pure.

import { quantile } from "../../src/metrics/index.ts";
import type { Distribution } from "../../src/model/index.ts";

export interface Statistics {
  readonly median: number;
  readonly mean: number;
  readonly q05: number;
  readonly q95: number;
}

export function exactStatistics(distribution: Distribution): Statistics {
  return {
    median: distribution.median,
    mean: distribution.mean,
    q05: distribution.quantile(0.05),
    q95: distribution.quantile(0.95),
  };
}

export function sampleStatistics(draws: readonly number[]): Statistics {
  return {
    median: (quantile(draws, 0.5) + quantile(draws, 0.5 + 1e-9)) / 2,
    mean: draws.reduce((sum, value) => sum + value, 0) / draws.length,
    q05: quantile(draws, 0.05),
    q95: quantile(draws, 0.95),
  };
}

/** How far each statistic lies from the exact one, in percent of the exact one. */
export function gaps(statistics: Statistics, exact: Statistics): Statistics {
  const gap = (name: keyof Statistics): number =>
    (100 * Math.abs(statistics[name] - exact[name])) / Math.abs(exact[name]);
  return { median: gap("median"), mean: gap("mean"), q05: gap("q05"), q95: gap("q95") };
}

// Learning from tells at once: the model's predictions are rescaled to what was told, and a Gaussian process
// takes up what is left by likeness of the candidates. All in costs; pure.

import { normalSketch, type PredictiveSketch } from "../sketch.ts";
import { fitGaussianProcess, GaussianProcess, type Hyperparameters } from "./gaussian-process.ts";
import type { StudySpec } from "./spec.ts";

/** One told candidate, as the correction sees it. */
export interface Observation {
  readonly features: Float64Array;
  /** What the model said, uncorrected. */
  readonly median: number;
  readonly std: number;
  /** What came out. */
  readonly cost: number;
}

export interface Correction {
  /** The prediction for a candidate after what was learnt. */
  apply(sketch: PredictiveSketch, features: Float64Array): PredictiveSketch;
  /** For the next fit: hyperparameters are searched again only when the tells have grown by a fifth. */
  readonly fitted:
    | { readonly hyperparameters: Hyperparameters; readonly numTells: number }
    | undefined;
}

const MIN_TELLS = 3;
// Older tells beyond this are left out of the process: its cost grows with the cube.
const MAX_TELLS = 300;
/** So many tells weigh as much as the belief that the model needs no rescaling. */
const PRIOR_TELLS = 6;

/** Fits a correction; the identity where there is too little to learn from. */
export function fitCorrection(
  observations: readonly Observation[],
  kind: StudySpec["correction"],
  previous?: Correction,
): Correction {
  if (kind === "none" || observations.length < MIN_TELLS) return IDENTITY;
  const line = fitLine(observations);
  const residuals = observations.map(({ median, cost }) => cost - line(median));
  if (kind === "affine") {
    const std = Math.sqrt(mean(residuals.map((r) => r * r)));
    return { fitted: undefined, apply: (sketch) => reshape(sketch, line(sketch.median), std) };
  }
  const { process, fitted } = fitProcess(
    observations.slice(-MAX_TELLS),
    residuals.slice(-MAX_TELLS),
    previous,
  );
  return {
    fitted,
    apply: (sketch, features) => {
      const { mean: shift, variance } = process.predict(features);
      const std = Math.sqrt(variance + process.noiseVariance);
      return reshape(sketch, line(sketch.median) + shift, std);
    },
  };
}

const IDENTITY: Correction = { apply: (sketch) => sketch, fitted: undefined };

function fitProcess(
  observations: readonly Observation[],
  residuals: readonly number[],
  previous: Correction | undefined,
): { process: GaussianProcess; fitted: Correction["fitted"] } {
  const inputs = observations.map(({ features }) => features);
  const targets = Float64Array.from(residuals);
  const known = previous?.fitted;
  if (known !== undefined && observations.length < 1.2 * known.numTells) {
    return { process: new GaussianProcess(inputs, targets, known.hyperparameters), fitted: known };
  }
  const process = fitGaussianProcess(inputs, targets);
  const { hyperparameters } = process;
  return { process, fitted: { hyperparameters, numTells: observations.length } };
}

/** Least squares of cost on the model's median, its slope drawn towards 1, never below 0. */
function fitLine(observations: readonly Observation[]): (median: number) => number {
  const centre = mean(observations.map(({ median }) => median));
  const level = mean(observations.map(({ cost }) => cost));
  let sxx = 0;
  let sxy = 0;
  for (const { median, cost } of observations) {
    sxx += (median - centre) ** 2;
    sxy += (median - centre) * (cost - level);
  }
  const prior = (sxx * PRIOR_TELLS) / observations.length;
  const slope = sxx <= 0 ? 1 : Math.max(0, (sxy + prior) / (sxx + prior));
  return (median) => level + slope * (median - centre);
}

// The central 90 % of a normal distribution, in standard deviations.
const NORMAL_RANGE = 3.29;

/**
 * Moves the median and sets the spread, keeping the shape that the model gave. Its spread is that of the central
 * 90 %: a model that writes numbers digit by digit leaves a trace of mass on absurd exponents, and by its standard
 * deviation such an answer would shrink to a point.
 */
function reshape(sketch: PredictiveSketch, median: number, std: number): PredictiveSketch {
  const spread = (sketch.quantile(0.95) - sketch.quantile(0.05)) / NORMAL_RANGE;
  if (spread <= 1e-12 * Math.abs(sketch.median) || spread === 0) return normalSketch(median, std);
  const scale = std / spread;
  return sketch.affine(scale, median - scale * sketch.median);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// Makes a model's stated uncertainty true on labelled rows: one temperature for its logits, then for each
// objective one factor on the spread (split conformal prediction, Lei et al., 2018). Neither changes what the
// model thinks most likely, only how sure it says it is.

import { InputError, Random } from "../core/index.ts";
import { type Example, makeTrainBatch } from "../data/index.ts";
import { coverage } from "../metrics/index.ts";
import { type Distribution, rowLogProbs } from "../model/index.ts";
import { disposeParameters, parametersFromFlat } from "../tensor/index.ts";
import type { TrainedModel } from "./bundle.ts";
import { isMeasured } from "./evaluate.ts";
import { Predictor } from "./predictor.ts";
import { makeRefinement, type RefinementConfig } from "./refinement.ts";
import { scaleOf, toScale, type ValueScale } from "./value-scale.ts";

export interface CalibrationResult {
  readonly trained: TrainedModel;
  readonly temperature: number;
  /** Factor on the spread of each objective; 1 where too few rows have it. */
  readonly factors: readonly number[];
}

/** Fewer rows say nothing about nine in ten. */
const MIN_ROWS = 20;
const CENTRAL = 0.9;
const BATCH_ROWS = 128;

/**
 * Fits temperature on one half of the rows and spread factors on the other.
 *
 * @param examples Labelled rows that the model was not trained on.
 */
export async function calibrate(
  trained: TrainedModel,
  examples: readonly Example[],
  { seed = 0 }: { readonly seed?: number } = {},
): Promise<CalibrationResult> {
  if (examples.length < MIN_ROWS) {
    throw new InputError(`calibrate: ${examples.length} rows; ${MIN_ROWS} at least are needed`);
  }
  const shuffled = new Random("calibrate", seed).shuffled(examples);
  const half = Math.ceil(shuffled.length / 2);
  const hasResidual = trained.refinement?.residuals.some(Boolean) ?? false;
  // A residual states its own spread: a temperature under it would change what it was fitted on.
  const temperature = hasResidual ? 1 : await fitTemperature(trained, shuffled.slice(0, half));
  const before: RefinementConfig = trained.refinement?.config ?? {
    temperature: 1,
    residuals: [],
    spreads: [],
    views: [],
    speakers: [],
  };
  const withConfig = (config: RefinementConfig): TrainedModel => ({
    ...trained,
    refinement:
      trained.refinement === undefined
        ? makeRefinement(config, [])
        : { ...trained.refinement, config },
  });
  const warmed = withConfig({
    ...before,
    temperature: before.temperature * temperature,
    spreads: [],
  });
  const spreads = await fitSpreads(warmed, shuffled.slice(half));
  return {
    trained: withConfig({ ...warmed.refinement!.config, spreads }),
    temperature: before.temperature * temperature,
    factors: spreads.map((spread) => spread?.factor ?? 1),
  };
}

/** The temperature under which the rows are most probable. */
async function fitTemperature(
  trained: TrainedModel,
  examples: readonly Example[],
): Promise<number> {
  const { model, textVocabulary, decoderVocabulary, parameters } = trained;
  const tensors = parametersFromFlat(model.layout, parameters);
  const batches: { logits: Float32Array; batch: ReturnType<typeof makeTrainBatch> }[] = [];
  try {
    for (let at = 0; at < examples.length; at += BATCH_ROWS) {
      const rows = examples.slice(at, at + BATCH_ROWS);
      const batch = makeTrainBatch(rows, textVocabulary, decoderVocabulary, model.config);
      const logits_MV = model.logits(tensors, batch);
      batches.push({ logits: Float32Array.from(await logits_MV.data<"float32">()), batch });
      logits_MV.dispose();
    }
  } finally {
    disposeParameters(tensors);
  }
  const base = trained.refinement?.config.temperature ?? 1;
  const nll = (logTemperature: number): number =>
    -batches.reduce((sum, { logits, batch }) => {
      const values = rowLogProbs(logits, decoderVocabulary, batch, base * Math.exp(logTemperature));
      return sum + values.reduce((a, b) => a + b, 0);
    }, 0);
  return Math.exp(minimiseUnimodal(nll, -1.5, 1.5));
}

/** Golden-section search. */
function minimiseUnimodal(f: (x: number) => number, from: number, to: number): number {
  const shrink = (Math.sqrt(5) - 1) / 2;
  let [lo, hi] = [from, to];
  let [left, right] = [hi - shrink * (hi - lo), lo + shrink * (hi - lo)];
  let [atLeft, atRight] = [f(left), f(right)];
  for (let i = 0; i < 25; i++) {
    if (atLeft < atRight) {
      [hi, right, atRight] = [right, left, atLeft];
      left = hi - shrink * (hi - lo);
      atLeft = f(left);
    } else {
      [lo, left, atLeft] = [left, right, atRight];
      right = lo + shrink * (hi - lo);
      atRight = f(right);
    }
  }
  return (lo + hi) / 2;
}

async function fitSpreads(
  trained: TrainedModel,
  examples: readonly Example[],
): Promise<({ scale: ValueScale; factor: number } | null)[]> {
  const numObjectives = Math.max(...examples.map(({ y }) => y.length));
  const predictor = new Predictor(trained);
  try {
    const distributions = await predictor.distributions(
      examples.map(({ x }) => x),
      { numObjectives },
    );
    return Array.from({ length: numObjectives }, (_, objective) => {
      const rows = examples.flatMap((example, row) =>
        isMeasured(example, objective)
          ? [{ y: example.y[objective]!, distribution: distributions[row]![objective]! }]
          : [],
      );
      if (rows.length < MIN_ROWS / 2) return null;
      const scale = scaleOf(rows.flatMap(({ y, distribution }) => [y, distribution.median]));
      return { scale, factor: conformalFactor(rows, scale) };
    });
  } finally {
    predictor.dispose();
  }
}

/** The factor on the half-widths of the central interval that makes it hold its share of further rows. */
function conformalFactor(
  rows: readonly { readonly y: number; readonly distribution: Distribution }[],
  scale: ValueScale,
): number {
  const ratios = rows
    .map(({ y, distribution }) => {
      const center = toScale(distribution.median, scale);
      const level = y < distribution.median ? (1 - CENTRAL) / 2 : (1 + CENTRAL) / 2;
      const half = Math.abs(toScale(distribution.quantile(level), scale) - center);
      return Math.abs(toScale(y, scale) - center) / Math.max(half, 1e-12);
    })
    .sort((a, b) => a - b);
  const at = Math.min(ratios.length, Math.ceil(CENTRAL * (ratios.length + 1))) - 1;
  return Math.max(0.05, Math.min(20, ratios[at]!));
}

/** How true a model's stated uncertainty is. */
export interface CalibrationReport {
  readonly n: number;
  /** Share of rows inside each central interval. */
  readonly coverage: readonly { readonly level: number; readonly covered: number }[];
  /** Share of rows in each tenth of their distribution (the probability integral transform): all 0.1 is right. */
  readonly pit: readonly number[];
  /** Mean |covered - level| over the levels. */
  readonly coverageError: number;
  readonly crps: number;
}

const REPORT_LEVELS = [0.5, 0.8, 0.9, 0.95] as const;

/** Judges predictions that were made already. */
export function calibrationReport(
  rows: readonly { readonly y: number; readonly distribution: Distribution }[],
): CalibrationReport {
  const y = rows.map((row) => row.y);
  const covered = REPORT_LEVELS.map((level) => ({
    level,
    covered: coverage(
      rows.map(({ distribution }) => distribution.quantile((1 - level) / 2)),
      rows.map(({ distribution }) => distribution.quantile((1 + level) / 2)),
      y,
    ),
  }));
  const pit = Array.from({ length: 10 }, () => 0);
  for (const row of rows) {
    const share = row.distribution.cdf(row.y) / (1 - row.distribution.specialMass);
    pit[Math.min(9, Math.floor(10 * share))]! += 1 / rows.length;
  }
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    n: rows.length,
    coverage: covered,
    pit,
    coverageError: mean(covered.map((entry) => Math.abs(entry.covered - entry.level))),
    crps: mean(rows.map(({ y: actual, distribution }) => distribution.crps(actual))),
  };
}

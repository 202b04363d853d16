// Fits a trained model to few labelled rows of something new. By default the way is chosen by errors on rows
// left out (`auto`), the simplest staying a candidate; each way can also be asked for by name.

import { InputError, Random } from "../core/index.ts";
import type { Example } from "../data/index.ts";
import { isRandomFeatures } from "../model/index.ts";
import type { TrainedModel } from "./bundle.ts";
import { type EpochState, fineTune, type Shot } from "./fine-tune.ts";
import { fitInstant, type InstantFit, type InstantMethod, type InstantRow } from "./instant.ts";
import { Predictor } from "./predictor.ts";
import { makeRefinement, type Refinement } from "./refinement.ts";
import { type Trainable, trainLowRank, trainSelected } from "./trainable.ts";

export type GradientMethod = "full" | "head" | "lora";
export type AdaptMethod = "auto" | "instant" | GradientMethod;

export interface AdaptOptions {
  /** `auto` unless given. */
  readonly method?: AdaptMethod;
  /** What `auto` may try: `instant` leaves the gradient ways out, `full` tries them all. */
  readonly effort?: "instant" | "normal" | "full";
  readonly seed?: number;
  readonly learningRate?: number;
  readonly maxEpochs?: number;
  readonly batchSize?: number;
  readonly patience?: number;
  /** Share of the shots kept for early stopping of a gradient way that was asked for by name. */
  readonly validationShare?: number;
  /** Rows for early stopping instead of a share of the shots. */
  readonly validation?: readonly Example[];
  readonly loraRank?: number;
  readonly loraAlpha?: number;
  /** Rows of earlier tasks mixed into the batches of the gradient ways. */
  readonly replay?: readonly Example[];
  readonly replayShare?: number;
  readonly onEpoch?: (state: EpochState) => void;
  /** What is being tried, for people. */
  readonly onProgress?: (message: string) => void;
}

/** One way that was tried, with its error on left-out rows (mean |error|, on the scale of the values). */
export interface AdaptCandidate {
  readonly name: string;
  readonly error: number;
}

export interface AdaptResult {
  readonly trained: TrainedModel;
  /** What was chosen, for each objective: `zero-shot`, `gaussian-process`, `full + affine`, ... */
  readonly chosen: readonly string[];
  readonly candidates: readonly AdaptCandidate[];
  /** Epochs of the final gradient run; empty where there was none. */
  readonly epochs: readonly EpochState[];
}

const GRADIENT_DEFAULTS: Readonly<
  Record<GradientMethod, { readonly learningRate: number; readonly maxEpochs: number }>
> = {
  full: { learningRate: 3e-4, maxEpochs: 30 },
  head: { learningRate: 3e-3, maxEpochs: 40 },
  lora: { learningRate: 2e-3, maxEpochs: 30 },
};
/** Fewer rows than this cannot be split for gradient ways; the instant way leaves out one at a time. */
const MIN_GRADIENT_SHOTS = 12;
const NUM_FOLDS = 3;
/** A gradient way must beat the instant one by this factor: its epochs were chosen on the rows it is judged by. */
const GRADIENT_IS_WORTH = 0.93;
const DEFAULT_LORA = { rank: 8, alpha: 16 };

/**
 * Adapts to labelled rows, which should be of one task.
 *
 * @param shots Rows with y; all must have the same number of objectives.
 * @returns a new trained model; the given one is not changed.
 */
export async function adapt(
  base: TrainedModel,
  shots: readonly Example[],
  options: AdaptOptions = {},
): Promise<AdaptResult> {
  const numObjectives = checkShots(base, shots);
  const { method = "auto" } = options;
  const result =
    method === "auto" || method === "instant"
      ? await adaptAutomatically(base, shots, numObjectives, {
          ...options,
          effort: method === "instant" ? "instant" : (options.effort ?? "normal"),
        })
      : await adaptByGradient(base, shots, method, options);
  const tasks = { ...result.trained.tasks };
  for (const { task, y } of shots) {
    const known = tasks[task]?.numExamples ?? 0;
    tasks[task] = { numObjectives: y.length, numExamples: known + 1 };
  }
  const adaptations = [
    ...((base.provenance["adaptations"] as unknown[] | undefined) ?? []),
    { numShots: shots.length, seed: options.seed ?? 0, chosen: result.chosen },
  ];
  const provenance = { ...base.provenance, adaptations };
  return { ...result, trained: { ...result.trained, tasks, provenance } };
}

function checkShots(base: TrainedModel, shots: readonly Example[]): number {
  const first = shots[0];
  if (first === undefined) throw new InputError("adapt: no labelled rows were given");
  const { maxObjectives } = base.model.config;
  for (const { task, y } of shots) {
    if (y.length !== first.y.length || y.length < 1 || y.length > maxObjectives) {
      throw new InputError(
        `adapt: a row of ${task} has ${y.length} objectives; all rows must have the same number, 1 to ${maxObjectives}`,
      );
    }
  }
  return first.y.length;
}

/** Early stopping on a share of the shots; the model as it was is a candidate. */
async function adaptByGradient(
  base: TrainedModel,
  shots: readonly Example[],
  method: GradientMethod,
  options: AdaptOptions,
): Promise<AdaptResult> {
  const { seed = 0, validationShare = 0.2 } = options;
  const shuffled = new Random("adapt", seed).shuffled(shots);
  const numValidation =
    options.validation !== undefined || shots.length < 5
      ? 0
      : Math.max(1, Math.round(shots.length * validationShare));
  const validation = options.validation ?? shuffled.slice(0, numValidation);
  const trainable = trainableOf(base, method, options);
  const result = await fineTune(base, trainable, shuffled.slice(numValidation), validation, {
    ...gradientOptions(method, shots.length, options),
    ...(options.onEpoch === undefined ? {} : { onEpoch: options.onEpoch }),
  });
  return {
    trained: { ...base, parameters: trainable.merge(result.trained) },
    chosen: [method],
    candidates: [],
    epochs: result.epochs,
  };
}

/** What the shots look like to a frozen model, per objective. */
type RowsByObjective = readonly (readonly InstantRow[])[];

async function adaptAutomatically(
  base: TrainedModel,
  shots: readonly Example[],
  numObjectives: number,
  options: AdaptOptions & { readonly effort: NonNullable<AdaptOptions["effort"]> },
): Promise<AdaptResult> {
  const { effort, onProgress } = options;
  const candidates: AdaptCandidate[] = [];
  onProgress?.(`predicting ${shots.length} rows`);
  const rows = await instantRows(base, shots, numObjectives);
  const instant = rows.map((ofObjective) => fitInstant(ofObjective));
  for (const name of ["zero-shot", "affine", "gaussian-process"] as const) {
    candidates.push({ name, error: meanError(instant, name) });
  }
  let best: Choice = {
    name: "",
    parameters: base.parameters,
    fits: instant,
    error: chosenError(instant),
    epochs: [],
  };
  const methods: readonly GradientMethod[] =
    effort === "instant" || shots.length < MIN_GRADIENT_SHOTS
      ? []
      : effort === "normal"
        ? ["full"]
        : ["full", "lora", "head"];
  for (const method of methods) {
    onProgress?.(`trying ${method} on ${NUM_FOLDS} folds`);
    const folded = await crossFit(base, shots, numObjectives, method, options);
    const fits = folded.rows.map((ofObjective) => fitInstant(ofObjective));
    for (const name of ["zero-shot", "affine", "gaussian-process"] as const) {
      const label = name === "zero-shot" ? method : `${method} + ${name}`;
      candidates.push({ name: label, error: meanError(fits, name) });
    }
    const error = chosenError(fits);
    if (error < best.error * GRADIENT_IS_WORTH) {
      best = { name: method, method, numEpochs: folded.numEpochs, fits, error, epochs: [] };
    }
  }
  if (best.method !== undefined) {
    onProgress?.(`training ${best.method} on all rows for ${best.numEpochs} epochs`);
    const trainable = trainableOf(base, best.method, options);
    const gradient = gradientOptions(best.method, shots.length, options);
    const result = await fineTune(base, trainable, shots, [], {
      ...gradient,
      maxEpochs: Math.max(1, best.numEpochs!),
      ...(options.onEpoch === undefined ? {} : { onEpoch: options.onEpoch }),
    });
    best = { ...best, parameters: trainable.merge(result.trained), epochs: result.epochs };
  }
  const chosen = best.fits.map(({ method }) =>
    best.name === "" ? method : method === "zero-shot" ? best.name : `${best.name} + ${method}`,
  );
  return {
    trained: { ...base, parameters: best.parameters!, refinement: refinementOf(base, best.fits) },
    chosen,
    candidates: candidates.toSorted((a, b) => a.error - b.error),
    epochs: best.epochs,
  };
}

interface Choice {
  readonly name: string;
  readonly method?: GradientMethod;
  readonly numEpochs?: number;
  readonly parameters?: Float32Array;
  readonly fits: readonly InstantFit[];
  readonly error: number;
  readonly epochs: readonly EpochState[];
}

/** Predictions of every row by a model that was tuned on the other folds. */
async function crossFit(
  base: TrainedModel,
  shots: readonly Example[],
  numObjectives: number,
  method: GradientMethod,
  options: AdaptOptions,
): Promise<{ readonly rows: RowsByObjective; readonly numEpochs: number }> {
  const { seed = 0 } = options;
  const order = new Random("folds", seed).shuffled(shots.map((_, index) => index));
  const rows: InstantRow[][] = Array.from({ length: numObjectives }, () => []);
  let numEpochs = 0;
  for (let fold = 0; fold < NUM_FOLDS; fold++) {
    const held = order.filter((_, place) => place % NUM_FOLDS === fold);
    const kept = order.filter((_, place) => place % NUM_FOLDS !== fold);
    const trainable = trainableOf(base, method, options);
    const result = await fineTune(
      base,
      trainable,
      kept.map((index) => shots[index]!),
      held.map((index) => shots[index]!),
      gradientOptions(method, kept.length, options),
    );
    numEpochs += result.bestEpoch / NUM_FOLDS;
    const tuned = { ...base, parameters: trainable.merge(result.trained), refinement: undefined };
    const predicted = await instantRows(
      tuned,
      held.map((index) => shots[index]!),
      numObjectives,
    );
    predicted.forEach((ofObjective, objective) => {
      ofObjective.forEach((row, place) => {
        rows[objective]![held[place]!] = row;
      });
    });
  }
  return { rows, numEpochs: Math.round(numEpochs) };
}

async function instantRows(
  trained: TrainedModel,
  shots: readonly Example[],
  numObjectives: number,
): Promise<RowsByObjective> {
  const predictor = new Predictor(trained);
  try {
    const { distributions, embeddings } = await predictor.embedded(
      shots.map(({ x }) => x),
      { numObjectives },
    );
    return Array.from({ length: numObjectives }, (_, objective) =>
      shots.map(({ x, y }, row) => ({
        text: x,
        y: y[objective]!,
        distribution: distributions[row]![objective]!,
        embedding: embeddings[row]!,
      })),
    );
  } finally {
    predictor.dispose();
  }
}

function refinementOf(base: TrainedModel, fits: readonly InstantFit[]): Refinement | undefined {
  const temperature = base.refinement?.config.temperature ?? 1;
  if (temperature === 1 && fits.every(({ residual }) => residual === null)) return undefined;
  const residuals = fits.map(({ residual }) => residual);
  return makeRefinement(
    { temperature, residuals, spreads: [] },
    fits.map((fit) => fit.rows),
  );
}

function trainableOf(
  { model, parameters }: TrainedModel,
  method: GradientMethod,
  { seed = 0, loraRank = DEFAULT_LORA.rank, loraAlpha = DEFAULT_LORA.alpha }: AdaptOptions,
): Trainable {
  switch (method) {
    case "full":
      return trainSelected(model.layout, parameters, ({ name }) => !isRandomFeatures(name));
    case "head":
      return trainSelected(
        model.layout,
        parameters,
        ({ role, name }) => role === "head" || /(^|\.)(head|generator)\.|decoder\.norm/u.test(name),
      );
    case "lora":
      return trainLowRank(model.layout, parameters, { rank: loraRank, alpha: loraAlpha, seed });
    default:
      return method satisfies never;
  }
}

function gradientOptions(
  method: GradientMethod,
  numShots: number,
  options: AdaptOptions,
): Parameters<typeof fineTune>[4] {
  const defaults = GRADIENT_DEFAULTS[method];
  const replay: readonly Shot[] = options.replay ?? [];
  return {
    learningRate: options.learningRate ?? defaults.learningRate,
    maxEpochs: options.maxEpochs ?? defaults.maxEpochs,
    // Small enough for some ten updates per epoch, large enough to be worth a pass.
    batchSize: options.batchSize ?? Math.max(4, Math.min(32, Math.ceil(numShots / 8))),
    patience: options.patience ?? 5,
    seed: options.seed ?? 0,
    replay,
    replayShare: options.replayShare ?? (replay.length > 0 ? 0.5 : 0),
  };
}

function meanError(fits: readonly InstantFit[], name: InstantMethod): number {
  const errors = fits.map((fit) => fit.errors[name] ?? Number.POSITIVE_INFINITY);
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

function chosenError(fits: readonly InstantFit[]): number {
  const errors = fits.map((fit) => fit.errors[fit.method]!);
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

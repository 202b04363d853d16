// Fits a trained model to few labelled rows of something new. By default the way is chosen by errors on rows
// left out (`auto`), the simplest staying a candidate; each way can also be asked for by name.

import { InputError, Random } from "../core/index.ts";
import type { Example } from "../data/index.ts";
import type { TrainedModel } from "./bundle.ts";
import { checkFinite, checkRows } from "./check-rows.ts";
import { isClearlyBetter, type JudgedWay } from "./clearly-better.ts";
import { isMeasured } from "./evaluate.ts";
import { type EpochState, fineTune, type Shot } from "./fine-tune.ts";
import { type GradientMethod, trainableOf } from "./gradient-ways.ts";
import { fitInstant, type InstantFit, type InstantMethod } from "./instant.ts";
import { instantRows, type RowsByObjective, type ShotRow } from "./instant-rows.ts";
import {
  makeRefinement,
  type Refinement,
  type RefinementConfig,
  type SpeakingSiblings,
} from "./refinement.ts";
import { learnSpeakingSiblings } from "./speakers.ts";

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
  /** Rows in memory together; their gradients are added. */
  readonly microBatchSize?: number;
  readonly loraRank?: number;
  readonly loraAlpha?: number;
  /** Names of the matrices that get a low-rank update. */
  readonly loraTargets?: RegExp;
  /** Rows of earlier tasks mixed into the batches of the gradient ways. */
  readonly replay?: readonly Example[];
  readonly replayShare?: number;
  /**
   * Rows of tasks that the model knows. Those of the same candidates in other environments say most about a new
   * one: `instant` and `auto` look at what the model says, and at what was measured, there.
   */
  readonly sources?: readonly Example[];
  /** Whether values measured in the sources answer for the model; true unless given. */
  readonly useMeasured?: boolean;
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
  /** What was chosen, for each objective: `zero-shot`, `gaussian-process`, `full at 0.0003 + affine`, ... */
  readonly chosen: readonly string[];
  readonly candidates: readonly AdaptCandidate[];
  /** Epochs of the final gradient run; empty where there was none. */
  readonly epochs: readonly EpochState[];
}

const WITHOUT_EMBEDDINGS = ["zero-shot", "affine"] as const;
const INSTANT_METHODS = [...WITHOUT_EMBEDDINGS, "gaussian-process"] as const;
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
/** With more rows the usual learning rate is taken. */
const MAX_RATE_SHOTS = 100;
/** By how many rows' worth a gradient way looks better than it is: its epochs were chosen on the rows that judge it. */
const GRADIENT_COST = 1;

/**
 * Adapts to labelled rows, which should be of one task.
 *
 * @param shots Rows with y. Some may lack objectives that others have (fewer numbers, or NaN).
 * @returns a new trained model; the given one is not changed.
 */
export async function adapt(
  base: TrainedModel,
  shots: readonly Example[],
  options: AdaptOptions = {},
): Promise<AdaptResult> {
  const { method = "auto" } = options;
  const numObjectives = checkShots(base, shots);
  // Without gradients nothing is learned by the tokens of a number.
  if (method === "instant") checkFinite(shots);
  else {
    checkRows(base, shots, "row");
    checkRows(base, options.validation ?? [], "validation row");
    checkRows(base, options.replay ?? [], "replay row");
  }
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
    const numObjectives = Math.max(y.length, tasks[task]?.numObjectives ?? 1);
    tasks[task] = { numObjectives, numExamples: known + 1 };
  }
  const adaptations = [
    ...((base.provenance["adaptations"] as unknown[] | undefined) ?? []),
    { numShots: shots.length, seed: options.seed ?? 0, chosen: result.chosen },
  ];
  const provenance = { ...base.provenance, adaptations };
  return { ...result, trained: { ...result.trained, tasks, provenance } };
}

function checkShots(base: TrainedModel, shots: readonly Example[]): number {
  if (shots.length === 0) throw new InputError("adapt: no labelled rows were given");
  const { maxObjectives } = base.model.config;
  shots.forEach(({ y }, place) => {
    if (y.length >= 1 && y.length <= maxObjectives) return;
    throw new InputError(
      `row ${place + 1}: y has ${y.length} objectives; model.maxObjectives is ${maxObjectives}`,
    );
  });
  const numObjectives = Math.max(...shots.map(({ y }) => y.length));
  for (let objective = 0; objective < numObjectives; objective++) {
    if (!shots.some((shot) => isMeasured(shot, objective))) {
      throw new InputError(`adapt: objective ${objective + 1} was measured in no row`);
    }
  }
  return numObjectives;
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
    // A refinement belongs to the weights that it was fitted to.
    trained: { ...base, parameters: trainable.merge(result.trained), refinement: undefined },
    chosen: [method],
    candidates: [],
    epochs: result.epochs,
  };
}

async function adaptAutomatically(
  base: TrainedModel,
  shots: readonly Example[],
  numObjectives: number,
  options: AdaptOptions & { readonly effort: NonNullable<AdaptOptions["effort"]> },
): Promise<AdaptResult> {
  const { effort, onProgress } = options;
  const candidates: AdaptCandidate[] = [];
  const siblings = await learnSpeakingSiblings(base, shots, options);
  onProgress?.(`predicting ${shots.length} rows, ${siblings.views.length} views of each`);
  const rows = await instantRows(base, shots, numObjectives, siblings);
  const instant = rows.map((ofObjective) => fitInstant(ofObjective));
  const tried = (name: InstantMethod, label: string, fits: readonly InstantFit[]): void => {
    const error = meanError(fits, name);
    if (Number.isFinite(error)) candidates.push({ name: label, error });
  };
  for (const name of INSTANT_METHODS) tried(name, name, instant);
  let best: Choice = {
    name: "",
    parameters: base.parameters,
    fits: instant,
    judged: instant.map(({ judged }) => judged),
    epochs: [],
  };
  // Embeddings of tuned weights differ from fold to fold, and speakers were fitted to the weights as they were.
  const unspoken = { ...siblings, speakers: [] };
  const methods: readonly GradientMethod[] =
    effort === "instant" || shots.length < MIN_GRADIENT_SHOTS
      ? []
      : effort === "normal"
        ? ["full"]
        : ["full", "lora", "head"];
  const ways = methods.flatMap((method) =>
    learningRates(method, shots.length, options).map((learningRate) => ({ method, learningRate })),
  );
  for (const { method, learningRate } of ways) {
    const label = `${method} at ${Number(learningRate.toPrecision(2))}`;
    onProgress?.(`trying ${label} on ${NUM_FOLDS} folds`);
    const way = { ...options, method, learningRate };
    const folded = await crossFit(base, shots, unspoken, { ...way, numObjectives });
    const fits = folded.rows.map((ofObjective) => fitInstant(ofObjective, WITHOUT_EMBEDDINGS));
    for (const name of WITHOUT_EMBEDDINGS) {
      tried(name, name === "zero-shot" ? label : `${label} + ${name}`, fits);
    }
    const judged = fits.map((fit) => ({
      ...fit.judged,
      charge: fit.judged.charge * (1 + GRADIENT_COST / fit.judged.errors.length),
    }));
    if (isClearlyBetter(best.judged, judged)) {
      best = { name: label, way, numEpochs: folded.numEpochs, fits, judged, epochs: [] };
    }
  }
  if (best.way !== undefined) {
    onProgress?.(`training ${best.name} on all rows for ${best.numEpochs} epochs`);
    const trainable = trainableOf(base, best.way.method, best.way);
    const gradient = gradientOptions(best.way.method, shots.length, best.way);
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
    trained: {
      ...base,
      parameters: best.parameters!,
      refinement:
        best.way === undefined
          ? refinementOf(base.refinement?.config, best.fits, siblings)
          : refinementOf(undefined, best.fits, unspoken),
    },
    chosen,
    candidates: candidates.toSorted((a, b) => a.error - b.error),
    epochs: best.epochs,
  };
}

/** Options with what is tried. */
type GradientWay = Omit<AdaptOptions, "method"> & {
  readonly method: GradientMethod;
  readonly learningRate: number;
};

interface Choice {
  readonly name: string;
  readonly way?: GradientWay;
  readonly numEpochs?: number;
  readonly parameters?: Float32Array;
  readonly fits: readonly InstantFit[];
  /** One for each objective. */
  readonly judged: readonly JudgedWay[];
  readonly epochs: readonly EpochState[];
}

/** Predictions of every row by a model that was tuned on the other folds. */
async function crossFit(
  base: TrainedModel,
  shots: readonly Example[],
  siblings: SpeakingSiblings,
  options: GradientWay & { readonly numObjectives: number },
): Promise<{ readonly rows: RowsByObjective; readonly numEpochs: number }> {
  const { seed = 0, numObjectives, method } = options;
  const order = new Random("folds", seed).shuffled(shots.map((_, index) => index));
  const placed = Array.from({ length: numObjectives }, () => new Map<Example, ShotRow>());
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
      siblings,
    );
    predicted.forEach((ofObjective, objective) => {
      for (const row of ofObjective) placed[objective]!.set(row.shot, row);
    });
  }
  const rows = placed.map((ofObjective) => shots.flatMap((shot) => ofObjective.get(shot) ?? []));
  return { rows, numEpochs: Math.round(numEpochs) };
}

/** @param known What the weights were refined by already. Its spreads hold where they stretched the model itself. */
function refinementOf(
  known: RefinementConfig | undefined,
  fits: readonly InstantFit[],
  siblings: SpeakingSiblings,
): Refinement | undefined {
  const temperature = known?.temperature ?? 1;
  const residuals = fits.map(({ residual }) => residual);
  const spreads = fits.map(({ residual }, objective) =>
    residual === null && (known?.residuals[objective] ?? null) === null
      ? (known?.spreads[objective] ?? null)
      : null,
  );
  if (temperature === 1 && [...residuals, ...spreads].every((part) => part === null)) {
    return undefined;
  }
  return makeRefinement(
    {
      temperature,
      residuals,
      spreads,
      views: [...siblings.views],
      speakers: siblings.speakers.map((speaker) => [...(speaker?.config.residuals ?? [])]),
    },
    fits.map((fit) => fit.rows),
    siblings,
  );
}

/** Rates to choose from: where rows are few, folds are quick and the right rate is far from known. */
function learningRates(
  method: GradientMethod,
  numShots: number,
  { learningRate }: Pick<AdaptOptions, "learningRate">,
): readonly number[] {
  if (learningRate !== undefined) return [learningRate];
  const usual = GRADIENT_DEFAULTS[method].learningRate;
  return numShots > MAX_RATE_SHOTS ? [usual] : [usual / 3, usual, usual * 3];
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
    microBatchSize: options.microBatchSize,
    patience: options.patience ?? 5,
    seed: options.seed ?? 0,
    replay,
    replayShare: options.replayShare ?? (replay.length > 0 ? 0.5 : 0),
  };
}

/** Geometric, as objectives have units of their own; infinite where the method was not tried for all of them. */
function meanError(fits: readonly InstantFit[], name: InstantMethod): number {
  const logs = fits.map((fit) => Math.log((fit.errors[name] ?? Number.POSITIVE_INFINITY) + TINY));
  return Math.exp(logs.reduce((sum, error) => sum + error, 0) / logs.length);
}

const TINY = 1e-12;

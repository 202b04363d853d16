// The surrogate: candidates in, ranked predictive distributions out. It owns the way from a candidate to
// its canonical text, the cache by that text, and the batching; the model is behind `Predictor`.

import { type Clock, InputError, systemClock } from "../core/index.ts";
import type { Candidate, KindHost } from "../plugins/index.ts";
import { Answers } from "./answers.ts";
import type { BatchEvents, BatchingOptions, JobOptions } from "./batcher.ts";
import { type CandidateProblem, problemOf } from "./candidate.ts";
import { inTurns } from "./in-turns.ts";
import type { Predictor } from "./predictor.ts";
import { type Direction, rank } from "./ranking.ts";
import { type Reading, Readings } from "./readings.ts";
import type { PredictiveSketch } from "./sketch.ts";

export interface SurrogateOptions {
  readonly predictor: Predictor;
  /** Reads candidates: `new KindHost(builtInKinds())`. */
  readonly plugins: Pick<KindHost, "kinds" | "serialiserVersions" | "serialise">;
  readonly batching?: BatchingOptions & BatchEvents;
  /** Answers kept, by canonical text. 0 turns the cache off. Default: 20,000. */
  readonly cacheEntries?: number;
  readonly clock?: Clock;
}

export interface ScoreOptions extends JobOptions {
  /** The objective to rank by. Default: the first. */
  readonly objective?: string | undefined;
  /** Whether a small or a large value is good. Default: min. */
  readonly direction?: Direction | undefined;
  /** Serialised before every candidate in sorted order: `{ device: "pixel3" }`. */
  readonly context?: Readonly<Record<string, string>> | undefined;
}

/** A candidate in canonical form, with its answer. */
export interface Assessment extends Reading {
  /** One distribution per objective, in the model's order. */
  readonly sketches: readonly PredictiveSketch[];
  readonly isCached: boolean;
}

export type AssessmentResult =
  | { readonly ok: true; readonly assessment: Assessment }
  | { readonly ok: false; readonly problem: CandidateProblem };

export interface ObjectiveScore {
  readonly mean: number;
  readonly median: number;
  readonly std: number;
  /** Keys are levels: "0.05", "0.25", "0.5", "0.75", "0.95". */
  readonly quantiles: Readonly<Record<string, number>>;
  /** The central 90 %. */
  readonly interval: readonly [number, number];
}

export type CandidateScore =
  | ({
      readonly index: number;
      /** 1 is the best of those that could be scored. */
      readonly rank: number;
      readonly kind: string;
      readonly hash: string;
      readonly cached: boolean;
      readonly truncatedShare: number;
      /** What was noticed about the candidate, and did not stop it. */
      readonly warnings: readonly string[];
      /** All objectives by name; the fields beside it are those of the objective ranked by. */
      readonly objectives: Readonly<Record<string, ObjectiveScore>>;
    } & ObjectiveScore)
  | { readonly index: number; readonly error: CandidateProblem };

export interface ScoreReport {
  readonly model: string;
  readonly objective: string;
  readonly direction: Direction;
  /** One entry per candidate, in the order in which they were given. */
  readonly scores: readonly CandidateScore[];
  /** Indices of the candidates that could be scored, best first. */
  readonly ranking: readonly number[];
}

export interface SurrogateStats {
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly cacheEntries: number;
  readonly numQueued: number;
}

export interface Surrogate {
  readonly model: string;
  readonly objectives: readonly string[];
  readonly kinds: readonly string[];
  /** Scores and ranks. A candidate that cannot be scored has an `error`; the others are not affected. */
  score(candidates: readonly Candidate[], options?: ScoreOptions): Promise<ScoreReport>;
  /** The distributions themselves, for studies. */
  assess(candidates: readonly Candidate[], options?: ScoreOptions): Promise<AssessmentResult[]>;
  stats(): SurrogateStats;
  /** Another model behind the same kinds, with a cache and a queue of its own. */
  withPredictor(predictor: Predictor): Surrogate;
  /** Takes nothing new and answers what is queued. */
  close(): Promise<void>;
}

const QUANTILE_LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Opens a surrogate on a model and the kinds of candidates that it is to read. */
export function openSurrogate(options: SurrogateOptions): Surrogate {
  const { predictor, plugins, clock = systemClock } = options;
  const answers = new Answers(predictor, options.cacheEntries ?? 20_000, options.batching, clock);

  const readings = new Readings(predictor, plugins);

  let numReading = 0;
  const readAll = async (candidates: readonly Candidate[], context: ScoreOptions["context"]) => {
    const numNew = candidates.filter((candidate) => !readings.isKnown(candidate, context)).length;
    // Refused before the work of reading. What was read before may have its answer in the cache, and where nothing
    // else is on its way the queue alone decides.
    if (numNew > 0 && numReading + answers.numQueued > 0) answers.requireRoom(numReading + numNew);
    numReading += numNew;
    try {
      return await inTurns(candidates, clock, (candidate) => readings.read(candidate, context));
    } finally {
      numReading -= numNew;
    }
  };

  const assess: Surrogate["assess"] = async (candidates, scoreOptions = {}) => {
    const all = await readAll(candidates, scoreOptions.context);
    const found = await answers.get(all.filter(isReading), scoreOptions);
    return all.map((reading): AssessmentResult => {
      if (!isReading(reading)) return { ok: false, problem: reading };
      const { result, isCached } = found.get(reading.key)!;
      if (result instanceof Error) return { ok: false, problem: problemOf(result) };
      return { ok: true, assessment: { ...reading, sketches: result, isCached } };
    });
  };

  return {
    model: predictor.id,
    objectives: predictor.objectives,
    kinds: plugins.kinds,
    assess,
    score: async (candidates, scoreOptions = {}) => {
      const objective = scoreOptions.objective ?? predictor.objectives[0]!;
      const direction = scoreOptions.direction ?? "min";
      requireObjective(predictor, objective);
      const results = await assess(candidates, scoreOptions);
      return reportOf(predictor, results, objective, direction);
    },
    stats: () => answers.stats(),
    withPredictor: (other) => openSurrogate({ ...options, predictor: other }),
    close: () => answers.close(),
  };
}

const isReading = (reading: Reading | CandidateProblem): reading is Reading => "key" in reading;

/** @throws {InputError} with the objectives that there are. */
function requireObjective(predictor: Pick<Predictor, "objectives">, name: string): number {
  const index = predictor.objectives.indexOf(name);
  if (index < 0) {
    throw new InputError(`the model has no objective ${JSON.stringify(name.slice(0, 100))}`, {
      hint: `objectives of this model: ${predictor.objectives.join(", ")}`,
    });
  }
  return index;
}

function reportOf(
  predictor: Predictor,
  results: readonly AssessmentResult[],
  objective: string,
  direction: Direction,
): ScoreReport {
  const column = requireObjective(predictor, objective);
  const medians = results.map((result) =>
    result.ok ? result.assessment.sketches[column]!.median : undefined,
  );
  const { ranking, ranks } = rank(medians, direction);
  const scores = results.map((result, index): CandidateScore => {
    if (!result.ok) return { index, error: result.problem };
    const { kind, hash, isCached, truncatedShare, warnings, sketches } = result.assessment;
    const objectives = Object.fromEntries(
      predictor.objectives.map((name, i) => [name, summarise(sketches[i]!)]),
    );
    return {
      index,
      rank: ranks[index]!,
      kind,
      hash,
      cached: isCached,
      truncatedShare,
      warnings,
      ...objectives[objective]!,
      objectives,
    };
  });
  return { model: predictor.id, objective, direction, scores, ranking };
}

function summarise(sketch: PredictiveSketch): ObjectiveScore {
  const quantiles = Object.fromEntries(
    QUANTILE_LEVELS.map((level) => [String(level), sketch.quantile(level)]),
  );
  return {
    mean: sketch.mean,
    median: sketch.median,
    std: sketch.std,
    quantiles,
    interval: [sketch.quantile(0.05), sketch.quantile(0.95)],
  };
}

// A study: one search, its incumbents and what was told. The shell around the pure parts: it asks the
// surrogate, calls the decision, writes the log. Decisions and tells happen one after the other.

import type { Journal } from "../../checkpoint/index.ts";
import { Random, systemClock } from "../../core/index.ts";
import type { Candidate } from "../../plugins/index.ts";
import type { JobOptions } from "../batcher.ts";
import { type CandidateProblem, errorOf } from "../candidate.ts";
import { inTurns } from "../in-turns.ts";
import type { PredictiveSketch } from "../sketch.ts";
import type { Surrogate } from "../surrogate.ts";
import { toCost } from "./cost.ts";
import { type Decision, decide } from "./decide.ts";
import { type DecidedEvent, requireReadable, type ToldEvent, type TunedEvent } from "./events.ts";
import { discard, FineTuner, type TuningReport, tuningReportOf } from "./fine-tuning.ts";
import { historyOf, type StudyHistory } from "./history.ts";
import { forecastsOf, type Judged, judge, type StudyScore } from "./judge.ts";
import { type Outcome, pessimisticValue, requireSame, valuesOf } from "./outcome.ts";
import { reportOf, type StudyReport } from "./report.ts";
import type { Objective, Policy, StudySpec } from "./spec.ts";
import type { StudyState } from "./state.ts";
import { StudyError } from "./study-error.ts";
import type { Trust } from "./trust.ts";
import type { TunedPredictor, Tuner } from "./tuner.ts";

/** Where a study's events go: `Journal` of src/checkpoint. */
export type StudyLog = Pick<Journal, "append">;

/** Something about one candidate, or why there is nothing. */
export type StudyResult<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly problem: CandidateProblem };

export interface TellResult {
  /** `duplicate`: the same was told before, and nothing changed. */
  readonly status: "told" | "duplicate";
  readonly hash: string;
  /** Whether it is the best so far, or on the Pareto front. */
  readonly isBest: boolean;
  readonly trust: Trust;
}

export interface ScreenedOutcome {
  readonly promoted: boolean;
  readonly reason: string;
  /** True values where promoted or known, pessimistic ones where rejected, undefined for a bad candidate. */
  readonly values: Readonly<Record<string, number>> | undefined;
}

export interface StudyParts {
  readonly surrogate: Surrogate;
  readonly state: StudyState;
  /** Where each objective of the study is among the model's. */
  readonly columns: readonly number[];
  readonly log?: StudyLog | undefined;
  readonly tuner?: Tuner | undefined;
  /** The tuned model that answers already. */
  readonly tuned?: TunedPredictor | undefined;
}

/** One search over one surrogate. Made by `openStudy` and `resumeStudy`. */
export class Study {
  readonly #base: Surrogate;
  /** The bundle's, or that of the tuned model that has taken its place. */
  #surrogate: Surrogate;
  #tuned: TunedPredictor | undefined;
  readonly #state: StudyState;
  readonly #columns: readonly number[];
  readonly #log: StudyLog | undefined;
  readonly #tuner: Tuner | undefined;
  readonly #fineTuner: FineTuner | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor({ surrogate, state, columns, log, tuner, tuned }: StudyParts) {
    this.#base = surrogate;
    this.#tuned = tuned;
    this.#surrogate = tuned === undefined ? surrogate : surrogate.withPredictor(tuned);
    this.#state = state;
    this.#columns = columns;
    this.#log = log;
    this.#tuner = tuner;
    if (tuner === undefined) return;
    this.#fineTuner = new FineTuner(tuner, state, columns, {
      inTurn: (change) => this.#inTurn(change),
      record: (event) => this.#record(event),
      swap: (predictor) => this.#swap(predictor),
    });
  }

  /** Names the model that answers now. */
  get model(): string {
    return this.#surrogate.model;
  }

  get spec(): StudySpec {
    return this.#state.spec;
  }

  /** Scores candidates for this study; decides nothing, changes nothing. */
  async score(
    candidates: readonly Candidate[],
    job: JobOptions = {},
  ): Promise<StudyResult<StudyScore>[]> {
    return (await this.#judge(candidates, this.spec.policy, job)).map(scoreOf);
  }

  /** Decides about candidates in turn: which to evaluate for real. */
  decide(
    candidates: readonly Candidate[],
    job: JobOptions = {},
  ): Promise<StudyResult<StudyScore & Decision>[]> {
    return this.#inTurn(async () => {
      const results: StudyResult<StudyScore & Decision>[] = [];
      for (const result of await this.#judge(candidates, this.spec.policy, job)) {
        if (!result.ok) results.push(result);
        else results.push({ ok: true, ...result.score, ...(await this.#decideOne(result)) });
      }
      return results;
    });
  }

  /**
   * Chooses the `q` best of a pool by the policy's acquisition: each meaning once, none told before.
   * `picks` are indices, best first.
   */
  async select(
    candidates: readonly Candidate[],
    q: number,
    options: JobOptions & { readonly by?: Policy | undefined } = {},
  ): Promise<{ picks: number[]; results: StudyResult<StudyScore>[] }> {
    const results = (await this.#judge(candidates, options.by ?? this.spec.policy, options)).map(
      scoreOf,
    );
    const seen = new Set<string>(this.#state.tells.keys());
    const picks: number[] = [];
    for (const { index, hash } of byPromise(results)) {
      if (picks.length >= q) break;
      if (seen.has(hash)) continue;
      seen.add(hash);
      picks.push(index);
    }
    return { picks, results };
  }

  /**
   * Takes the outcome of a real evaluation. Telling the same again changes nothing.
   *
   * @throws {CandidateError} for a candidate that cannot be read; {InputError} for wrong or missing values;
   *   {StudyError} for an outcome that contradicts what was told before.
   */
  async tell(candidate: Candidate, outcome: Outcome, job: JobOptions = {}): Promise<TellResult> {
    const values = valuesOf(outcome, this.spec.objectives);
    const failure = "failure" in outcome ? String(outcome.failure).slice(0, 500) : "";
    return this.#inTurn(async () => {
      const [judged] = await this.#judge([candidate], this.spec.policy, job);
      if (judged?.ok !== true) throw errorOf(judged!.problem);
      const { hash } = judged.assessment;
      const known = this.#state.tells.get(hash)?.event;
      if (known === undefined) await this.#recordTell(judged, values, failure);
      else requireSame(known, values, this.spec.objectives);
      this.#fineTuner?.startIfDue();
      return {
        status: known === undefined ? "told" : "duplicate",
        hash,
        isBest: this.#state.isIncumbent(hash),
        trust: this.#state.trust(),
      };
    });
  }

  /**
   * Wraps a real evaluation: it runs only for promoted candidates, and its outcome is told. What it throws is
   * told as a failure and thrown on.
   */
  screen<C extends Candidate>(
    evaluate: (candidate: C) => Promise<Readonly<Record<string, number>>>,
  ): (candidate: C) => Promise<ScreenedOutcome> {
    return async (candidate) => {
      const [decision] = await this.decide([candidate]);
      if (decision?.ok !== true) {
        return { promoted: false, reason: decision!.problem.message, values: undefined };
      }
      const { verdict, reason, told } = decision;
      if (verdict !== "promote") {
        const known = told !== undefined && !("failure" in told) ? told : undefined;
        return { promoted: false, reason, values: known ?? this.pessimistic(decision) };
      }
      const values = await evaluate(candidate).catch(async (error: unknown) => {
        await this.tell(candidate, { failure: "the evaluation threw" });
        throw error;
      });
      await this.tell(candidate, values);
      return { promoted: true, reason, values };
    };
  }

  /** Values for a candidate that is not evaluated; see `pessimisticValue`. */
  pessimistic({ predictions }: StudyScore): Record<string, number> {
    const { front } = this.#state.incumbents();
    const entries = this.spec.objectives.map((objective, i) => {
      const best = front.length === 0 ? undefined : Math.min(...front.map((costs) => costs[i]!));
      const { name } = objective;
      return [name, pessimisticValue(predictions[name]!, objective, best)] as const;
    });
    return Object.fromEntries(entries);
  }

  /** What has come of it so far. */
  report(): StudyReport & { readonly fineTuning: TuningReport | undefined } {
    const fineTuning = tuningReportOf(this.#state, this.isFineTuning);
    return { ...reportOf(this.#state), model: this.model, fineTuning };
  }

  get numTells(): number {
    return this.#state.tells.size;
  }

  /** Undefined without a budget. */
  get budgetLeft(): number | undefined {
    return this.#state.budgetLeft();
  }

  /** Whether a copy of the model is being adapted now. */
  get isFineTuning(): boolean {
    return this.#fineTuner?.isRunning ?? false;
  }

  /** Grows with every event. */
  get revision(): number {
    return this.#state.revision;
  }

  /** How it came to that, for plots. */
  history(): StudyHistory {
    return historyOf(this.#state);
  }

  /**
   * Starts fine-tuning now, in the background; `report().fineTuning` says what came of it.
   * @throws {StudyError} FINE_TUNING where this cannot be.
   */
  fineTune(): { readonly version: number } {
    if (this.#fineTuner === undefined) {
      throw new StudyError("FINE_TUNING", "nobody adapts models here");
    }
    return { version: this.#fineTuner.start() };
  }

  /** Resolves when no fine-tuning is running. */
  async settled(): Promise<void> {
    await this.#fineTuner?.settled();
  }

  /** Gives up a running fine-tuning and lets go of the tuned model. The surrogate that it was given stays open. */
  async close(): Promise<void> {
    await this.#fineTuner?.close();
    await this.#letGo(this.#surrogate, this.#tuned);
  }

  /** Tells, then decisions, as JSON lines. */
  export(): string {
    const tells = [...this.#state.tells.values()].map(({ event }) => event);
    const events = [...tells, ...this.#state.decisions.values()];
    return events.map((event) => `${JSON.stringify(event)}\n`).join("");
  }

  async #judge(
    candidates: readonly Candidate[],
    policy: Policy,
    job: JobOptions,
  ): Promise<StudyResult<Judged>[]> {
    const { context } = this.spec;
    const surrogate = this.#surrogate;
    const isCurrent = (): boolean => surrogate === this.#surrogate;
    const results = await surrogate
      .assess(candidates, { ...job, context })
      .catch((error: unknown) => {
        if (isCurrent()) throw error;
        return [];
      });
    // In slices: with many tells and objectives a thousand candidates take seconds, and others wait for this thread.
    const judged = await inTurns(isCurrent() ? results : [], systemClock, async (result) =>
      result.ok
        ? { ok: true as const, ...judge(this.#state, this.#columns, result.assessment, policy) }
        : result,
    );
    // The model was changed meanwhile: its queue was closed, and what was learnt since is about the other one.
    return isCurrent() ? judged : this.#judge(candidates, policy, job);
  }

  async #decideOne({ score }: Judged): Promise<Decision> {
    const { spec, tells, recent } = this.#state;
    const { hash, acquisition, feasibility, trust } = score;
    // Asked again before its outcome is there: the promotion stands, and holds one place in the budget.
    const promotion = this.#state.promotionOf(hash);
    if (promotion !== undefined) {
      const { verdict, reason, isAudit } = promotion;
      return { verdict, reason, isAudit };
    }
    const isKnown = tells.has(hash);
    const decision = decide({
      policy: spec.policy,
      acquisition,
      recent,
      feasibility,
      trust: trust.state,
      numTold: tells.size,
      warmupTells: spec.warmupTells,
      hasIncumbent: this.#state.incumbents().front.length > 0,
      isKnown,
      budgetLeft: this.#state.budgetLeft(),
      numAwaited: this.#state.numAwaited,
      numDecided: this.#state.decisions.size,
      auditShare: spec.auditShare,
      auditDraw: new Random("audit", spec.seed, hash).float(),
    });
    if (isKnown) return decision;
    await this.#record({
      type: "decided",
      hash,
      ...decision,
      acquisition,
      forecasts: forecastsOf(score, this.#state),
    });
    return decision;
  }

  #recordTell(
    { assessment, raw, costs, score }: Judged,
    values: number[] | undefined,
    failure: string,
  ): Promise<void> {
    const { hash, kind, text } = assessment;
    return this.#record({
      type: "told",
      hash,
      kind,
      text,
      ...(values === undefined ? { failure } : { values }),
      raw: raw.map(({ median, std }) => ({ median, std })),
      version: this.#state.version,
      forecasts: forecastsOf(score, this.#state),
      ...(values === undefined ? {} : { pit: pitOf(costs, values, this.spec.objectives) }),
    });
  }

  async #swap(tuned: TunedPredictor): Promise<void> {
    const [surrogate, old] = [this.#surrogate, this.#tuned];
    this.#surrogate = this.#base.withPredictor(tuned);
    this.#tuned = tuned;
    await this.#letGo(surrogate, old);
    const previous = this.#state.tunings.filter(({ accepted }) => accepted).at(-2);
    if (previous !== undefined && this.#tuner !== undefined) {
      discard(this.#tuner, this.spec.id, previous.version);
    }
  }

  /** Answers what was asked of a tuned model, then frees it. */
  async #letGo(surrogate: Surrogate, tuned: TunedPredictor | undefined): Promise<void> {
    if (tuned === undefined) return;
    await surrogate.close();
    tuned.dispose();
  }

  async #record(event: DecidedEvent | ToldEvent | TunedEvent): Promise<void> {
    requireReadable(event);
    // Written before it counts: what a client was told survives a restart.
    await this.#log?.append(event);
    this.#state.apply(event);
  }

  /** Runs one change after the other. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(change);
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }
}

/** Where each told value lies in what was predicted, 0 .. 1 from small to large. */
function pitOf(
  costs: readonly PredictiveSketch[],
  values: readonly number[],
  objectives: readonly Objective[],
): number[] {
  return objectives.map((objective, i) => {
    const below = costs[i]!.below(toCost(values[i]!, objective));
    return objective.goal === "min" ? below : 1 - below;
  });
}

const scoreOf = (result: StudyResult<Judged>): StudyResult<StudyScore> =>
  result.ok ? { ok: true, ...result.score } : result;

/** Those that can be scored, the most promising first. */
function byPromise(results: readonly StudyResult<StudyScore>[]): { index: number; hash: string }[] {
  return (
    results
      .flatMap((result, index) => {
        if (!result.ok) return [];
        const { acquisition, expectedImprovement: gain, feasibility, hash } = result;
        // Improvements are worth their chance of coming about; what is no improvement stays what it is.
        const promise = acquisition > 0 ? acquisition * feasibility : acquisition;
        return [{ index, hash, promise, gain }];
      })
      // Several may be certain to improve: then the one that improves more.
      .toSorted((a, b) => b.promise - a.promise || b.gain - a.gain || a.index - b.index)
  );
}

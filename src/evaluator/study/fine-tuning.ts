// Fine-tuning of one study in the background: starts an attempt, compares, swaps the model. The study answers
// with the present model all the while.

import { messageOf } from "../../core/index.ts";
import { PredictiveSketch } from "../sketch.ts";
import { costSketch } from "./cost.ts";
import type { TunedEvent } from "./events.ts";
import type { StudyState } from "./state.ts";
import { StudyError } from "./study-error.ts";
import type { TunedPredictor, Tuner } from "./tuner.ts";
import {
  compareModels,
  type Foretold,
  isHeldBack,
  splitTells,
  tellsUntilTuning,
  tooFew,
} from "./tuning.ts";

/** What an attempt may do to its study. */
export interface TunedStudy {
  /** Runs between decisions and tells, never beside one. */
  inTurn<T>(change: () => Promise<T>): Promise<T>;
  record(event: TunedEvent): Promise<void>;
  /** From now on this model answers. */
  swap(predictor: TunedPredictor): Promise<void>;
}

export interface TuningReport {
  /** The model that answers: 0 is the bundle. */
  readonly version: number;
  readonly isRunning: boolean;
  readonly last: Omit<TunedEvent, "type" | "raw"> | undefined;
}

type Raw = { readonly median: number; readonly std: number }[];

/** The attempts of one study, one at a time. */
export class FineTuner {
  readonly #tuner: Tuner;
  readonly #state: StudyState;
  readonly #columns: readonly number[];
  readonly #study: TunedStudy;
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;

  constructor(tuner: Tuner, state: StudyState, columns: readonly number[], study: TunedStudy) {
    this.#tuner = tuner;
    this.#state = state;
    this.#columns = columns;
    this.#study = study;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Starts an attempt where enough was told since the last one. */
  startIfDue(): void {
    const { fineTuning } = this.#state.spec;
    if (fineTuning.kind === "none" || this.isRunning) return;
    if (tellsUntilTuning(this.#state, fineTuning) > 0) return;
    const { training, numHeldBack } = splitTells(this.#state, fineTuning);
    if (tooFew(training.length, numHeldBack) === undefined) this.#begin();
  }

  /** @throws {StudyError} FINE_TUNING where one is running, or there is too little to learn from. */
  start(): number {
    if (this.isRunning)
      throw new StudyError("FINE_TUNING", "this study is being fine-tuned already");
    const { fineTuning } = this.#state.spec;
    if (fineTuning.kind === "none") {
      const hint = "give the study fineTuning: { kind: lora }";
      throw new StudyError("FINE_TUNING", "this study is not to be fine-tuned", hint);
    }
    const { training, numHeldBack } = splitTells(this.#state, fineTuning);
    const reason = tooFew(training.length, numHeldBack);
    if (reason !== undefined) throw new StudyError("FINE_TUNING", `too few tells: ${reason}`);
    return this.#begin();
  }

  /** Resolves when no attempt is running. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Gives up a running attempt: it is begun anew after a restart. */
  async close(): Promise<void> {
    this.#abort.abort(new Error("the study was closed"));
    await this.#running;
  }

  #begin(): number {
    const version = (this.#state.tunings.at(-1)?.version ?? 0) + 1;
    const running = this.#attempt(version).finally(() => {
      this.#running = undefined;
    });
    this.#running = running;
    return version;
  }

  async #attempt(version: number): Promise<void> {
    const numTells = this.#state.succeeded().length;
    try {
      await this.#tune(version, numTells);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      // Accepted and written: it answers, whatever went wrong behind it.
      if (this.#isTaken(version)) return warn(`fine-tuning ${version}`, error);
      const reason = `failed: ${messageOf(error).slice(0, 500)}`;
      const event: TunedEvent = { type: "tuned", version, accepted: false, reason, numTells };
      // Where the log itself fails, the next tell says so to its caller.
      await this.#study.inTurn(() => this.#study.record(event)).catch(() => {});
    } finally {
      if (!this.#isTaken(version)) discard(this.#tuner, this.#state.spec.id, version);
    }
  }

  #isTaken(version: number): boolean {
    return this.#state.version === version;
  }

  async #tune(version: number, numTells: number): Promise<void> {
    const { spec } = this.#state;
    if (spec.fineTuning.kind === "none") return;
    const { kind: method, heldBackShare } = spec.fineTuning;
    const { training } = splitTells(this.#state, spec.fineTuning);
    const rows = training.map(({ event }) => ({ text: event.text, values: event.values! }));
    const { signal } = this.#abort;
    await this.#tuner.tune({
      study: spec.id,
      version,
      method,
      seed: spec.seed + version,
      rows,
      signal,
    });
    signal.throwIfAborted();
    const predictor = await this.#tuner.open(spec.id, version);
    const trained = new Set(training.map(({ event }) => event.hash));
    const raw = new Map<string, Raw>();
    try {
      // Most of it before the turn: decisions must not wait for it.
      await this.#foretell(predictor, trained, raw);
      await this.#study.inTurn(async () => {
        await this.#foretell(predictor, trained, raw);
        const after = this.#foretold(raw);
        const before = spec.objectives.map((_, i) => this.#state.observations(i));
        const isJudge = (hash: string): boolean => isHeldBack(hash, heldBackShare);
        const compared = compareModels(before, after, isJudge, spec.correction);
        const taken = compared.accepted ? { raw: Object.fromEntries(raw) } : {};
        const model = predictor.id;
        await this.#study.record({
          type: "tuned",
          version,
          numTells,
          model,
          ...compared,
          ...taken,
        });
        if (compared.accepted) await this.#study.swap(predictor);
      });
    } finally {
      if (!this.#isTaken(version)) predictor.dispose();
    }
  }

  /** Asks the tuned model about every tell that it was not trained on and has not been asked about. */
  async #foretell(
    predictor: TunedPredictor,
    trained: ReadonlySet<string>,
    raw: Map<string, Raw>,
  ): Promise<void> {
    const asked = this.#state
      .succeeded()
      .filter(({ event: { hash } }) => !trained.has(hash) && !raw.has(hash));
    for (let at = 0; at < asked.length; at += PREDICT_ROWS) {
      const tells = asked.slice(at, at + PREDICT_ROWS);
      const answers = await predictor.predict(tells.map(({ event }) => event.text));
      tells.forEach(({ event }, row) => raw.set(event.hash, this.#rawOf(answers[row]!)));
    }
  }

  #rawOf(numbers: Awaited<ReturnType<TunedPredictor["predict"]>>[number]): Raw {
    return this.#state.spec.objectives.map((objective, i) => {
      const sketch = PredictiveSketch.of(numbers[this.#columns[i]!]!);
      const { median, std } = costSketch(sketch, objective);
      return { median, std };
    });
  }

  #foretold(raw: ReadonlyMap<string, Raw>): Foretold[] {
    return this.#state.spec.objectives.map((_, objective) =>
      this.#state.succeeded().flatMap(({ event: { hash }, features, costs }) => {
        const own = raw.get(hash)?.[objective];
        return own === undefined ? [] : [{ hash, features, ...own, cost: costs[objective]! }];
      }),
    );
  }
}

const PREDICT_ROWS = 16;

/** Forgets a stored model. One that cannot be removed costs disk space, and nobody an answer. */
export function discard(tuner: Tuner, study: string, version: number): void {
  try {
    tuner.discard(study, version);
  } catch (error) {
    warn(`tuned model ${version} of ${study} stays stored`, error);
  }
}

function warn(what: string, error: unknown): void {
  process.emitWarning(`${what}: ${messageOf(error)}`);
}

/** What a report says of fine-tuning; undefined where it was not asked for. */
export function tuningReportOf(state: StudyState, isRunning: boolean): TuningReport | undefined {
  if (state.spec.fineTuning.kind === "none") return undefined;
  const last = state.tunings.at(-1);
  if (last === undefined) return { version: state.version, isRunning, last };
  const { type: _, raw: __, ...shown } = last;
  return { version: state.version, isRunning, last: shown };
}

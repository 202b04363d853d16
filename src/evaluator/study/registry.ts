// All studies of a service: kept in memory, written to a store where there is one, taken up again from it.

import type { Journal } from "../../checkpoint/index.ts";
import { canonicalJson } from "../../core/index.ts";
import type { Surrogate } from "../surrogate.ts";
import { openStudy, parseStudySpec, resumeStudy } from "./open.ts";
import type { Study } from "./study.ts";
import { StudyError } from "./study-error.ts";
import type { Tuner } from "./tuner.ts";

/** Where the logs of studies are kept. */
export interface StudyStore {
  /** Ids of the studies that have a log. */
  ids(): readonly string[];
  /** Opens a study's log, an empty one where there is none. Ids hold letters, digits, dot, dash, underscore. */
  open(id: string): Journal;
}

const MAX_STUDIES = 1000;

/** Finds, creates and resumes studies. */
export class StudyRegistry {
  readonly #surrogate: Surrogate;
  readonly #store: StudyStore | undefined;
  readonly #tuner: Tuner | undefined;
  readonly #studies = new Map<string, Study>();
  #lastTurn: Promise<unknown> = Promise.resolve();

  private constructor(surrogate: Surrogate, store?: StudyStore, tuner?: Tuner) {
    this.#surrogate = surrogate;
    this.#store = store;
    this.#tuner = tuner;
  }

  /**
   * Takes up the studies that are stored.
   * @throws {CorruptError} where a stored log is damaged.
   */
  static async open(
    surrogate: Surrogate,
    store?: StudyStore,
    tuner?: Tuner,
  ): Promise<StudyRegistry> {
    const registry = new StudyRegistry(surrogate, store, tuner);
    for (const id of store?.ids() ?? []) {
      const log = store!.open(id);
      // A log without a record is a study whose creation was never confirmed.
      if (log.records.length === 0) log.close();
      else registry.#studies.set(id, await resumeStudy(surrogate, log.records, log, tuner));
    }
    return registry;
  }

  list(): readonly Study[] {
    return [...this.#studies.values()];
  }

  /** @throws {StudyError} STUDY_UNKNOWN. */
  get(id: string): Study {
    const study = this.#studies.get(id);
    if (study !== undefined) return study;
    throw new StudyError("STUDY_UNKNOWN", "there is no such study", "POST /v1/studies makes one");
  }

  /**
   * Makes a study. The same specification again gives the study that is there.
   * @throws {StudyError} STUDY_EXISTS where the id has another specification.
   */
  create(input: unknown): Promise<{ study: Study; isNew: boolean }> {
    // One after the other: two requests for one id must not both make it.
    const turn = this.#lastTurn.then(() => this.#create(input));
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  async #create(input: unknown): Promise<{ study: Study; isNew: boolean }> {
    const spec = parseStudySpec(input);
    const known = this.#studies.get(spec.id);
    if (known !== undefined) {
      if (canonicalJson(known.spec) === canonicalJson(spec)) return { study: known, isNew: false };
      const message = `study ${spec.id} has another specification`;
      throw new StudyError("STUDY_EXISTS", message, "choose another id");
    }
    if (this.#studies.size >= MAX_STUDIES) {
      throw new StudyError("STUDY_LIMIT", `there are ${MAX_STUDIES} studies already`);
    }
    const study = await openStudy(
      this.#surrogate,
      spec,
      () => this.#store?.open(spec.id),
      this.#tuner,
    );
    this.#studies.set(spec.id, study);
    return { study, isNew: true };
  }

  /** Gives up what runs in the background. */
  async close(): Promise<void> {
    await Promise.all(this.list().map((study) => study.close()));
  }
}

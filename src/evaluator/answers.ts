// Answers of the model by key: from the cache, from a question that someone else has asked already, or
// from the next batch.

import type { Clock } from "../core/index.ts";
import { type BatchEvents, Batcher, type BatchingOptions, type JobOptions } from "./batcher.ts";
import { LruCache } from "./lru.ts";
import type { Predictor } from "./predictor.ts";
import { PredictiveSketch } from "./sketch.ts";

/** One sketch per objective, or why this text has no answer. */
export type AnswerResult = readonly PredictiveSketch[] | Error;

export interface Answer {
  readonly result: AnswerResult;
  readonly isCached: boolean;
}

export interface Question {
  /** Equal keys have equal answers. */
  readonly key: string;
  readonly text: string;
  readonly tokens: number;
}

/** The model behind a batcher and a cache. */
export class Answers {
  readonly #cache: LruCache<readonly PredictiveSketch[]>;
  readonly #batcher: Batcher<AnswerResult>;
  readonly #inFlight = new Map<string, Promise<AnswerResult>>();
  #cacheHits = 0;
  #cacheMisses = 0;

  constructor(
    predictor: Predictor,
    cacheEntries: number,
    batching: (BatchingOptions & BatchEvents) | undefined,
    clock: Clock,
  ) {
    this.#cache = new LruCache(cacheEntries);
    this.#batcher = new Batcher(
      async (texts) => (await predictor.predict(texts)).map(sketchAll),
      batching,
      clock,
    );
  }

  /**
   * Answers all questions, by key.
   * @throws {OverloadedError} when the new ones do not fit into the queue; then none is asked.
   */
  async get(questions: readonly Question[], job: JobOptions): Promise<Map<string, Answer>> {
    const answers = new Map<string, Answer>();
    const shared = new Map<string, Promise<AnswerResult>>();
    const fresh = new Map<string, Question>();
    for (const question of questions) {
      const { key } = question;
      // Once each: a promise that the next of its key takes the place of would have no listener.
      if (answers.has(key) || shared.has(key) || fresh.has(key)) continue;
      const cached = this.#cache.get(key);
      const asked = this.#inFlight.get(key);
      if (cached !== undefined) answers.set(key, { result: cached, isCached: true });
      // If its first asker gives up, the question is asked again for us.
      else if (asked !== undefined) {
        shared.set(
          key,
          asked.catch(async () => (await this.#ask([question], job))[0]!),
        );
      } else fresh.set(key, question);
    }
    this.#cacheHits += answers.size;
    this.#cacheMisses += fresh.size;
    // Together, so that a rejection of one is never left without a listener.
    const [own, others] = await Promise.all([
      this.#ask([...fresh.values()], job),
      Promise.all(shared.values()),
    ]);
    [...fresh.keys()].forEach((key, i) => answers.set(key, { result: own[i]!, isCached: false }));
    [...shared.keys()].forEach((key, i) =>
      answers.set(key, { result: others[i]!, isCached: false }),
    );
    return answers;
  }

  stats(): { cacheHits: number; cacheMisses: number; cacheEntries: number; numQueued: number } {
    return {
      cacheHits: this.#cacheHits,
      cacheMisses: this.#cacheMisses,
      cacheEntries: this.#cache.size,
      numQueued: this.#batcher.numQueued,
    };
  }

  get numQueued(): number {
    return this.#batcher.numQueued;
  }

  /** @throws {OverloadedError} where so many more would not fit into the queue. */
  requireRoom(numMore: number): void {
    this.#batcher.requireRoom(numMore);
  }

  close(): Promise<void> {
    return this.#batcher.close();
  }

  async #ask(questions: readonly Question[], job: JobOptions): Promise<AnswerResult[]> {
    if (questions.length === 0) return [];
    const batch = this.#batcher.submit(questions, job);
    questions.forEach(({ key }, i) =>
      this.#share(
        key,
        batch.then((results) => results[i]!),
      ),
    );
    const results = await batch;
    questions.forEach(({ key }, i) => {
      const result = results[i]!;
      if (!(result instanceof Error)) this.#cache.set(key, result);
    });
    return results;
  }

  #share(key: string, answer: Promise<AnswerResult>): void {
    this.#inFlight.set(key, answer);
    const forget = (): void => {
      if (this.#inFlight.get(key) === answer) this.#inFlight.delete(key);
    };
    answer.then(forget, forget);
  }
}

/** A text whose answer is no number gets an error of its own; the rest of its batch is fine. */
function sketchAll(numbers: Awaited<ReturnType<Predictor["predict"]>>[number]): AnswerResult {
  try {
    return numbers.map((number) => PredictiveSketch.of(number));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

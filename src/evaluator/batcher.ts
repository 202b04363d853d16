// Dynamic batching: callers come one at a time, the model works best on many. Whatever arrives while a
// batch is running goes into the next one; the queue is bounded, and a full one says when to come back.

import { AuspexError, type Clock, EXIT, systemClock, UnavailableError } from "../core/index.ts";

export interface BatchingOptions {
  /** How long an idle model waits for company of the first text, in milliseconds; not where the last one came alone. */
  readonly maxDelayMs?: number;
  /** Largest batch, in tokens (a longer single text still runs, alone): what comes while one runs waits for its end. */
  readonly maxBatchTokens?: number;
  /** Largest batch, in texts. */
  readonly maxBatchSize?: number;
  /** Texts that may wait; more are refused with OverloadedError. */
  readonly maxQueued?: number;
}

/** The queue is full. Come back after `retryAfterMs`. */
export class OverloadedError extends AuspexError {
  readonly retryAfterMs: number;

  constructor(numQueued: number, retryAfterMs: number) {
    super("OVERLOADED", EXIT.paused, `${numQueued} candidates are waiting already`, {
      hint: `try again in ${Math.ceil(retryAfterMs / 1000)} s, or send fewer at a time`,
    });
    this.retryAfterMs = retryAfterMs;
  }
}

/** The caller's time ran out while its candidate was waiting. */
export class DeadlineError extends AuspexError {
  constructor() {
    super("DEADLINE", EXIT.paused, "the deadline passed before the model got to this candidate");
  }
}

export interface JobOptions {
  /** Work of `high` priority overtakes `low`. Default: high. */
  readonly priority?: "high" | "low" | undefined;
  /** On the batcher's clock. A job that still waits then is dropped with DeadlineError. */
  readonly deadlineMs?: number | undefined;
  /** A job that still waits when this aborts is dropped with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

interface Job<R> extends JobOptions {
  readonly text: string;
  readonly tokens: number;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
}

export interface BatchEvents {
  /** Called after each batch. */
  onBatch?(size: number, tokens: number, durationMs: number): void;
}

/** Collects texts into batches for `run`, which is never called twice at a time. */
export class Batcher<R> {
  readonly #run: (texts: readonly string[]) => Promise<readonly R[]>;
  readonly #options: Required<BatchingOptions>;
  readonly #clock: Clock;
  readonly #events: BatchEvents;
  readonly #high: Job<R>[] = [];
  readonly #low: Job<R>[] = [];
  #isRunning = false;
  #isScheduled = false;
  #isClosed = false;
  #msPerToken = 0.02;
  /** Whether texts have been coming alone: then waiting for others gains nothing. */
  #isLonely = false;
  #onIdle: (() => void)[] = [];

  constructor(
    run: (texts: readonly string[]) => Promise<readonly R[]>,
    options: BatchingOptions & BatchEvents = {},
    clock: Clock = systemClock,
  ) {
    this.#run = run;
    this.#options = { maxDelayMs: 1, maxBatchTokens: 4096, maxBatchSize: 256, maxQueued: 4096 };
    this.#options = { ...this.#options, ...definedOnly(options) };
    this.#events = options;
    this.#clock = clock;
  }

  get numQueued(): number {
    return this.#high.length + this.#low.length;
  }

  /** @throws {OverloadedError} where so many more would not fit into the queue. */
  requireRoom(numMore: number): void {
    if (this.numQueued + numMore <= this.#options.maxQueued) return;
    throw new OverloadedError(this.numQueued, this.#waitMs());
  }

  /**
   * Queues texts, all or none, and resolves to their results.
   * @throws {OverloadedError} at once, when they do not fit into the queue.
   */
  async submit(
    items: readonly { readonly text: string; readonly tokens: number }[],
    options: JobOptions = {},
  ): Promise<R[]> {
    if (this.#isClosed) throw new UnavailableError("the evaluator is shutting down");
    this.requireRoom(items.length);
    const queue = options.priority === "low" ? this.#low : this.#high;
    const results = items.map(
      (item) =>
        new Promise<R>((resolve, reject) => {
          queue.push({ ...options, ...item, resolve, reject });
        }),
    );
    this.#schedule();
    return Promise.all(results);
  }

  /** Takes nothing new; resolves when everything that was queued has been answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (!this.#isRunning && this.numQueued === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle.push(resolve);
    });
  }

  /** How long the present queue takes at the speed of the last batches, at least half a second. */
  #waitMs(): number {
    let tokens = 0;
    for (const job of this.#high) tokens += job.tokens;
    for (const job of this.#low) tokens += job.tokens;
    return Math.max(500, tokens * this.#msPerToken);
  }

  #schedule(): void {
    if (this.#isRunning || this.#isScheduled || this.numQueued === 0) return;
    this.#isScheduled = true;
    // A full batch gains nothing by waiting.
    const isFull = this.numQueued >= this.#options.maxBatchSize;
    const delayMs = isFull || this.#isLonely ? 0 : this.#options.maxDelayMs;
    this.#clock.after(delayMs, () => {
      this.#isScheduled = false;
      void this.#runNext();
    });
  }

  async #runNext(): Promise<void> {
    const batch = this.#take();
    if (batch.length > 0) {
      this.#isRunning = true;
      const startMs = this.#clock.nowMs();
      try {
        const results = await this.#run(batch.map((job) => job.text));
        batch.forEach((job, i) => job.resolve(results[i]!));
      } catch (error) {
        for (const job of batch) job.reject(error);
      }
      this.#isRunning = false;
      this.#note(batch, this.#clock.nowMs() - startMs);
    }
    if (this.numQueued > 0) {
      this.#schedule();
    } else {
      for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  #note(batch: readonly Job<R>[], durationMs: number): void {
    const tokens = batch.reduce((sum, job) => sum + job.tokens, 0);
    this.#isLonely = batch.length === 1 && this.numQueued === 0;
    this.#msPerToken = 0.8 * this.#msPerToken + (0.2 * durationMs) / Math.max(1, tokens);
    this.#events.onBatch?.(batch.length, tokens, durationMs);
  }

  /** Takes the next batch, high priority first, answering on the way those who no longer wait. */
  #take(): Job<R>[] {
    const batch: Job<R>[] = [];
    let tokens = 0;
    for (const queue of [this.#high, this.#low]) {
      let numTaken = 0;
      for (const job of queue) {
        if (isGone(job, this.#clock.nowMs())) {
          numTaken++;
          continue;
        }
        const fits = tokens + job.tokens <= this.#options.maxBatchTokens;
        if (batch.length >= this.#options.maxBatchSize || (batch.length > 0 && !fits)) break;
        batch.push(job);
        tokens += job.tokens;
        numTaken++;
      }
      queue.splice(0, numTaken);
      if (queue.length > 0) break;
    }
    return batch;
  }
}

/** Rejects a job whose caller gave up or whose time ran out. */
function isGone<R>(job: Job<R>, nowMs: number): boolean {
  if (job.signal?.aborted === true) {
    job.reject(job.signal.reason);
    return true;
  }
  if (job.deadlineMs !== undefined && nowMs >= job.deadlineMs) {
    job.reject(new DeadlineError());
    return true;
  }
  return false;
}

function definedOnly<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}

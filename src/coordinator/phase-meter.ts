// How long each phase of a step took, as the coordinator sees it. Workers overlap, so the phases of one step
// may add up to more than the step; each is what the slowest worker needed.

import type { Clock } from "../core/index.ts";
import type { HeldLease } from "./member.ts";

export interface StepPhases {
  /** From publishing the parameters that the step starts from until the last worker had them. */
  readonly downloadMs: number;
  /** From a lease, and the parameters, until its last microshard was computed; the longest sum of one worker. */
  readonly computeMs: number;
  /** From there until its last gradient was here; the longest sum of one worker. */
  readonly uploadMs: number;
  /** Adding gradients up. */
  readonly reduceMs: number;
  /** Clipping, the optimizer, and handing its results on. */
  readonly applyMs: number;
  /** Until the step was on disk and its parameters could go out; the optimizer works meanwhile. */
  readonly journalMs: number;
}

export class PhaseMeter {
  readonly #clock: Clock;
  readonly #byWorker = new Map<string, { computeMs: number; uploadMs: number }>();
  #publishedAtMs = 0;
  #downloadMs = 0;
  #reduceMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onPublished(): void {
    this.#publishedAtMs = this.#clock.nowMs();
    this.#downloadMs = 0;
  }

  /** A worker has the newest parameters. */
  onDelivered(): void {
    this.#downloadMs = this.#clock.nowMs() - this.#publishedAtMs;
  }

  /** A new piece of work begins. */
  onWork(): void {
    this.#byWorker.clear();
    this.#reduceMs = 0;
  }

  /** A worker delivered all of its lease. */
  onLeaseDone(worker: string, lease: HeldLease): void {
    const nowMs = this.#clock.nowMs();
    // A piece may leave before the last microshard is computed, and a report may be lost: the later of both.
    const computedAtMs = Math.max(
      lease.startableAtMs,
      lease.computedAtMs ?? 0,
      lease.firstPieceAtMs ?? 0,
    );
    const sum = this.#byWorker.get(worker) ?? { computeMs: 0, uploadMs: 0 };
    this.#byWorker.set(worker, {
      computeMs: sum.computeMs + computedAtMs - lease.startableAtMs,
      uploadMs: sum.uploadMs + nowMs - computedAtMs,
    });
  }

  reducing<T>(run: () => T): T {
    const startMs = this.#clock.nowMs();
    const result = run();
    this.#reduceMs += this.#clock.nowMs() - startMs;
    return result;
  }

  /** Of the step that was collected last. Ask before the next parameters are published. */
  phases(commit: Pick<StepPhases, "applyMs" | "journalMs">): StepPhases {
    const workers = [...this.#byWorker.values()];
    return {
      downloadMs: this.#downloadMs,
      computeMs: Math.max(0, ...workers.map(({ computeMs }) => computeMs)),
      uploadMs: Math.max(0, ...workers.map(({ uploadMs }) => uploadMs)),
      reduceMs: this.#reduceMs,
      ...commit,
    };
  }
}

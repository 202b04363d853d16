// Where a run stands, folded from its events: the same for a coordinator that lives and for a directory that
// it left behind.

import type { RunView } from "../../coordinator/index.ts";
import type { RunEvent, StampedEvent, StepEvent } from "./events.ts";
import { type Point, Series } from "./series.ts";

type EventOf<Kind extends RunEvent["event"]> = Extract<StampedEvent, { readonly event: Kind }>;

export interface WorkerStatus {
  readonly name: string;
  /** `unknown`: read from the events alone. */
  readonly phase: RunView["workers"][number]["phase"] | "unknown";
  readonly joinedAt: string;
  readonly numericClass: string;
  readonly numLeases: number;
  readonly numExpired: number;
  readonly computedMicroshards: number | null;
  readonly msPerMicroshard: number | null;
  readonly silentMs: number | null;
  readonly lease: NonNullable<RunView["workers"][number]["lease"]> | null;
}

export interface Alert {
  readonly t: string;
  readonly code: string;
  readonly severity: "warning" | "error";
  readonly text: string;
}

/** What `/status` answers and `auspex status --json` prints. */
export interface RunStatus {
  /** `live`: from the coordinator; `events`: from the run directory. */
  readonly source: "live" | "events";
  readonly phase: "starting" | "training" | "paused" | "done" | "stopped" | "failed";
  /** Why it is paused, stopped or failed. */
  readonly reason: string | null;
  readonly run: Omit<EventOf<"started">, "event" | "t"> | null;
  readonly startedAt: string | null;
  /** Of the newest event. */
  readonly updatedAt: string | null;
  readonly step: number;
  readonly numSteps: number;
  readonly newest: Omit<StepEvent, "event" | "t"> | null;
  readonly work: RunView["work"] | null;
  readonly validation: { readonly step: number; readonly loss: number | null } | null;
  /** Newest loss of each task, from whichever step had it. */
  readonly taskLosses: Readonly<Record<string, number>>;
  readonly workers: readonly WorkerStatus[];
  readonly leases: {
    readonly issued: number;
    /** Leases of microshards that had been leased before. */
    readonly reissued: number;
    readonly expired: number;
    readonly backedUp: number;
  };
  readonly numTokens: number;
  readonly numSkippedSteps: number;
  readonly checkpoint: {
    readonly step: number;
    readonly durationMs: number;
    readonly t: string;
  } | null;
  /** The newest, newest first. */
  readonly alerts: readonly Alert[];
  /** All, by code; of `events` those that were written. */
  readonly alertCounts: Readonly<Record<string, number>>;
  readonly curves: {
    readonly loss: readonly Point[];
    readonly validation: readonly Point[];
    readonly tokensPerSecond: readonly Point[];
    readonly tasks: Readonly<Record<string, readonly Point[]>>;
  };
}

const MAX_ALERTS = 50;
/** Tasks that get a curve of their own; of all others the newest loss is known. */
const MAX_TASK_CURVES = 64;

interface KnownWorker {
  readonly joinedAt: string;
  readonly numericClass: string;
  numLeases: number;
  numExpired: number;
}

interface NamedWorker extends KnownWorker {
  /** A worker that was started again under its name joins before the one before is missed. */
  numSessions: number;
}

export class RunState {
  readonly #workers = new Map<string, NamedWorker>();
  readonly #leases = { issued: 0, reissued: 0, expired: 0, backedUp: 0 };
  readonly #alertCounts = new Map<string, number>();
  readonly #taskLosses = new Map<string, number>();
  readonly #taskCurves = new Map<string, Series>();
  readonly #loss = new Series();
  readonly #validationLoss = new Series();
  readonly #tokensPerSecond = new Series();
  #alerts: Alert[] = [];
  #phase: RunStatus["phase"] = "starting";
  #reason: string | null = null;
  #started: EventOf<"started"> | undefined;
  #updatedAt: string | null = null;
  #step = 0;
  #newest: EventOf<"step"> | undefined;
  #numCountedSteps = 0;
  #numTokens = 0;
  #numSkippedSteps = 0;
  #validation: RunStatus["validation"] = null;
  #checkpoint: RunStatus["checkpoint"] = null;

  apply(event: StampedEvent): void {
    this.#updatedAt = event.t;
    switch (event.event) {
      case "started":
        return this.#onStarted(event);
      case "joined": {
        const { worker, t: joinedAt, numericClass } = event;
        const numSessions = 1 + (this.#workers.get(worker)?.numSessions ?? 0);
        const counts = { numLeases: 0, numExpired: 0, numSessions };
        this.#workers.set(worker, { joinedAt, numericClass, ...counts });
        return;
      }
      case "left":
        this.#ofWorker(event.worker, (worker) => worker.numSessions--);
        if (this.#workers.get(event.worker)?.numSessions === 0) this.#workers.delete(event.worker);
        return;
      case "lease-issued":
        return this.#onLease(event);
      case "lease-expired":
        this.#leases.expired++;
        this.#ofWorker(event.worker, (worker) => worker.numExpired++);
        return;
      case "lease-reissued":
        return;
      case "lease-backed-up":
        this.#leases.backedUp++;
        return;
      case "step":
        return this.#onStep(event);
      case "evaluation":
        this.#validation = { step: event.step, loss: event.loss };
        this.#validationLoss.add(event.step, event.loss);
        return;
      case "checkpoint":
        this.#checkpoint = { step: event.step, durationMs: event.durationMs, t: event.t };
        return;
      case "alert":
        return this.#onAlert(event);
      case "paused":
        this.#become("paused", event.reason);
        return;
      case "continued":
        this.#become("training", null);
        return;
      case "ended":
        this.#step = event.step;
        this.#become(event.outcome, event.outcome === "done" ? null : event.reason);
        return;
      default:
        event satisfies never;
    }
  }

  /** One more alert; for those of which there were too many to be written. */
  countAlert(code: string): void {
    this.#alertCounts.set(code, (this.#alertCounts.get(code) ?? 0) + 1);
  }

  /** @param view What the coordinator sees at this moment; absent where none is asked. */
  status(view?: RunView): RunStatus {
    const started = this.#started;
    return {
      source: view === undefined ? "events" : "live",
      phase: this.#phase,
      reason: this.#reason,
      run: started === undefined ? null : withoutStamp(started),
      startedAt: started?.t ?? null,
      updatedAt: this.#updatedAt,
      step: this.#step,
      numSteps: started?.numSteps ?? 0,
      newest: this.#newest === undefined ? null : withoutStamp(this.#newest),
      work: view?.work ?? null,
      validation: this.#validation,
      taskLosses: Object.fromEntries(this.#taskLosses),
      workers: this.#workerStatuses(view),
      leases: { ...this.#leases },
      numTokens: this.#numTokens,
      numSkippedSteps: this.#numSkippedSteps,
      checkpoint: this.#checkpoint,
      alerts: this.#alerts,
      alertCounts: Object.fromEntries(this.#alertCounts),
      curves: {
        loss: this.#loss.points,
        validation: this.#validationLoss.points,
        tokensPerSecond: this.#tokensPerSecond.points,
        tasks: Object.fromEntries(
          [...this.#taskCurves].map(([task, series]) => [task, series.points]),
        ),
      },
    };
  }

  #onStarted(event: EventOf<"started">): void {
    this.#started = event;
    this.#step = event.fromStep;
    this.#workers.clear();
    this.#become("starting", null);
    const all = [this.#loss, this.#validationLoss, this.#tokensPerSecond];
    for (const series of [...all, ...this.#taskCurves.values()]) series.cutAfter(event.fromStep);
  }

  #onLease({ worker, attempt }: EventOf<"lease-issued">): void {
    this.#leases.issued++;
    if (attempt > 0) this.#leases.reissued++;
    this.#ofWorker(worker, (known) => known.numLeases++);
  }

  #onStep(event: EventOf<"step">): void {
    if (this.#phase !== "training") this.#become("training", null);
    this.#step = event.step;
    this.#newest = event;
    if (event.step > this.#numCountedSteps) {
      // A resumed run computes its last steps again; they count once.
      this.#numCountedSteps = event.step;
      this.#numTokens += event.numTokens;
      if (!event.applied) this.#numSkippedSteps++;
    }
    this.#loss.add(event.step, event.loss);
    this.#tokensPerSecond.add(event.step, event.tokensPerSecond);
    for (const [task, loss] of Object.entries(event.taskLosses)) {
      if (loss === null) continue;
      this.#taskLosses.set(task, loss);
      if (!this.#taskCurves.has(task) && this.#taskCurves.size < MAX_TASK_CURVES) {
        this.#taskCurves.set(task, new Series());
      }
      this.#taskCurves.get(task)?.add(event.step, loss);
    }
  }

  #onAlert({ t, code, severity, text }: EventOf<"alert">): void {
    this.#alerts = [{ t, code, severity, text }, ...this.#alerts].slice(0, MAX_ALERTS);
    this.countAlert(code);
  }

  #become(phase: RunStatus["phase"], reason: string | null): void {
    this.#phase = phase;
    this.#reason = reason;
  }

  #ofWorker(name: string, change: (worker: NamedWorker) => void): void {
    const worker = this.#workers.get(name);
    if (worker !== undefined) change(worker);
  }

  #workerStatuses(view: RunView | undefined): WorkerStatus[] {
    const live = new Map(view?.workers.map((worker) => [worker.name, worker]));
    return [...this.#workers]
      .map(([name, { numSessions: _numSessions, ...known }]) => {
        const seen = live.get(name);
        return {
          name,
          ...known,
          phase: seen?.phase ?? ("unknown" as const),
          computedMicroshards: seen?.computedMicroshards ?? null,
          msPerMicroshard: seen?.msPerMicroshard ?? null,
          silentMs: seen?.silentMs ?? null,
          lease: seen?.lease ?? null,
        };
      })
      .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  }
}

function withoutStamp<Event extends StampedEvent>(stamped: Event): Omit<Event, "event" | "t"> {
  const { event: _event, t: _t, ...rest } = stamped;
  return rest;
}

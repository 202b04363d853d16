// Looks at the deadlines, and tells silence of others from this process not hearing: while it stood still, or while it
// was cut off from the broker, nobody was silent. Says when there are too few workers, and when for too long.

import { AuspexError, type Clock, EXIT, type Timer } from "../core/index.ts";
import type { FleetEvent } from "./fleet-event.ts";
import type { Member } from "./member.ts";
import type { CoordinatorPolicy } from "./policy.ts";
import type { Roster } from "./roster.ts";

export interface WatchOptions {
  readonly roster: Roster;
  readonly clock: Clock;
  readonly policy: Pick<
    CoordinatorPolicy,
    "tickMs" | "heartbeatTimeoutMs" | "minWorkers" | "pauseTimeoutMs"
  >;
  readonly onEvent: (event: FleetEvent) => void;
  /** Deadlines are to be looked at. */
  readonly onTick: (nowMs: number) => void;
  /** It cannot go on, and has not been able to for long. */
  readonly onPause: (error: AuspexError) => void;
}

const CUT_OFF = "cut off from the broker";

export class Watch {
  readonly #options: WatchOptions;
  #timer: Timer | undefined;
  #isStopped = false;
  #suspendedSinceMs: number | undefined;
  #belowMinimumSinceMs: number | undefined;
  #lastFailure: string | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, policy } = this.#options;
    const dueMs = clock.nowMs() + policy.tickMs;
    this.#timer = clock.after(policy.tickMs, () => {
      const nowMs = clock.nowMs();
      this.#forgive(nowMs - dueMs);
      this.#onTick(nowMs);
      if (!this.#isStopped) this.start();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** The listener is cut off from all workers, or no longer. */
  onSuspended(isSuspended: boolean): void {
    const { clock, onEvent } = this.#options;
    const nowMs = clock.nowMs();
    const sinceMs = this.#suspendedSinceMs;
    if (isSuspended === (sinceMs !== undefined)) return;
    this.#suspendedSinceMs = isSuspended ? nowMs : undefined;
    if (sinceMs !== undefined) this.#forgive(nowMs - sinceMs);
    onEvent({ kind: isSuspended ? "paused" : "continued", reason: CUT_OFF });
  }

  /** For whoever wonders later why there are too few workers. */
  onFailure(text: string): void {
    this.#lastFailure = text;
  }

  isSilent({ lastSeenMs }: Member, nowMs: number): boolean {
    return nowMs - lastSeenMs >= this.#options.policy.heartbeatTimeoutMs;
  }

  /** Whether there are too few workers to give anything out. Says so when that changes. */
  isPaused(): boolean {
    const { roster, policy, clock, onEvent } = this.#options;
    const reason = `${roster.size} workers, minWorkers is ${policy.minWorkers}`;
    if (roster.size >= policy.minWorkers) {
      if (this.#belowMinimumSinceMs !== undefined) onEvent({ kind: "continued", reason });
      this.#belowMinimumSinceMs = undefined;
      return false;
    }
    if (this.#belowMinimumSinceMs === undefined) onEvent({ kind: "paused", reason });
    this.#belowMinimumSinceMs ??= clock.nowMs();
    return true;
  }

  #onTick(nowMs: number): void {
    const { policy, onTick } = this.#options;
    const suspendedSinceMs = this.#suspendedSinceMs;
    if (suspendedSinceMs !== undefined) {
      if (nowMs - suspendedSinceMs < policy.pauseTimeoutMs) return;
      return this.#pause(
        `${CUT_OFF} for ${policy.pauseTimeoutMs} ms`,
        "Does the broker run, and does it still let the coordinator in? Then resume the run.",
      );
    }
    onTick(nowMs);
    const sinceMs = this.#belowMinimumSinceMs;
    const lastWords = this.#lastFailure === undefined ? "" : `; one failed: ${this.#lastFailure}`;
    if (sinceMs !== undefined && nowMs - sinceMs >= policy.pauseTimeoutMs) {
      const text = `fewer than ${policy.minWorkers} workers for ${policy.pauseTimeoutMs} ms${lastWords}`;
      this.#pause(text, "Start workers, then resume the run.");
    }
  }

  /** While this process stood still it heard nobody: that time is no worker's silence. */
  #forgive(stoodStillMs: number): void {
    const { policy, roster } = this.#options;
    if (stoodStillMs < policy.tickMs) return;
    for (const member of roster) {
      member.lastSeenMs += stoodStillMs;
      if (member.lease !== undefined) member.lease.progressAtMs += stoodStillMs;
    }
  }

  #pause(text: string, hint: string): void {
    this.#options.onPause(new AuspexError("PAUSED", EXIT.paused, text, { hint }));
  }
}

// Time comes in through a Clock, so that tests advance it by hand. Monotonic: unaffected by wall-clock jumps.

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Monotonic milliseconds since an arbitrary start. */
  nowMs(): number;
  /** Calls `run` once after `delayMs`. */
  after(delayMs: number, run: () => void): Timer;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, run) {
    if (delayMs <= 0) {
      // A timer of 0 takes a millisecond; this is the next turn of the loop.
      const immediate = setImmediate(run);
      return { cancel: () => clearImmediate(immediate) };
    }
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Milliseconds since 1970, for stamps that people read; never for durations. */
export function wallClockMs(): number {
  return Date.now();
}

/** Resolves after `delayMs` on `clock`. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/** A clock that moves only when told to; timers fire in order of their time, then of their creation. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #nextId = 0;
  readonly #timers: { atMs: number; id: number; run: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), id: this.#nextId++, run };
    this.#timers.push(timer);
    return {
      cancel: () => {
        const index = this.#timers.indexOf(timer);
        if (index >= 0) this.#timers.splice(index, 1);
      },
    };
  }

  /** Moves time forward by `byMs`, firing what falls due on the way. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      const next = this.#timers
        .filter((timer) => timer.atMs <= endMs)
        .toSorted((a, b) => a.atMs - b.atMs || a.id - b.id)[0];
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = endMs;
  }

  /** Moves time to the next timer and fires it. @returns false when there is none. */
  advanceToNext(): boolean {
    let [next] = this.#timers;
    for (const timer of this.#timers) {
      if (next === undefined) break;
      const isEarlier = timer.atMs < next.atMs || (timer.atMs === next.atMs && timer.id < next.id);
      if (isEarlier) next = timer;
    }
    if (next === undefined) return false;
    this.#timers.splice(this.#timers.indexOf(next), 1);
    this.#nowMs = next.atMs;
    next.run();
    return true;
  }
}

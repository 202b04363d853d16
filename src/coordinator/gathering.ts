// Waiting for the workers that the first step begins with.

import type { Clock, Timer } from "../core/index.ts";
import type { CoordinatorPolicy } from "./policy.ts";

export interface GatheringOptions {
  readonly policy: Pick<CoordinatorPolicy, "minWorkers" | "expectedWorkers" | "joinWindowMs">;
  readonly clock: Clock;
  /** Workers that could begin. */
  readonly numReady: () => number;
}

export class Gathering {
  readonly #options: GatheringOptions;
  #waiting: { readonly check: () => void; readonly reject: (error: Error) => void } | undefined;

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the expected workers are there, or enough of them and the join window has passed.
   *
   * @throws what {@link abandon} was given.
   */
  async done(): Promise<void> {
    const { policy, clock, numReady } = this.#options;
    let windowTimer: Timer | undefined;
    let isWindowOver = false;
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        const ready = numReady();
        if (ready >= policy.minWorkers) {
          windowTimer ??= clock.after(policy.joinWindowMs, () => {
            isWindowOver = true;
            check();
          });
        }
        const wanted = isWindowOver ? 0 : policy.expectedWorkers;
        if (ready >= Math.max(policy.minWorkers, wanted)) resolve();
      };
      this.#waiting = { check, reject };
      check();
    }).finally(() => windowTimer?.cancel());
    this.#waiting = undefined;
  }

  /** More or fewer are ready than before. */
  check(): void {
    this.#waiting?.check();
  }

  abandon(error: Error): void {
    this.#waiting?.reject(error);
  }
}

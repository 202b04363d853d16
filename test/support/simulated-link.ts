// The link between one simulated worker and the coordinator: cut in one direction or both, or slow for a while.

import type { Clock } from "../../src/core/index.ts";
import type { WireMessage } from "../../src/protocol/index.ts";

/** As the worker sees it. */
export type Direction = "up" | "down";

interface Way {
  cutUntilMs: number;
  /** When the last byte of what was sent so far arrives. */
  freeAtMs: number;
  payloadBytes: number;
}

export class SimulatedLink {
  readonly #clock: Clock;
  readonly #ways: Record<Direction, Way> = {
    up: { cutUntilMs: 0, freeAtMs: 0, payloadBytes: 0 },
    down: { cutUntilMs: 0, freeAtMs: 0, payloadBytes: 0 },
  };
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #slowUntilMs = 0;
  /** The most bytes of arrays that were on their way in one direction at once. */
  mostPayloadBytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param direction Default: both. */
  cut(forMs: number, direction?: Direction): void {
    const untilMs = this.#clock.nowMs() + forMs;
    for (const each of direction === undefined ? (["up", "down"] as const) : [direction]) {
      this.#ways[each].cutUntilMs = untilMs;
    }
  }

  throttle(bytesPerSecond: number, forMs: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#slowUntilMs = this.#clock.nowMs() + forMs;
  }

  isCut(direction: Direction): boolean {
    return this.#ways[direction].cutUntilMs > this.#clock.nowMs();
  }

  /** A message enters the link. @returns when it will be through, from now. */
  cross(direction: Direction, { header, payload }: WireMessage): number {
    const nowMs = this.#clock.nowMs();
    const way = this.#ways[direction];
    const payloadBytes = payload?.byteLength ?? 0;
    const bytes = header.byteLength + payloadBytes;
    const isSlow = nowMs < this.#slowUntilMs;
    // What was queued while the link was slow leaves before what comes later.
    const startMs = Math.max(nowMs, way.freeAtMs);
    way.freeAtMs = startMs + (isSlow ? (1000 * bytes) / this.#bytesPerSecond : 0);
    way.payloadBytes += payloadBytes;
    this.mostPayloadBytes = Math.max(this.mostPayloadBytes, way.payloadBytes);
    const delayMs = way.freeAtMs - nowMs;
    if (payloadBytes > 0) {
      this.#clock.after(delayMs, () => {
        way.payloadBytes -= payloadBytes;
      });
    }
    return delayMs;
  }
}

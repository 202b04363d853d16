// RUN/events.jsonl: bounded in size by rotation, and in alerts of one kind by a limit, so that a stranger who
// knocks a thousand times a second cannot push the run's own events out.

import { join } from "node:path";
import { RotatingLines, readRotatingLines } from "../../checkpoint/index.ts";
import { parseEvent, type RunEvent, type StampedEvent } from "./events.ts";

const EVENTS_FILE = "events.jsonl";
const LIMITS = { maxBytes: 16 << 20, numOlder: 3 };
const MAX_ALERTS = 20;
const ALERT_WINDOW_MS = 60_000;

/** Writes events, and lets through what the limits allow. */
export class EventLog {
  readonly #lines: RotatingLines;
  readonly #limiter = new AlertLimiter();

  constructor(runDirectory: string) {
    this.#lines = new RotatingLines(join(runDirectory, EVENTS_FILE), LIMITS);
  }

  /** @returns the event as it was written, or undefined where there were too many of its kind. */
  write(event: RunEvent, wallMs: number): StampedEvent | undefined {
    if (!this.#limiter.admits(event, wallMs)) return undefined;
    const stamped = { t: new Date(wallMs).toISOString(), ...event };
    this.#lines.append(JSON.stringify(stamped));
    return stamped;
  }

  close(): void {
    this.#lines.close();
  }
}

/** At most {@link MAX_ALERTS} alerts of one code in a minute. */
export class AlertLimiter {
  readonly #windows = new Map<string, { startMs: number; count: number }>();

  admits(event: RunEvent, nowMs: number): boolean {
    if (event.event !== "alert") return true;
    const window = this.#windows.get(event.code);
    if (window === undefined || nowMs - window.startMs >= ALERT_WINDOW_MS) {
      this.#windows.set(event.code, { startMs: nowMs, count: 1 });
      return true;
    }
    window.count++;
    return window.count <= MAX_ALERTS;
  }
}

/** What a run directory says happened, oldest first. Lines that nobody can read are left out. */
export function readEvents(runDirectory: string): StampedEvent[] {
  return readRotatingLines(join(runDirectory, EVENTS_FILE)).flatMap(
    (line) => parseEvent(line) ?? [],
  );
}

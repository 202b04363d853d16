// Progress of a long run: one live line with rate and remaining time on a terminal, a plain line every now
// and then elsewhere, nothing at all with --json or --quiet.

import { type Clock, systemClock } from "../core/index.ts";

/** Where progress goes: stderr, or a fake. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly label: string;
  /** Units of work in all. */
  readonly total: number;
  /** What is counted: `steps`, `rows`. */
  readonly unit?: string;
  /** `none` for --json and --quiet. Default: `live` on a terminal, else `lines`. */
  readonly mode?: "live" | "lines" | "none" | undefined;
  readonly stream?: ProgressStream;
  readonly clock?: Clock;
  /** Longest silence between plain lines. Default: 15,000 ms. */
  readonly lineEveryMs?: number;
}

export interface Progress {
  /** Says how much is done, and anything worth a word: `{ loss: "1.23", workers: "2" }`. */
  update(done: number, details?: Readonly<Record<string, string | number>>): void;
  /** Writes a line of its own above the live one. */
  note(text: string): void;
  /** Ends the live line, with `text` in its place where given. Safe to call twice. */
  finish(text?: string): void;
}

const REDRAW_EVERY_MS = 100;
// Plain lines at every twentieth of the work.
const NUM_LINES = 20;

/** Opens a progress display. */
export function openProgress(options: ProgressOptions): Progress {
  const { stream = process.stderr, clock = systemClock, lineEveryMs = 15_000 } = options;
  const mode = options.mode ?? (stream.isTTY === true ? "live" : "lines");
  if (mode === "none") return { update: () => {}, note: () => {}, finish: () => {} };

  const rate = new RateMeter(clock.nowMs());
  let lastDrawMs = -Infinity;
  let lastTwentieth = 0;
  let isLineOpen = false;
  let isFinished = false;

  const write = (text: string, isLive: boolean): void => {
    stream.write(`${isLineOpen ? "\r\u001b[2K" : ""}${text}${isLive ? "" : "\n"}`);
    isLineOpen = isLive;
  };
  const draw = (done: number, details: Readonly<Record<string, string | number>>): void => {
    const line = { ...options, done, details, perSecond: rate.perSecond };
    if (mode === "lines") write(plainLine(line), false);
    else write(barLine(line, stream.columns ?? 80), true);
    lastDrawMs = clock.nowMs();
  };

  return {
    update(done, details = {}) {
      if (isFinished) return;
      const nowMs = clock.nowMs();
      rate.add(nowMs, done);
      const twentieth = Math.floor((NUM_LINES * done) / Math.max(1, options.total));
      const isEnd = done >= options.total;
      const isDue =
        mode === "live"
          ? nowMs - lastDrawMs >= REDRAW_EVERY_MS || isEnd
          : twentieth > lastTwentieth || nowMs - lastDrawMs >= lineEveryMs;
      if (!isDue) return;
      lastTwentieth = twentieth;
      draw(done, details);
    },
    note(text) {
      write(text, false);
    },
    finish(text) {
      if (isFinished) return;
      isFinished = true;
      if (text !== undefined) write(text, false);
      else if (isLineOpen) stream.write("\n");
      isLineOpen = false;
    },
  };
}

interface Line {
  readonly label: string;
  readonly total: number;
  readonly unit?: string;
  readonly done: number;
  readonly details: Readonly<Record<string, string | number>>;
  readonly perSecond: number | undefined;
}

/** `pretrain 120/1500 steps  8 %  loss 1.23  4.1 steps/s  5 min 36 s left`. */
function plainLine(line: Line): string {
  const { label, total, unit = "", done } = line;
  const percent = Math.floor((100 * done) / Math.max(1, total));
  return [`${label} ${done}/${total} ${unit}`.trim(), `${percent} %`, ...tail(line)].join("  ");
}

/** The same with a bar, cut to the width of the terminal. */
export function barLine(line: Line, columns: number): string {
  const { label, total, unit = "", done } = line;
  const share = Math.min(1, done / Math.max(1, total));
  const width = Math.max(8, Math.min(28, columns - 60));
  const eighths = Math.round(8 * width * share);
  const full = Math.floor(eighths / 8);
  const bar = ("█".repeat(full) + (PARTS[eighths % 8] ?? "")).padEnd(width, "░");
  const text = `${label} ${bar} ${Math.floor(100 * share)}%  ${done}/${total} ${unit}`.trimEnd();
  return [text, ...tail(line)].join("  ").slice(0, Math.max(20, columns - 1));
}

const PARTS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function tail({ details, perSecond, unit = "", total, done }: Line): string[] {
  const words = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  if (perSecond === undefined || perSecond <= 0) return words;
  words.push(`${formatRate(perSecond)} ${unit}/s`.replace(" /s", "/s"));
  if (done < total) words.push(`${formatDuration((total - done) / perSecond)} left`);
  return words;
}

/** `45 s`, `3 min 12 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function formatRate(perSecond: number): string {
  if (perSecond >= 10_000) return `${(perSecond / 1000).toFixed(1)}k`;
  return perSecond >= 100 ? perSecond.toFixed(0) : perSecond.toPrecision(2);
}

/** Units per second over about the last minute: an early slow step does not spoil the estimate for ever. */
class RateMeter {
  readonly #marks: { ms: number; done: number }[];

  constructor(startMs: number) {
    this.#marks = [{ ms: startMs, done: 0 }];
  }

  add(ms: number, done: number): void {
    const marks = this.#marks;
    // What was done before the first update (a resumed run) was not done in this time.
    if (marks.length === 1 && done > 1)
      marks[0] = { ms: marks[0]!.ms, done: Math.max(0, done - 1) };
    marks.push({ ms, done });
    while (marks.length > 2 && (ms - marks[0]!.ms > 60_000 || marks.length > 500)) marks.shift();
  }

  get perSecond(): number | undefined {
    const [first, last] = [this.#marks[0]!, this.#marks.at(-1)!];
    const seconds = (last.ms - first.ms) / 1000;
    return seconds <= 0 || last.done <= first.done ? undefined : (last.done - first.done) / seconds;
  }
}

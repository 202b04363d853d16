import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RotatingLines, readRotatingLines } from "../../../src/checkpoint/index.ts";
import { AlertLimiter, EventLog, readEvents } from "../../../src/cli/operator/event-log.ts";
import { eventsOf, type RunEvent } from "../../../src/cli/operator/events.ts";
import { temporaryDirectory } from "../../support/toy-run.ts";
import { FACTS, STORY } from "./run-events.ts";

const ALERT: RunEvent = {
  event: "alert",
  code: "WORKER_REFUSED",
  severity: "warning",
  text: "no",
  workers: [],
};

describe("lines that rotate", () => {
  test("never hold more than their bound, and keep the newest in order", () => {
    const path = join(temporaryDirectory(), "lines");
    const lines = new RotatingLines(path, { maxBytes: 100, numOlder: 2 });
    for (let i = 0; i < 200; i++) lines.append(`line ${i}`);
    lines.close();
    const kept = readRotatingLines(path);
    expect(kept.at(-1)).toBe("line 199");
    expect(kept).toEqual(
      Array.from({ length: kept.length }, (_, i) => `line ${200 - kept.length + i}`),
    );
    for (const name of [path, `${path}.1`, `${path}.2`]) {
      expect(statSync(name).size).toBeLessThanOrEqual(100);
    }
    expect(existsSync(`${path}.3`)).toBe(false);
  });

  test("go on where another process stopped", () => {
    const path = join(temporaryDirectory(), "lines");
    for (const line of ["a", "b"]) {
      const lines = new RotatingLines(path, { maxBytes: 100, numOlder: 1 });
      lines.append(line);
      lines.close();
    }
    expect(readRotatingLines(path)).toEqual(["a", "b"]);
  });

  test("a disk that does not take them costs lines and nothing else", () => {
    const path = join(temporaryDirectory(), "lines");
    mkdirSync(path);
    const lines = new RotatingLines(path, { maxBytes: 100, numOlder: 1 });
    lines.append("a");
    expect(lines.numDropped).toBe(1);
  });
});

describe("events.jsonl", () => {
  test("holds a run, and a line that a crash cut short is passed over", () => {
    const directory = temporaryDirectory();
    const log = new EventLog(directory);
    const events = STORY.flatMap((report) => eventsOf(report, FACTS));
    events.forEach((event, i) => log.write(event, 1e12 + i));
    log.close();
    writeFileSync(join(directory, "events.jsonl"), '{"t":"2026', { flag: "a" });
    const read = readEvents(directory);
    expect(read.map(({ event }) => event)).toEqual(events.map(({ event }) => event));
    expect(read[0]!.t).toBe("2001-09-09T01:46:40.000Z");
  });

  test("a storm of alerts of one code is cut, other codes and the next minute are not", () => {
    const limiter = new AlertLimiter();
    const admitted = (event: RunEvent, nowMs: number): number =>
      Array.from({ length: 100 }, () => limiter.admits(event, nowMs)).filter(Boolean).length;
    expect(admitted(ALERT, 0)).toBe(20);
    expect(admitted({ ...ALERT, code: "OTHER" }, 0)).toBe(20);
    expect(admitted(ALERT, 60_000)).toBe(20);
    expect(admitted({ event: "continued", reason: "" }, 0)).toBe(100);
  });
});

import { describe, expect, test } from "vitest";
import { eventsOf, parseEvent } from "../../../src/cli/operator/events.ts";
import type { RunProgress } from "../../../src/coordinator/index.ts";
import { committed, FACTS, STORY, stamped } from "./run-events.ts";

describe("events", () => {
  test("every event of a run reads back as it was written", () => {
    const events = stamped(STORY);
    for (const event of events) expect(parseEvent(JSON.stringify(event))).toEqual(event);
    expect(new Set(events.map(({ event }) => event))).toContain("lease-reissued");
  });

  test.each<readonly [string, RunProgress, string, "warning" | "error"]>([
    ["a lost worker", { kind: "lost", worker: "w", reason: "silent" }, "WORKER_LOST", "warning"],
    [
      "a lease without progress",
      { kind: "expired", worker: "w", leaseId: 1, withoutProgressMs: 3000 },
      "LEASE_EXPIRED",
      "warning",
    ],
    [
      "a refused worker",
      { kind: "refused", code: "UNKNOWN_KEY", text: "not on the list" },
      "WORKER_REFUSED",
      "warning",
    ],
    ["too few workers", { kind: "paused", reason: "0 workers" }, "PAUSED", "error"],
    ["a skipped step", committed(3, { applied: false }), "STEP_SKIPPED", "warning"],
    [
      "results that differ",
      { kind: "alert", code: "RESULTS_DIFFER", step: 3, workers: ["a", "b"], text: "differ" },
      "RESULTS_DIFFER",
      "error",
    ],
    [
      "a run that failed",
      { kind: "ended", outcome: "failed", step: 3, code: "IO", reason: "disk full" },
      "IO",
      "error",
    ],
  ])("%s is an alert", (_, report, code, severity) => {
    const alerts = eventsOf(report, FACTS).filter(({ event }) => event === "alert");
    expect(alerts).toEqual([expect.objectContaining({ code, severity })]);
  });

  test("a worker that leaves, and a run that ends well, alarm nobody", () => {
    const left = eventsOf({ kind: "left", worker: "w", reason: "SIGTERM" }, FACTS);
    expect(left).toEqual([{ event: "left", worker: "w", reason: "SIGTERM", isExpected: true }]);
    const end = { kind: "ended", outcome: "done", step: 9, code: undefined, reason: "" } as const;
    expect(eventsOf(end, FACTS)).toHaveLength(1);
  });

  test("what JSON cannot hold is null", () => {
    const [step] = stamped([committed(1, { loss: Number.NaN, applied: false })]);
    expect(parseEvent(JSON.stringify(step))).toMatchObject({ event: "step", loss: null });
  });

  test.each(["", "{", "[]", '{"event":"step"}', '{"t":"2026-01-01T00:00:00.000Z","event":"new"}'])(
    "a line that nobody can read is none: %s",
    (line) => {
      expect(parseEvent(line)).toBeUndefined();
    },
  );
});

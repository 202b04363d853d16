import { describe, expect, test } from "vitest";
import { metricsText } from "../../../src/cli/operator/prometheus.ts";
import { RunState, type RunStatus } from "../../../src/cli/operator/run-state.ts";
import { Series } from "../../../src/cli/operator/series.ts";
import { renderStatus } from "../../../src/cli/operator/terminal.ts";
import type { RunProgress, RunView } from "../../../src/coordinator/index.ts";
import fc from "../../support/property.ts";
import { committed, joined, LISTENING, leased, STORY, stamped } from "./run-events.ts";

function statusOf(reports: readonly RunProgress[], view?: RunView): RunStatus {
  const state = new RunState();
  for (const event of stamped(reports)) state.apply(event);
  return state.status(view);
}

const VIEW: RunView = {
  address: "tcp://127.0.0.1:5555",
  work: { purpose: "gradient", step: 3, numDone: 2, numMicroshards: 8 },
  workers: [
    {
      name: "w1",
      phase: "computing",
      lease: { id: 30, attempt: 0, numMicroshards: 4, ageMs: 20 },
      computedMicroshards: 12,
      msPerMicroshard: 40,
      silentMs: 15,
      heldRevision: 2,
    },
  ],
};

describe("the state of a run", () => {
  test("is what its events say", () => {
    expect(statusOf(STORY)).toMatchObject({
      source: "events",
      phase: "training",
      step: 2,
      numSteps: 100,
      validation: { step: 2, loss: 2.5 },
      taskLosses: { a: 2.5, b: 1.5 },
      leases: { issued: 5, reissued: 1, expired: 1, backedUp: 0 },
      numTokens: 2000,
      checkpoint: { step: 2, durationMs: 12 },
      alertCounts: { LEASE_EXPIRED: 1, WORKER_LOST: 1 },
    });
  });

  test("has the workers that are there, and what each does when the coordinator says so", () => {
    expect(statusOf(STORY).workers).toEqual([
      expect.objectContaining({ name: "w1", phase: "unknown", numLeases: 3, lease: null }),
    ]);
    const live = statusOf(STORY, VIEW);
    expect(live).toMatchObject({ source: "live", work: { numDone: 2 } });
    expect(live.workers).toEqual([
      expect.objectContaining({ name: "w1", phase: "computing", msPerMicroshard: 40 }),
    ]);
  });

  test("keeps a worker that was started again before the one of its name was missed", () => {
    const lost = { kind: "lost", worker: "w1", reason: "silent" } as const;
    const [first, again] = [joined("w1"), joined("w1")];
    expect(statusOf([LISTENING, first, again, lost]).workers).toMatchObject([{ name: "w1" }]);
    expect(statusOf([LISTENING, first, again, lost, lost]).workers).toEqual([]);
    expect(Object.keys(statusOf([LISTENING, first]).workers[0]!)).not.toContain("numSessions");
  });

  test("after a resume the steps that are computed again count once", () => {
    const resumed = { ...LISTENING, fromStep: 2, incarnation: 2 };
    const before = [1, 2, 3, 4].map((step) => committed(step));
    const status = statusOf([LISTENING, joined("w1"), ...before, resumed, committed(3)]);
    expect(status).toMatchObject({ step: 3, numTokens: 4000, workers: [] });
    expect(status.curves.loss.map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  test.each([
    [{ kind: "paused", reason: "0 workers" }, "paused"],
    [{ kind: "ended", outcome: "done", step: 100, code: undefined, reason: "" }, "done"],
    [{ kind: "ended", outcome: "failed", step: 5, code: "IO", reason: "disk full" }, "failed"],
  ] as const)("%j", (report, phase) => {
    expect(statusOf([...STORY, report]).phase).toBe(phase);
  });

  test("keeps the newest alerts, and counts all of them", () => {
    const losses = Array.from(
      { length: 80 },
      (_, i): RunProgress => ({ kind: "lost", worker: `w${i}`, reason: "gone" }),
    );
    const { alerts, alertCounts } = statusOf(losses);
    expect(alerts).toHaveLength(50);
    expect(alerts[0]!.text).toBe("w79: gone");
    expect(alertCounts["WORKER_LOST"]).toBe(80);
  });
});

describe("curves", () => {
  test("stay bounded, ascend, and keep the mean of what they saw", () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3000 });
    fc.assert(
      fc.property(values, (all) => {
        const series = new Series();
        all.forEach((value, i) => series.add(i + 1, value));
        const { points } = series;
        expect(points.length).toBeLessThanOrEqual(512);
        expect(points.length > 0).toBe(all.length > 0);
        points.forEach(({ step, value }, i) => {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          expect(step).toBeGreaterThan(points[i - 1]?.step ?? 0);
        });
      }),
      { numRuns: 30 },
    );
  });

  test("a constant stays itself however often neighbours are joined", () => {
    const series = new Series();
    for (let step = 1; step <= 5000; step++) series.add(step, 7);
    expect(series.points.every(({ value }) => value === 7)).toBe(true);
  });

  test("what is not finite is left out", () => {
    const series = new Series();
    series.add(1, null);
    series.add(2, Number.NaN);
    expect(series.points).toEqual([]);
  });
});

test("metrics have names with units, and escape what workers and tasks are called", () => {
  const text = metricsText(
    statusOf([LISTENING, joined("w1"), committed(1, { taskLosses: { 'a"b\n': 2 } })], VIEW),
    123,
  );
  expect(text).toContain("\nauspex_step 1\n");
  expect(text).toContain('auspex_task_loss{task="a\\"b\\n"} 2');
  expect(text).toContain('auspex_step_phase_seconds{phase="compute"} 0.15');
  expect(text).toContain('auspex_worker_microshard_seconds{worker="w1"} 0.04');
  expect(text).toContain('auspex_run_phase{phase="training"} 1');
  for (const line of text.trimEnd().split("\n")) {
    expect(line).toMatch(/^(# (HELP|TYPE) |auspex_[a-z_]+(\{[^{}]*\})? -?[\d.e+-]+$)/);
  }
});

test("a terminal shows workers, losses by task, phases and alerts", () => {
  const text = renderStatus(statusOf([...STORY, leased("w1", 3)], VIEW), 100).join("\n");
  for (const part of [
    "toy  training",
    "2/100 steps",
    "compute 150",
    "1 re-issued",
    "computing",
    "WORKER_LOST",
  ]) {
    expect(text).toContain(part);
  }
});

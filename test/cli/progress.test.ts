import { expect, test } from "vitest";
import {
  barLine,
  formatDuration,
  openProgress,
  type ProgressOptions,
} from "../../src/cli/progress.ts";
import { ManualClock } from "../../src/core/index.ts";

function harness(options: Partial<ProgressOptions> & { isTTY?: boolean } = {}) {
  const clock = new ManualClock();
  let text = "";
  const stream = { isTTY: options.isTTY, columns: 100, write: (part: string) => (text += part) };
  const progress = openProgress({
    label: "pretrain",
    total: 100,
    unit: "steps",
    stream,
    clock,
    ...options,
  });
  return { clock, progress, text: () => text };
}

test("without a terminal there is one line for every twentieth of the work, no control characters", () => {
  const { clock, progress, text } = harness();
  for (let step = 1; step <= 100; step++) {
    clock.advance(10);
    progress.update(step, { loss: "1.50" });
  }
  progress.finish("done");
  const lines = text().split("\n");
  expect(lines[0]).toContain("pretrain 1/100 steps  1 %  loss 1.50");
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(lines.at(-2)).toBe("done");
  expect(text()).not.toContain("\r");
  expect(text()).not.toContain("\u001b");
});

test("slow work still says something every lineEveryMs", () => {
  const { clock, progress, text } = harness({ total: 10_000, lineEveryMs: 1000 });
  for (let step = 1; step <= 30; step++) {
    clock.advance(100);
    progress.update(step);
  }
  expect(text().split("\n").length - 1).toBe(3);
});

test("rate and remaining time come from the last minute", () => {
  const { clock, progress, text } = harness({ total: 1000, lineEveryMs: 0 });
  clock.advance(60_000);
  progress.update(1);
  for (let step = 2; step <= 200; step++) {
    clock.advance(500);
    progress.update(step);
  }
  expect(text().split("\n").at(-2)).toContain("2.0 steps/s  6 min 40 s left");
});

test("a resumed run does not count what was done before", () => {
  const { clock, progress, text } = harness({ total: 1000, lineEveryMs: 0 });
  clock.advance(1000);
  progress.update(901);
  expect(text()).toContain("1.0 steps/s");
});

test("on a terminal one line is redrawn, at most ten times a second, and notes go above it", () => {
  const { clock, progress, text } = harness({ isTTY: true });
  for (let step = 1; step <= 100; step++) {
    clock.advance(10);
    progress.update(step);
  }
  progress.note("worker 2 left");
  progress.update(100);
  progress.finish();
  progress.finish();
  expect(text().split("\r").length).toBeLessThanOrEqual(14);
  expect(text()).toContain("\r\u001b[2Kworker 2 left\n");
  expect(text().endsWith("\n")).toBe(true);
});

test("mode none writes nothing", () => {
  const { progress, text } = harness({ mode: "none", isTTY: true });
  progress.update(50);
  progress.note("a");
  progress.finish("b");
  expect(text()).toBe("");
});

test("a bar never exceeds the terminal's width", () => {
  const line = {
    label: "pretrain",
    total: 7,
    unit: "steps",
    done: 3,
    details: { loss: "1.234567" },
    perSecond: 3,
  };
  for (const columns of [30, 60, 80, 200]) {
    expect(barLine(line, columns).length).toBeLessThan(columns);
  }
});

test.each([
  [0.4, "0 s"],
  [59.6, "1 min 0 s"],
  [192, "3 min 12 s"],
  [7500, "2 h 5 min"],
])("%d seconds read %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

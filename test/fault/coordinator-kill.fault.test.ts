import { expect, test } from "vitest";
import { verifyLedger } from "../../src/coordinator/index.ts";
import { type Line, spawnCoordinator, spawnWorker } from "../support/processes.ts";
import { temporaryDirectory } from "../support/toy-run.ts";

const shape = {
  numSteps: 9,
  toy: { parameterCount: 20_000, repeat: 4 },
  training: { checkpointEverySteps: 3, evalEverySteps: 2 },
};

const resultOf = (lines: readonly Line[]): Line | undefined =>
  lines.find(({ kind }) => kind === "result");

test("a coordinator killed after step 5 replays from step 3, checks itself and ends with the same bits", async () => {
  const wholeAddress = `ipc://${temporaryDirectory()}/s`;
  const whole = spawnCoordinator({
    ...shape,
    runDirectory: temporaryDirectory(),
    address: wholeAddress,
  });
  spawnWorker(wholeAddress, "w");
  expect(await whole.exited).toBe(0);

  const runDirectory = temporaryDirectory();
  const options = {
    ...shape,
    runDirectory,
    address: `ipc://${temporaryDirectory()}/s`,
    policy: { expectedWorkers: 2 },
  };
  // The checkpoint is written in the background: on a slow disk it is there later than step 5.
  const seen = new Set<string>();
  const first = spawnCoordinator(options, (line, self) => {
    seen.add(`${line.kind} ${line.step}`);
    if (seen.has("checkpoint 3") && seen.has("step 5")) self.process.kill("SIGKILL");
  });
  // The workers outlive the coordinator and join the next one by themselves.
  const workers = ["a", "b"].map((name) => spawnWorker(options.address, name));
  expect(await first.exited).toBe("SIGKILL");
  expect(verifyLedger(runDirectory).numSteps).toBeGreaterThanOrEqual(5);

  const second = spawnCoordinator({ ...options, resume: true });
  expect(await second.exited).toBe(0);
  const steps = second.lines.filter(({ kind }) => kind === "step").map(({ step }) => step);
  expect(steps).toEqual([4, 5, 6, 7, 8, 9]);
  expect(resultOf(second.lines)).toEqual(resultOf(whole.lines));
  expect(verifyLedger(runDirectory)).toMatchObject({ numSteps: 9 });
  for (const worker of workers) {
    expect(await worker.exited).toBe(0);
    expect(worker.lines.some(({ kind }) => kind === "rejoining")).toBe(true);
  }
  // Six processes start one after the other: a busy machine takes its time.
}, 300_000);

test("a second coordinator on the same run directory ends at once with exit code 75", async () => {
  const options = {
    ...shape,
    runDirectory: temporaryDirectory(),
    address: `ipc://${temporaryDirectory()}/s`,
  };
  const listening = new Promise<void>((resolve) => {
    spawnCoordinator(options, (line) => {
      if (line.kind === "listening") resolve();
    });
  });
  await listening;
  const second = spawnCoordinator({ ...options, resume: true });
  expect(await second.exited).toBe(75);
  expect(second.lines.at(-1)).toMatchObject({ kind: "failed", code: "RUN_LOCKED" });
});

import { expect, test } from "vitest";
import { openMonitor } from "../../../src/cli/operator/monitor.ts";
import { temporaryDirectory } from "../../support/toy-run.ts";
import { FACTS, LISTENING } from "./run-events.ts";

test("alerts that are too many to be written count", async () => {
  const monitor = await openMonitor({
    runDirectory: temporaryDirectory(),
    resume: false,
    facts: FACTS,
    status: { port: 0, host: "127.0.0.1", token: undefined },
  });
  monitor.onProgress(LISTENING);
  for (let i = 0; i < 100; i++) {
    monitor.onProgress({ kind: "refused", code: "FULL", text: "no room" });
  }
  const answer = await fetch(new URL("/status", monitor.url));
  const status = (await answer.json()) as { alertCounts: unknown; alerts: unknown[] };
  expect(status.alertCounts).toEqual({ WORKER_REFUSED: 100 });
  expect(status.alerts).toHaveLength(20);
  await monitor.close();
});

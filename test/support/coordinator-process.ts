// A coordinator of the toy run in a process of its own: what tests kill and start again.
// Arguments: JSON of { runDirectory, address, resume, numSteps, toy, training }. One JSON line per event.

import { openRunStore } from "../../src/checkpoint/index.ts";
import { startCoordinator } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { zeroMqTransport } from "../../src/transport/index.ts";
import { type ToyRunOptions, toyRun } from "./toy-options.ts";

const { runDirectory, ...options } = JSON.parse(process.argv[2]!) as Omit<
  ToyRunOptions,
  "transport" | "store"
> & { readonly runDirectory: string };
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  const coordinator = await startCoordinator(
    toyRun({
      ...options,
      store: openRunStore(runDirectory),
      transport: zeroMqTransport({ clock: systemClock }),
      onProgress: say,
    }),
  );
  process.on("SIGTERM", () => coordinator.stop());
  const { outcome, step, parametersDigest } = await coordinator.finished;
  say({ kind: "result", outcome, step, parametersDigest });
} catch (error) {
  say({ kind: "failed", code: (error as { code?: string }).code, message: String(error) });
  process.exitCode = (error as { exitCode?: number }).exitCode ?? 1;
}

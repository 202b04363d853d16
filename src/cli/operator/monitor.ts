// Everything that looks at a run from outside: the event file, the folded state, TensorBoard's file and the
// status server. None of it can end the run.

import type { RunningCoordinator, RunProgress } from "../../coordinator/index.ts";
import { wallClockMs } from "../../core/index.ts";
import { EventLog, readEvents } from "./event-log.ts";
import { eventsOf, type RunFacts } from "./events.ts";
import { RunState } from "./run-state.ts";
import { type StatusServerOptions, startStatusServer } from "./status-server.ts";
import { TensorBoardLog } from "./tensorboard-log.ts";

export interface MonitorOptions {
  readonly runDirectory: string;
  /** Whether the run goes on where another process left it. */
  readonly resume: boolean;
  readonly facts: Omit<RunFacts, "statusUrl">;
  /** Absent: nothing is shown over HTTP. */
  readonly status?: StatusServerOptions;
}

export interface Monitor {
  /** Where the dashboard is. */
  readonly url: string | undefined;
  onProgress(progress: RunProgress): void;
  /** From here on workers are shown with what they do. */
  attach(coordinator: Pick<RunningCoordinator, "view">): void;
  close(): Promise<void>;
}

/** @throws {AuspexError} when the status server cannot be started. */
export async function openMonitor(options: MonitorOptions): Promise<Monitor> {
  const { runDirectory, status } = options;
  const state = new RunState();
  if (options.resume) for (const event of readEvents(runDirectory)) state.apply(event);
  const log = new EventLog(runDirectory);
  const tensorBoard = new TensorBoardLog(runDirectory, options.facts.numSteps);
  let coordinator: Pick<RunningCoordinator, "view"> | undefined;
  const server =
    status && (await startStatusServer(status, () => state.status(coordinator?.view())));
  const facts = { ...options.facts, statusUrl: server?.url };
  return {
    url: server?.url,
    onProgress(progress) {
      for (const event of eventsOf(progress, facts)) {
        const stamped = log.write(event, wallClockMs());
        if (stamped === undefined) {
          if (event.event === "alert") state.countAlert(event.code);
          continue;
        }
        state.apply(stamped);
        tensorBoard.write(stamped);
      }
    },
    attach: (running) => {
      coordinator = running;
    },
    async close() {
      await server?.close();
      log.close();
      tensorBoard.close();
    },
  };
}

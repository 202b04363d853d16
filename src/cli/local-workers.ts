// Worker processes on this machine: started, watched, and started again when they die.

import { type ChildProcess, spawn } from "node:child_process";
import type { RunningCoordinator } from "../coordinator/index.ts";
import { EXIT, type Logger } from "../core/index.ts";
import { ownProgram } from "./own-program.ts";

export interface LocalWorkersOptions {
  readonly count: number;
  readonly joinAddress: string;
  /** Arguments after `worker --join ADDRESS`. */
  readonly extraArguments?: readonly string[];
  /** Lines for people: a worker died, and why. */
  readonly onNote: (text: string) => void;
  /** The last of them ended for good, for this reason. */
  readonly onGivenUp: (reason: string, exitCode: number | null) => void;
  /** Gets each process with its id. */
  readonly logger: Logger;
}

export interface LocalWorkers {
  /** Resolves when every process has ended; those that do not end by themselves are killed. */
  close(graceMs: number): Promise<void>;
}

/** A worker that dies more often than this is done without. */
const MAX_RESTARTS = 3;
const KEPT_STDERR_CHARS = 4000;

/** Starts `count` workers; a death is told to the coordinator at once, so that its lease moves on. */
export function startLocalWorkers(
  coordinator: Pick<RunningCoordinator, "workerExited">,
  options: LocalWorkersOptions,
): LocalWorkers {
  const children = new Map<string, ChildProcess>();
  const ends: Promise<void>[] = [];
  let isClosing = false;
  let numLeft = options.count;

  const start = (slot: number, life: number): void => {
    const name = life === 1 ? `local-${slot}` : `local-${slot}.${life}`;
    const child = spawnWorker(name, options);
    children.set(name, child);
    options.logger.log("info", "worker started", { worker: name, pid: child.pid });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-KEPT_STDERR_CHARS);
    });
    ends.push(
      new Promise((resolve) => {
        child.once("close", (code, signal) => {
          children.delete(name);
          resolve();
          if (isClosing || code === EXIT.done || code === EXIT.paused) return;
          const reason = signal === null ? `exit code ${code}` : signal;
          coordinator.workerExited(name, reason);
          const lastWords = stderr.trim().split("\n").slice(-3).join(" | ");
          options.onNote(`worker ${name} ended (${reason})${lastWords && `: ${lastWords}`}`);
          if (life <= MAX_RESTARTS) start(slot, life + 1);
          else {
            options.onNote(`worker ${name} is not started again after ${MAX_RESTARTS} restarts`);
            numLeft -= 1;
            if (numLeft === 0) options.onGivenUp(lastWords || reason, code);
          }
        });
      }),
    );
  };
  for (let slot = 1; slot <= options.count; slot++) start(slot, 1);

  return {
    async close(graceMs) {
      isClosing = true;
      const killer = setTimeout(() => {
        for (const child of children.values()) child.kill("SIGKILL");
      }, graceMs);
      await Promise.all(ends);
      clearTimeout(killer);
    },
  };
}

function spawnWorker(name: string, options: LocalWorkersOptions): ChildProcess {
  const command = [
    ...ownProgram(),
    "worker",
    "--join",
    options.joinAddress,
    "--name",
    name,
    "--parent-pipe",
    "--json",
    ...(options.extraArguments ?? []),
  ];
  // Its end of the pipe closes when this process dies, however that happens: no orphan goes on computing.
  return spawn(process.execPath, command, { stdio: ["pipe", "ignore", "pipe"] });
}

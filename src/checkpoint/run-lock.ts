// One coordinator per run directory: a lock file that names its process, so that a crash leaves no lock behind.

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AuspexError, EXIT } from "../core/index.ts";
import { writeSynced } from "./atomic.ts";

const LOCK_FILE = "coordinator.lock";

export interface RunLock {
  release(): void;
}

/**
 * Takes the lock of a run directory.
 *
 * @throws {AuspexError} code RUN_LOCKED when a living process of this machine holds it.
 */
export function acquireRunLock(runDirectory: string): RunLock {
  mkdirSync(runDirectory, { recursive: true });
  const path = join(runDirectory, LOCK_FILE);
  const mine = JSON.stringify(identityOf(process.pid));
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeSynced(path, Buffer.from(mine));
      return {
        release: () => {
          if (readIfThere(path) === mine) rmSync(path, { force: true });
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = readIfThere(path);
      if (holder !== undefined && isAlive(holder)) {
        throw new AuspexError(
          "RUN_LOCKED",
          EXIT.paused,
          `${runDirectory} is in use by process ${pidOf(holder)}`,
          { hint: "Wait for it to end, or choose another run directory." },
        );
      }
      rmSync(path, { force: true });
    }
  }
  throw new AuspexError("RUN_LOCKED", EXIT.paused, `${runDirectory}: others are taking its lock`);
}

/** Process id of the coordinator that holds a run directory on this machine, if one lives. */
export function runLockHolder(runDirectory: string): number | undefined {
  const holder = readIfThere(join(runDirectory, LOCK_FILE));
  return holder !== undefined && isAlive(holder) ? pidOf(holder) : undefined;
}

interface Identity {
  readonly pid: number;
  /** Boot of the machine and start of the process: a re-used pid is another process. */
  readonly bootId: string;
  readonly startTicks: string;
}

function identityOf(pid: number): Identity {
  const boot = "/proc/sys/kernel/random/boot_id";
  return {
    pid,
    bootId: existsSync(boot) ? readFileSync(boot, "utf8").trim() : "",
    startTicks: (readIfThere(`/proc/${pid}/stat`) ?? "").split(") ")[1]?.split(" ")[19] ?? "",
  };
}

function isAlive(holder: string): boolean {
  const pid = pidOf(holder);
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return JSON.stringify(identityOf(pid)) === holder;
}

function pidOf(holder: string): number | undefined {
  try {
    const { pid } = JSON.parse(holder) as { pid?: unknown };
    return Number.isSafeInteger(pid) && (pid as number) > 0 ? (pid as number) : undefined;
  } catch {
    return undefined;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

// How many files a process may have open at a time. A coordinator needs two for every worker that is connected: it
// says beforehand for how many there is room, and does not take more.

import { readdirSync, readFileSync } from "node:fs";
import { AuspexError, EXIT, withCauses } from "../core/index.ts";

export interface FileHandles {
  readonly limit: number;
  readonly numOpen: number;
}

export interface WorkerCounts {
  /** What the run waits for. */
  readonly numWanted: number;
  /** What it takes at most, as far as the policy goes. */
  readonly maxWorkers: number;
  readonly numLocalWorkers: number;
}

/** One connection for control, one for tensors. */
const HANDLES_PER_WORKER = 2;
/** Pipes to the process of a local worker. */
const HANDLES_PER_LOCAL_WORKER = 2;
/** Sockets that listen, journal and log, the files of a checkpoint, and some who knock and are sent away. */
const RESERVED_HANDLES = 24;
const HINT = "Raise the limit: ulimit -n 4096 (systemd: LimitNOFILE=, Docker: --ulimit nofile=).";

/**
 * Node opens the modules that a module imports side by side. The widest step from importers to what they import has 130
 * of them (pretrain, demo), on top of 30 handles of Node's own: with fewer than this, loading a program can fail.
 */
const MIN_LIMIT = 256;

/**
 * Before anything much is loaded.
 *
 * @throws {AuspexError} code FILE_HANDLES.
 */
export function expectFileHandles(handles: FileHandles | undefined): void {
  if (handles === undefined || handles.limit >= MIN_LIMIT) return;
  throw new AuspexError(
    "FILE_HANDLES",
    EXIT.io,
    `this process may have ${handles.limit} files open at a time, it needs ${MIN_LIMIT}`,
    { hint: HINT },
  );
}

/** Of this process. @returns undefined where the system does not say. */
export function readFileHandles(): FileHandles | undefined {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const limit = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    if (limit === undefined) return undefined;
    return { limit: Number(limit), numOpen: readdirSync("/proc/self/fd").length };
  } catch {
    // No Linux, or no handle left to look: whatever needs one says so.
    return undefined;
  }
}

/**
 * The most workers that a coordinator over ZeroMQ should let in.
 *
 * @throws {AuspexError} code FILE_HANDLES when there is no room for those it waits for.
 */
export function maxWorkersFor(
  { limit, numOpen }: FileHandles,
  { numWanted, maxWorkers, numLocalWorkers }: WorkerCounts,
): number {
  const numFree = limit - numOpen - RESERVED_HANDLES - HANDLES_PER_LOCAL_WORKER * numLocalWorkers;
  const room = Math.max(0, Math.floor(numFree / HANDLES_PER_WORKER));
  if (room >= numWanted) return Math.min(maxWorkers, room);
  throw new AuspexError(
    "FILE_HANDLES",
    EXIT.io,
    `this process may have ${limit} files open at a time: that is room for ${room} workers, the run waits for ${numWanted}`,
    { hint: HINT },
  );
}

/** The error that something failed with because no file can be opened any more; undefined: it did not. */
export function outOfFileHandles(error: unknown): AuspexError | undefined {
  const failure = withCauses(error).find(({ code, message }: NodeJS.ErrnoException) =>
    [code, message].some((said) => said !== undefined && /\bE[MN]FILE\b/.test(said)),
  );
  if (failure === undefined) return undefined;
  const text = `this process has as many files open as it may: ${failure.message}`;
  return new AuspexError("FILE_HANDLES", EXIT.io, text, { cause: error, hint: HINT });
}

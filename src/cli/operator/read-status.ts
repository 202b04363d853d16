// Where `auspex status` gets a run's state: from its coordinator, or from the directory that it writes.

import { existsSync } from "node:fs";
import { runLockHolder } from "../../checkpoint/index.ts";
import { InputError, messageOf, RefusedError, UnavailableError } from "../../core/index.ts";
import { readEvents } from "./event-log.ts";
import { RunState, type RunStatus } from "./run-state.ts";
import { statusToken } from "./status-flags.ts";

const TIMEOUT_MS = 3000;

export interface ReadStatus {
  readonly status: RunStatus;
  /** Where it came from, and what that means, in a sentence. */
  readonly note: string;
}

/**
 * Asks the coordinator at a URL.
 *
 * @throws {UnavailableError} when nobody answers; {RefusedError} when a token is needed.
 */
export async function fetchStatus(url: string): Promise<ReadStatus> {
  const token = statusToken();
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const address = new URL("status", url.endsWith("/") ? url : `${url}/`);
  let answer: Response;
  try {
    answer = await fetch(address, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new UnavailableError(`${address.href} does not answer: ${messageOf(error)}`, {
      cause: error,
      hint: "Is the run over? Give its directory instead of the address.",
    });
  }
  if (answer.status === 401) {
    throw new RefusedError("UNAUTHORISED", `${address.href} needs a token`, {
      hint: "Set AUSPEX_STATUS_TOKEN to the coordinator's.",
    });
  }
  const body: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
  if (!isRunStatus(body)) {
    throw new UnavailableError(`${address.href} is not the address of a coordinator's status`);
  }
  return { status: body, note: `live from ${url}` };
}

/** Programs of other versions answer at other addresses: the fields that everything hangs on must be there. */
function isRunStatus(value: unknown): value is RunStatus {
  if (typeof value !== "object" || value === null) return false;
  return "phase" in value && "workers" in value && "curves" in value && "leases" in value;
}

/**
 * Asks the coordinator of a run directory where it says how, and else reads what the directory holds.
 *
 * @throws {InputError} when the directory is no run's.
 */
export async function readStatus(runDirectory: string): Promise<ReadStatus> {
  if (!existsSync(runDirectory)) throw new InputError(`${runDirectory} does not exist`);
  const events = readEvents(runDirectory);
  if (events.length === 0) {
    throw new InputError(`${runDirectory} has no events.jsonl: it is not the directory of a run`);
  }
  const state = new RunState();
  for (const event of events) state.apply(event);
  const status = state.status();
  const pid = runLockHolder(runDirectory);
  const url = status.run?.statusUrl;
  if (url !== undefined && !isOver(status)) {
    const live = await fetchStatus(url).catch(() => undefined);
    // Another run may have taken the port since.
    if (live?.status.run?.runId === status.run?.runId && live !== undefined) return live;
  }
  const who =
    pid === undefined
      ? "no coordinator runs on this machine"
      : `the coordinator is process ${pid}; started with --status-port it would say what each worker does`;
  return { status, note: `from ${runDirectory}/events.jsonl: ${who}` };
}

/** Whether nothing more will come, as far as the run itself said. */
export function isOver({ phase }: RunStatus): boolean {
  return phase === "done" || phase === "stopped" || phase === "failed";
}

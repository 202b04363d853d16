// A failpoint: where in a process something goes wrong, and what. One line of text, so that a failure repeats
// from it: `worker.push:step=4:chunk=3:kill`. Nothing of this is in the way of a process without one: faults
// sit in wrappers around the transport, the store and the computing, which are put there only when asked for.

import { writeSync } from "node:fs";
import { AuspexError, EXIT, UsageError } from "../../core/index.ts";

/** Where a process can be hit, with what describes the place. */
const POINTS = {
  /** A lease arrived. */
  "worker.lease": ["step"],
  /** A piece of a gradient is about to be sent. */
  "worker.push": ["step", "chunk"],
  /** The last piece of a node's gradient was acknowledged, and the worker has not read that yet. */
  "worker.pushed": ["step"],
  /** A microshard was computed. */
  "worker.compute": ["step"],
  /** A record goes into the journal. */
  "coordinator.journal": ["record", "step", "at"],
  /** A checkpoint is written. */
  "coordinator.checkpoint": ["step", "at"],
} as const;

export type PointName = keyof typeof POINTS;
export type Position = Readonly<Record<string, string | number>>;

const ACTIONS = ["kill", "stop", "throw", "nan", "flip", "busy"] as const;

export interface Failpoint {
  readonly text: string;
  readonly point: PointName;
  readonly where: Position;
  readonly action: (typeof ACTIONS)[number];
  /** Of `busy`. */
  readonly busyMs: number;
}

export const FIRED = "auspex failpoint fired:";
/** Said by a process that was stopped and goes on. */
export const WENT_ON = "auspex failpoint over:";
const DEFAULT_BUSY_MS = 3000;

/** @throws {UsageError} naming what is wrong with the text. */
export function parseFailpoint(text: string): Failpoint {
  const parts = text.split(":");
  const fail = (reason: string): never => {
    throw new UsageError(`failpoint ${JSON.stringify(text)}: ${reason}`, {
      hint: "Failpoints look like worker.push:step=4:chunk=3:kill",
    });
  };
  const [point = "", ...rest] = parts;
  const last = rest.pop() ?? "";
  const [action, ms] = last.split("=") as [string, string?];
  if (!(point in POINTS)) fail(`no such point; there are ${Object.keys(POINTS).join(", ")}`);
  if (!ACTIONS.some((known) => known === action)) {
    fail(`it must end with one of ${ACTIONS.join(", ")}`);
  }
  const known: readonly string[] = POINTS[point as PointName];
  const where: Record<string, string | number> = {};
  for (const part of rest) {
    const [key = "", value = ""] = part.split("=");
    if (!known.includes(key)) fail(`${point} knows ${known.join(", ")}, not ${key}`);
    where[key] = /^\d+$/.test(value) ? Number(value) : value;
  }
  return {
    text,
    point: point as PointName,
    where,
    action: action as Failpoint["action"],
    busyMs: ms === undefined ? DEFAULT_BUSY_MS : Number(ms),
  };
}

/** The failpoints of this process; each fires once. */
export class Failpoints {
  readonly #armed: Set<Failpoint>;

  constructor(texts: readonly string[]) {
    this.#armed = new Set(texts.map(parseFailpoint));
  }

  /** Those of the points that begin with `prefix`, as text. */
  textsOf(prefix: string): string[] {
    return [...this.#armed].filter(({ point }) => point.startsWith(prefix)).map((f) => f.text);
  }

  /** Whether {@link hit} would let something happen. */
  wouldHit(point: PointName, position: Position): boolean {
    return [...this.#armed].some((f) => f.point === point && matches(f.where, position));
  }

  /** Lets what is armed for this place happen; returns what the caller has to do itself. */
  hit(point: PointName, position: Position): "nan" | "flip" | undefined {
    for (const failpoint of this.#armed) {
      if (failpoint.point !== point || !matches(failpoint.where, position)) continue;
      this.#armed.delete(failpoint);
      return fire(failpoint, position);
    }
    return undefined;
  }
}

/** A step is reached at or after its number: which worker gets a lease of a step is not known beforehand. */
function matches(where: Position, position: Position): boolean {
  return Object.entries(where).every(([key, value]) =>
    key === "step" ? Number(position[key]) >= Number(value) : position[key] === value,
  );
}

function fire({ text, action, busyMs }: Failpoint, position: Position): "nan" | "flip" | undefined {
  // At once and whole: the process may be gone after the next statement.
  writeSync(2, `${FIRED} ${text} ${JSON.stringify(position)}\n`);
  switch (action) {
    case "kill":
      process.kill(process.pid, "SIGKILL");
      return undefined;
    case "stop":
      process.kill(process.pid, "SIGSTOP");
      writeSync(2, `${WENT_ON} ${text}\n`);
      return undefined;
    case "throw":
      throw new AuspexError("FAILPOINT", EXIT.internal, `failpoint ${text}`);
    case "busy":
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyMs);
      return undefined;
    case "nan":
    case "flip":
      return action;
    default:
      return action satisfies never;
  }
}

// What RUN/events.jsonl says, one line each (docs/operating.md has the table), and how it is made from what a
// coordinator reports. Numbers that JSON cannot hold are null.

import { z } from "zod";
import type { RunProgress } from "../../coordinator/index.ts";

const number = z.number().nullable();
const losses = z.record(z.string(), number);
const worker = z.string();

const phases = z.object({
  downloadMs: z.number(),
  computeMs: z.number(),
  uploadMs: z.number(),
  reduceMs: z.number(),
  applyMs: z.number(),
  journalMs: z.number(),
});

const kinds = [
  z.object({
    event: z.literal("started"),
    name: z.string(),
    runId: z.string(),
    /** How often this run was started or resumed. */
    incarnation: z.int(),
    address: z.string(),
    fromStep: z.int(),
    numSteps: z.int(),
    parameterCount: z.int(),
    globalBatchSize: z.int(),
    numMicroshards: z.int(),
    statusUrl: z.string().optional(),
  }),
  z.object({ event: z.literal("joined"), worker, numericClass: z.string() }),
  z.object({ event: z.literal("left"), worker, reason: z.string(), isExpected: z.boolean() }),
  z.object({
    event: z.literal("lease-issued"),
    worker,
    leaseId: z.int(),
    purpose: z.enum(["gradient", "evaluation"]),
    step: z.int(),
    attempt: z.int(),
    numMicroshards: z.int(),
  }),
  z.object({
    event: z.literal("lease-expired"),
    worker,
    leaseId: z.int(),
    withoutProgressMs: z.number(),
  }),
  z.object({ event: z.literal("lease-reissued"), worker, numMicroshards: z.int() }),
  z.object({ event: z.literal("lease-backed-up"), worker, numMicroshards: z.int() }),
  z.object({
    event: z.literal("step"),
    step: z.int(),
    loss: number,
    taskLosses: losses,
    gradientNorm: number,
    learningRate: z.number(),
    applied: z.boolean(),
    numTokens: z.int(),
    tokensPerSecond: z.number(),
    stepMs: z.number(),
    etaMs: z.number(),
    numWorkers: z.int(),
    phases,
  }),
  z.object({ event: z.literal("evaluation"), step: z.int(), loss: number, taskLosses: losses }),
  z.object({ event: z.literal("checkpoint"), step: z.int(), durationMs: z.number() }),
  z.object({
    event: z.literal("alert"),
    code: z.string(),
    severity: z.enum(["warning", "error"]),
    text: z.string(),
    /** Whom it is about, where it is about somebody. */
    workers: z.array(worker),
  }),
  z.object({ event: z.enum(["paused", "continued"]), reason: z.string() }),
  z.object({
    event: z.literal("ended"),
    outcome: z.enum(["done", "stopped", "failed"]),
    step: z.int(),
    code: z.string().optional(),
    reason: z.string(),
  }),
] as const;

const runEventSchema = z.discriminatedUnion("event", kinds);

export type RunEvent = Readonly<z.infer<typeof runEventSchema>>;
export type StepEvent = Extract<RunEvent, { readonly event: "step" }>;
/** An event with its wall-clock time. */
export type StampedEvent = RunEvent & { readonly t: string };

/** What a coordinator does not know of its run. */
export interface RunFacts {
  readonly name: string;
  readonly numSteps: number;
  readonly globalBatchSize: number;
  readonly numMicroshards: number;
  readonly statusUrl: string | undefined;
}

/** @returns undefined for a line of a newer version, or one that a crash left unfinished. */
export function parseEvent(line: string): StampedEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const event = runEventSchema.safeParse(value);
  const t = z.object({ t: z.iso.datetime() }).safeParse(value);
  return event.success && t.success ? { ...event.data, t: t.data.t } : undefined;
}

/** The events that one report of the coordinator makes: what happened, and an alert where somebody should look. */
export function eventsOf(progress: RunProgress, facts: RunFacts): RunEvent[] {
  switch (progress.kind) {
    case "listening": {
      const { kind: _kind, ...known } = progress;
      const { statusUrl, ...rest } = facts;
      return [{ event: "started", ...known, ...rest, ...(statusUrl && { statusUrl }) }];
    }
    case "joined":
      return [{ event: "joined", worker: progress.worker, numericClass: progress.reason }];
    case "left":
      return [departure(progress, true)];
    case "lost":
      return [departure(progress, false), lossOf(progress)];
    case "leased": {
      const { kind: _kind, ...lease } = progress;
      return [{ event: "lease-issued", ...lease }];
    }
    case "expired":
      return expiry(progress);
    case "reissued":
    case "backed-up": {
      const { kind, ...rest } = progress;
      return [{ event: `lease-${kind}`, ...rest }];
    }
    case "refused":
      return [warning("WORKER_REFUSED", `${progress.code}: ${progress.text}`)];
    case "paused":
      return [
        { event: "paused", reason: progress.reason },
        { ...warning("PAUSED", progress.reason), severity: "error" },
      ];
    case "continued":
      return [{ event: "continued", reason: progress.reason }];
    case "step":
      return stepEvents(progress);
    case "evaluation": {
      const { kind, ...rest } = progress;
      return [{ event: kind, ...rest }];
    }
    case "checkpoint": {
      const { kind, ...rest } = progress;
      return [{ event: kind, ...rest }];
    }
    case "alert":
      return [alertOf(progress)];
    case "warning":
      return [warning(progress.code, progress.text)];
    case "ended":
      return ending(progress);
    default:
      return progress satisfies never;
  }
}

type Progress<Kind extends RunProgress["kind"]> = Extract<RunProgress, { readonly kind: Kind }>;

type AlertEvent = Extract<RunEvent, { readonly event: "alert" }>;

function warning(code: string, text: string, ...workers: readonly string[]): AlertEvent {
  return { event: "alert", code, severity: "warning", text, workers: [...workers] };
}

/** Results that differ put the whole run in doubt; what was repaired is worth a look. */
function alertOf({ code, text, workers }: Progress<"alert">): AlertEvent {
  const severity = code === "RESULTS_DIFFER" || code === "REPLICA_DIFFERS" ? "error" : "warning";
  return { ...warning(code, text, ...workers), severity };
}

interface Departure {
  readonly worker: string;
  readonly reason: string;
}

function departure({ worker: who, reason }: Departure, isExpected: boolean): RunEvent {
  return { event: "left", worker: who, reason, isExpected };
}

function lossOf({ worker: who, reason }: Departure): RunEvent {
  return warning("WORKER_LOST", `${who}: ${reason}`, who);
}

function expiry({ kind: _kind, ...rest }: Progress<"expired">): RunEvent[] {
  const seconds = (rest.withoutProgressMs / 1000).toFixed(1);
  const text = `${rest.worker} made no progress for ${seconds} s; others do its work`;
  return [{ event: "lease-expired", ...rest }, warning("LEASE_EXPIRED", text, rest.worker)];
}

function stepEvents({ kind, numSteps: _numSteps, ...rest }: Progress<"step">): RunEvent[] {
  const step: RunEvent = { event: kind, ...rest };
  if (rest.applied) return [step];
  return [step, warning("STEP_SKIPPED", `step ${rest.step}: the gradient was not finite`)];
}

function ending({ kind, code, ...rest }: Progress<"ended">): RunEvent[] {
  const ended: RunEvent = { event: kind, ...rest, ...(code !== undefined && { code }) };
  if (rest.outcome !== "failed") return [ended];
  return [{ ...warning(code ?? "INTERNAL", rest.reason), severity: "error" }, ended];
}

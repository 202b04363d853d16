// A run for tests of the operator's view: every report that a coordinator makes, in order.

import { eventsOf, type StampedEvent } from "../../../src/cli/operator/events.ts";
import type { RunProgress } from "../../../src/coordinator/index.ts";

export const FACTS = {
  name: "toy",
  numSteps: 100,
  globalBatchSize: 32,
  numMicroshards: 8,
  statusUrl: undefined,
};

export const LISTENING: RunProgress = {
  kind: "listening",
  address: "tcp://127.0.0.1:5555",
  fromStep: 0,
  runId: "cafe",
  incarnation: 1,
  parameterCount: 1000,
};

export function joined(worker: string): RunProgress {
  return { kind: "joined", worker, reason: "native/1" };
}

export function leased(worker: string, step: number, attempt = 0): RunProgress {
  const rest = { leaseId: 10 * step + attempt, purpose: "gradient", numMicroshards: 4 } as const;
  return { kind: "leased", worker, step, attempt, ...rest };
}

export type StepProgress = Extract<RunProgress, { readonly kind: "step" }>;

export function committed(step: number, override: Partial<StepProgress> = {}): StepProgress {
  return {
    kind: "step",
    step,
    numSteps: FACTS.numSteps,
    loss: 4 / step,
    taskLosses: { a: 5 / step, b: 3 / step },
    gradientNorm: 0.5,
    learningRate: 0.01,
    applied: true,
    numTokens: 1000,
    tokensPerSecond: 5000,
    stepMs: 200,
    etaMs: 200 * (FACTS.numSteps - step),
    numWorkers: 2,
    phases: {
      downloadMs: 10,
      computeMs: 150,
      uploadMs: 20,
      reduceMs: 3,
      applyMs: 4,
      journalMs: 5,
    },
    ...override,
  };
}

/** With times one second apart. */
export function stamped(reports: readonly RunProgress[]): StampedEvent[] {
  return reports
    .flatMap((report) => eventsOf(report, FACTS))
    .map((event, i) => ({ ...event, t: new Date(1e12 + 1000 * i).toISOString() }));
}

/** Two workers, one of which is lost; a checkpoint, a validation, a lease done again. */
export const STORY: readonly RunProgress[] = [
  LISTENING,
  joined("w1"),
  joined("w2"),
  leased("w1", 1),
  leased("w2", 1),
  committed(1),
  leased("w1", 2),
  leased("w2", 2),
  { kind: "expired", worker: "w2", leaseId: 20, withoutProgressMs: 3000 },
  { kind: "reissued", worker: "w2", numMicroshards: 4 },
  leased("w1", 2, 1),
  { kind: "lost", worker: "w2", reason: "silent for 5000 ms" },
  committed(2),
  { kind: "evaluation", step: 2, loss: 2.5, taskLosses: { a: 3, b: 2 } },
  { kind: "checkpoint", step: 2, durationMs: 12 },
];

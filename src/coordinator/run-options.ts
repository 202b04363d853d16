// What a caller gives to train a run, and what it gets back while it runs and at its end.

import type { RunStore } from "../checkpoint/index.ts";
import type { Clock, Logger, ParameterLayout } from "../core/index.ts";
import type { OptimizerConfig, ScheduleConfig } from "../optim/index.ts";
import type { PublicIdentity, Transport } from "../transport/index.ts";
import type { FleetEvent } from "./fleet.ts";
import type { CoordinatorPolicy } from "./policy.ts";
import type { OpenRecord } from "./records.ts";

export interface TrainingOptions {
  readonly numSteps: number;
  readonly globalBatchSize: number;
  readonly numMicroshards: number;
  readonly optimizer: OptimizerConfig;
  readonly schedule: ScheduleConfig;
  readonly clipNorm: number;
  /** 0: never. The workers hold the validation examples, cut into `numMicroshards` parts. */
  readonly evalEverySteps: number;
  readonly checkpointEverySteps: number;
}

export interface CoordinatorOptions {
  /** Where the run is kept; the coordinator closes it. `openRunStore` opens a directory. */
  readonly store: RunStore;
  /** Continue what is in the store. Without it, a store that holds a run is refused. */
  readonly resume: boolean;
  /** For the workers; opaque here. Its hash identifies the run. */
  readonly runConfig: unknown;
  readonly training: TrainingOptions;
  readonly layout: ParameterLayout;
  /** Called for a fresh run only. */
  readonly initialParameters: () => Float32Array;
  readonly datasetHash: string;
  /** Lets `ledger verify` prove that every example counts once in each epoch. */
  readonly sampling?: NonNullable<OpenRecord["sampling"]>;
  readonly transport: Transport;
  readonly listenAddress: string;
  /** Workers that may join, asked at each join; each must sign with its key. Absent: whoever can connect. */
  readonly admitted?: () => readonly PublicIdentity[];
  readonly policy?: Partial<CoordinatorPolicy>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onProgress?: (progress: RunProgress) => void;
}

export type RunProgress =
  | { readonly kind: "listening"; readonly address: string; readonly fromStep: number }
  | {
      readonly kind: "step";
      readonly step: number;
      readonly numSteps: number;
      /** Weighted mean over the step's examples. */
      readonly loss: number;
      readonly taskLosses: Readonly<Record<string, number>>;
      readonly gradientNorm: number;
      readonly learningRate: number;
      readonly applied: boolean;
      readonly numTokens: number;
      readonly tokensPerSecond: number;
      readonly stepMs: number;
      readonly etaMs: number;
      readonly numWorkers: number;
    }
  | {
      readonly kind: "evaluation";
      readonly step: number;
      readonly loss: number;
      readonly taskLosses: Readonly<Record<string, number>>;
    }
  | { readonly kind: "checkpoint"; readonly step: number; readonly durationMs: number }
  | { readonly kind: "warning"; readonly text: string }
  | FleetEvent;

export interface RunResult {
  /** `stopped`: {@link RunningCoordinator.stop} was called; resume goes on. */
  readonly outcome: "done" | "stopped";
  readonly step: number;
  readonly parameters: Float32Array;
  readonly parametersDigest: string;
  /** Newest validation loss, when there was one. */
  readonly evaluationLoss: number | undefined;
}

export interface RunningCoordinator {
  /** Where workers join. */
  readonly address: string;
  /** @throws when the run had to end: {@link AuspexError} PAUSED, IO, DIVERGED, or CORRUPT after a crash. */
  readonly finished: Promise<RunResult>;
  /** Ends with a checkpoint of the last committed step; the step in progress is dropped and done again on resuming. */
  stop(): void;
  /** A local worker's process ended: its lease is given to others at once. */
  workerExited(workerName: string, reason: string): void;
}

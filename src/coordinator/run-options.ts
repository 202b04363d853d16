// What a caller gives to train a run, and what it gets back while it runs and at its end.

import type { RunStore } from "../checkpoint/index.ts";
import type { Clock, Logger, ParameterLayout } from "../core/index.ts";
import type { OptimizerConfig, ScheduleConfig } from "../optim/index.ts";
import type { PublicIdentity, Transport } from "../transport/index.ts";
import type { WorkProgress } from "./current-work.ts";
import type { FleetEvent } from "./fleet-event.ts";
import type { StepPhases } from "./phase-meter.ts";
import type { CoordinatorPolicy } from "./policy.ts";
import type { ExchangeFormats, OpenRecord } from "./records.ts";
import type { ReadPart } from "./span-server.ts";
import type { WorkerView } from "./worker-view.ts";

export interface RoundOptions {
  /** Replicas that are enough for a round, after a time of grace for the others. */
  readonly quorum: number;
  readonly graceMs: number;
}

export interface TrainingOptions {
  readonly numSteps: number;
  readonly globalBatchSize: number;
  readonly numMicroshards: number;
  readonly optimizer: OptimizerConfig;
  readonly schedule: ScheduleConfig;
  readonly clipNorm: number;
  /** Keeps an exponential moving average of the parameters with this decay. */
  readonly emaDecay?: number | undefined;
  /** 0: never. The workers hold the validation examples, cut into `numMicroshards` parts. */
  readonly evalEverySteps: number;
  readonly checkpointEverySteps: number;
  /** Who adds gradients up: the coordinator, or each worker a slice. The bits are the same. Default star. */
  readonly reduction?: "star" | "mesh";
  /**
   * Who applies the optimizer to the parameters that workers compute from: the coordinator, or each worker and the
   * coordinator behind them. The bits are the same. Default coordinator.
   */
  readonly optimizerState?: "coordinator" | "replicated";
  /**
   * DiLoCo: a step is a round, a microshard is a replica, `optimizer` is the outer one and `globalBatchSize` counts the
   * examples of all replicas in a round. Default: gradients are averaged in every step.
   */
  readonly rounds?: RoundOptions | undefined;
  /** How arrays travel. Default f32. Rounded gradients make results depend on the workers' number. */
  readonly exchange?: Partial<ExchangeFormats>;
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
  /**
   * Called with every step's parameters after its update, before anyone sees them; may change them, as a pure
   * function of the step.
   */
  readonly finishStep?: (parameters: Float32Array, step: number) => void;
  readonly datasetHash: string;
  /** Reads parts of the data sources that workers stream. */
  readonly readPart?: ReadPart;
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
  | {
      readonly kind: "listening";
      readonly address: string;
      readonly fromStep: number;
      readonly runId: string;
      readonly incarnation: number;
      readonly parameterCount: number;
    }
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
      readonly phases: StepPhases;
    }
  | {
      readonly kind: "evaluation";
      readonly step: number;
      readonly loss: number;
      readonly taskLosses: Readonly<Record<string, number>>;
    }
  | { readonly kind: "checkpoint"; readonly step: number; readonly durationMs: number }
  | { readonly kind: "warning"; readonly code: WarningCode; readonly text: string }
  /** The last event. `failed`: {@link RunningCoordinator.finished} rejects; `code` is the error's. */
  | {
      readonly kind: "ended";
      readonly outcome: "done" | "stopped" | "failed";
      readonly step: number;
      readonly code: string | undefined;
      readonly reason: string;
    }
  | FleetEvent;

export type WarningCode = "CHECKPOINT_FAILED" | "CHECKPOINT_PASSED_OVER" | "FILE_HANDLES";

/** Where a run stands at this moment. */
export interface RunView {
  readonly address: string;
  readonly workers: readonly WorkerView[];
  /** Undefined between steps. */
  readonly work: WorkProgress | undefined;
}

export interface RunResult {
  /** `stopped`: {@link RunningCoordinator.stop} was called; resume goes on. */
  readonly outcome: "done" | "stopped";
  readonly step: number;
  readonly parameters: Float32Array;
  readonly parametersDigest: string;
  /** Their moving average, where the run keeps one; the last validation is of it. */
  readonly average: Float32Array | undefined;
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
  view(): RunView;
  /** A local worker's process ended: its lease is given to others at once. */
  workerExited(workerName: string, reason: string): void;
}

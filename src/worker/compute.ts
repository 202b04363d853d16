// What a worker computes, whatever the model: the gradient of a microshard and the loss of a validation part.
// The session knows only this; `prepareRun` builds one from the coordinator's run configuration.

import type { Allocate, Optimizer } from "../optim/index.ts";
import type { LeafStats } from "../protocol/index.ts";
import type { EngineConfig } from "../tensor/config.ts";
import type { FetchPart } from "../training/index.ts";

export type LeafResult = Omit<LeafStats, "microshard">;

export interface RunCompute {
  /** Floats of the flat parameters. */
  readonly parameterCount: number;
  readonly layoutHash: string;
  readonly datasetHash: string;
  /** Equal classes compute equal bits. */
  readonly numericClass: string;
  /**
   * Computes one microshard: a pure function of its arguments, with the same bits in every process of the class.
   *
   * @param parametersId Names the content of `parameters`, so that what is derived from them can be kept.
   * @param out Receives the gradient of the sum of the examples' weighted losses; in DiLoCo the way that the
   *   replica `microshard` went, times the weight of its examples.
   */
  gradient(
    parameters: Float32Array,
    parametersId: number,
    step: number,
    microshard: number,
    out: Float32Array,
    control?: GradientControl,
  ): Promise<LeafResult>;
  /** Losses of one of the fixed parts of the validation examples. */
  evaluate(parameters: Float32Array, parametersId: number, microshard: number): Promise<LeafResult>;
  /**
   * This worker's own optimizer, with the state of a run's beginning; undefined where the coordinator applies it.
   * Called once.
   *
   * @param allocate Makes the arrays of its state.
   */
  openReplica?(allocate: Allocate): OptimizerReplica | undefined;
  /** Begins to fetch what these microshards of a coming step will read; a guess that never changes a result. */
  prefetch?(step: number, microshards: readonly number[]): void;
}

/** What a worker applies to its own parameters. */
export interface OptimizerReplica {
  /** Equal classes give equal bits. */
  readonly optimizerClass: string;
  readonly optimizer: Optimizer;
  /** May change the parameters of a revision once more, as a pure function of the revision. */
  readonly finishStep?: ((parameters: Float32Array, revision: number) => void) | undefined;
}

/** For computing that takes long. */
export interface GradientControl {
  /** DiLoCo: which block of samples; undefined: those of step and microshard. */
  readonly block: number | undefined;
  /** A part is done: work goes on, and a lease is not lost. */
  partDone(): void;
  /** Nobody wants the result any more. */
  isRevoked(): boolean;
}

/** What differs from machine to machine and must not change a result. */
export interface LocalOptions {
  /** Where the run's data files lie here, by their base names; absent: where the run says. */
  readonly dataRoot?: string;
  /** Engine, threads and precision here; absent: as the run says. Another class of results is refused at joining. */
  readonly engine?: EngineConfig["engine"];
  readonly threads?: number;
  readonly precision?: EngineConfig["precision"];
}

/** A module that the compute thread loads exports this as `prepareRun`. */
/** @param fetch Brings parts of the data that the run streams; used once the worker has joined. */
export type PrepareRun = (
  runConfig: unknown,
  local: LocalOptions,
  fetch?: FetchPart,
) => Promise<RunCompute>;

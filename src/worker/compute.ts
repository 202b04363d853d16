// What a worker computes, whatever the model: the gradient of a microshard and the loss of a validation part.
// The session knows only this; `prepareRun` builds one from the coordinator's run configuration.

import type { LeafStats } from "../protocol/index.ts";
import type { EngineConfig } from "../tensor/config.ts";

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
   * @param revision Names the content of `parameters`, so that what is derived from them can be kept.
   * @param out Receives the gradient of the sum of the examples' weighted losses.
   */
  gradient(
    parameters: Float32Array,
    revision: number,
    step: number,
    microshard: number,
    out: Float32Array,
  ): Promise<LeafResult>;
  /** Losses of one of the fixed parts of the validation examples. */
  evaluate(parameters: Float32Array, revision: number, microshard: number): Promise<LeafResult>;
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
export type PrepareRun = (runConfig: unknown, local: LocalOptions) => Promise<RunCompute>;

// Where computing happens, seen from the session: one piece of work at a time, results as events.

import type { TreeNode } from "../collective/index.ts";
import type { DatasetPart } from "../data/index.ts";
import type { LeafStats } from "../protocol/index.ts";

export interface PreparedRun {
  readonly parameterCount: number;
  readonly layoutHash: string;
  readonly datasetHash: string;
  readonly numericClass: string;
  /** Empty where the run's optimizer is applied by the coordinator. */
  readonly optimizerClass: string;
}

/** A step of the optimizer: everything that must be the same for all comes from the coordinator. */
export interface ReplicaUpdate {
  /** Which of the parameter buffers it changes in place. */
  readonly buffer: 0 | 1;
  /** Of the parameters after it. */
  readonly revision: number;
  /** Counts applied updates from 1; 0: the step is skipped. */
  readonly number: number;
  readonly learningRateFactor: number;
  readonly gradientScale: number;
}

/** Memory of an optimizer that this worker applies, filled by the session. */
export interface ReplicaBuffers {
  readonly gradient: Float32Array;
  /** The optimizer's arrays in the order of their names. */
  readonly state: readonly Float32Array[];
}

export interface Work {
  /** Grows with every piece of work of this process; leases of a new session may begin at 1 again. */
  readonly workId: number;
  readonly purpose: "gradient" | "evaluation";
  readonly step: number;
  /** Which of the parameter buffers holds what it is computed from; it must not change until the work has ended. */
  readonly buffer: 0 | 1;
  /** Of what the buffer holds: a revision can come again with other values, its number cannot. */
  readonly parametersId: number;
  readonly nodes: readonly TreeNode[];
  /** DiLoCo: of each microshard of the nodes, in their order; else empty. */
  readonly blocks: readonly number[];
}

export interface ComputeEvents {
  /** A part of a long microshard is done. */
  partDone(workId: number): void;
  /** One more microshard is done. */
  leafDone(workId: number): void;
  /** A node's summed gradient. The array is the session's until it calls `release`. */
  nodeDone(
    workId: number,
    node: TreeNode,
    sum: Float32Array,
    leaves: readonly LeafStats[],
    release: () => void,
  ): void;
  evaluated(workId: number, leaves: readonly LeafStats[]): void;
  /** The work is over, done or revoked; the next can start. */
  ended(workId: number): void;
  /** An update has been applied; the next work can start. */
  applied(): void;
  /** Computing needs a part of a streamed dataset. */
  fetch(source: number, part: DatasetPart): Promise<Uint8Array>;
  /** Computing is broken beyond repair: the process should end. */
  failed(error: Error): void;
}

export interface ComputePort {
  /**
   * Builds data and model from the run configuration; called once.
   *
   * @param runConfig JSON.
   */
  prepare(runConfig: string, events: ComputeEvents): Promise<PreparedRun>;
  /** After {@link prepare}: two flat arrays for revisions of the parameters, filled by the session. */
  readonly parameterBuffers: readonly [Float32Array, Float32Array];
  /** After {@link prepare}, where the run's optimizer is replicated. */
  readonly replicaBuffers: ReplicaBuffers | undefined;
  /** Applies the summed gradient that lies in {@link replicaBuffers}; no work is under way. `applied` follows. */
  apply(update: ReplicaUpdate): void;
  /** Starts work; the one before has ended. */
  start(work: Work): void;
  /** Asks work to stop before its next microshard; `ended` follows. */
  revoke(workId: number): void;
  close(): Promise<void>;
}

// Where computing happens, seen from the session: one piece of work at a time, results as events.

import type { TreeNode } from "../collective/index.ts";
import type { LeafStats } from "../protocol/index.ts";

export interface PreparedRun {
  readonly parameterCount: number;
  readonly layoutHash: string;
  readonly datasetHash: string;
  readonly numericClass: string;
}

export interface Work {
  /** Grows with every piece of work of this process; leases of a new session may begin at 1 again. */
  readonly workId: number;
  readonly purpose: "gradient" | "evaluation";
  readonly step: number;
  readonly revision: number;
  /** Which of the parameter buffers holds the revision; it must not change until the work has ended. */
  readonly buffer: 0 | 1;
  readonly nodes: readonly TreeNode[];
}

export interface ComputeEvents {
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
  /** Starts work; the one before has ended. */
  start(work: Work): void;
  /** Asks work to stop before its next microshard; `ended` follows. */
  revoke(workId: number): void;
  close(): Promise<void>;
}

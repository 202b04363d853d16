// What the session's thread and the compute thread say to each other. Both are ours: no checking.

import type { TreeNode } from "../collective/index.ts";
import type { ExitCode } from "../core/index.ts";
import type { DatasetPart } from "../data/index.ts";
import type { LeafStats } from "../protocol/index.ts";
import type { LocalOptions } from "./compute.ts";
import type { PreparedRun, ReplicaBuffers, ReplicaUpdate, Work } from "./compute-port.ts";

export interface ThreadData {
  /** URL of a module that exports `prepareRun`. */
  readonly moduleUrl: string;
  readonly local: LocalOptions;
  /** One int: the highest work that was revoked. */
  readonly revoked: SharedArrayBuffer;
}

export type ToThread =
  | { readonly kind: "prepare"; readonly runConfig: string }
  | { readonly kind: "start"; readonly work: Work }
  | { readonly kind: "apply"; readonly update: ReplicaUpdate }
  | { readonly kind: "release"; readonly arrayId: number }
  | { readonly kind: "fetched"; readonly fetchId: number; readonly bytes: Uint8Array };

export type FromThread =
  | {
      readonly kind: "prepared";
      readonly run: PreparedRun;
      readonly buffers: readonly [SharedArrayBuffer, SharedArrayBuffer];
      /** Views of shared memory. */
      readonly replica: ReplicaBuffers | undefined;
    }
  | { readonly kind: "applied" }
  | { readonly kind: "part" | "leaf"; readonly workId: number }
  | {
      readonly kind: "node";
      readonly workId: number;
      readonly node: TreeNode;
      readonly sum: Float32Array;
      readonly arrayId: number;
      readonly leaves: readonly LeafStats[];
    }
  | { readonly kind: "evaluated"; readonly workId: number; readonly leaves: readonly LeafStats[] }
  | { readonly kind: "ended"; readonly workId: number }
  | {
      readonly kind: "fetch";
      readonly fetchId: number;
      readonly source: number;
      readonly part: DatasetPart;
    }
  | { readonly kind: "failed"; readonly failure: Failure };

/** An error as it crosses threads: structured cloning drops all but the message. */
export interface Failure {
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly exitCode: ExitCode | undefined;
  readonly hint: string | undefined;
}

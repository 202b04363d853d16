// One step of a worker's own optimizer, as the coordinator takes it on its side.

import type { FloatPool } from "../collective/index.ts";
import { type Allocate, stateArrays } from "../optim/index.ts";
import type { OptimizerReplica, RunCompute } from "./compute.ts";
import type { ReplicaBuffers, ReplicaUpdate } from "./compute-port.ts";

export interface OpenReplica extends OptimizerReplica {
  readonly buffers: ReplicaBuffers;
}

/** Undefined where the coordinator applies the optimizer. */
export function openReplica(
  compute: RunCompute,
  pool: FloatPool,
  allocate: Allocate,
): OpenReplica | undefined {
  const replica = compute.openReplica?.(allocate);
  if (replica === undefined) return undefined;
  const state = stateArrays(replica.optimizer);
  return { ...replica, buffers: { gradient: pool.take(), state } };
}

export function applyUpdate(
  { optimizer, finishStep, buffers }: OpenReplica,
  parameters: Float32Array,
  { revision, number, learningRateFactor, gradientScale }: ReplicaUpdate,
): void {
  if (number > 0) {
    const update = { learningRateFactor, gradientScale, step: number };
    optimizer.apply(parameters, buffers.gradient, update);
  }
  finishStep?.(parameters, revision);
}

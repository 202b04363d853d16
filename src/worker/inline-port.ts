// Computes in the caller's own thread: for tests, and for small models where a thread is not worth it.

import { FloatPool } from "../collective/index.ts";
import { invariant, messageOf } from "../core/index.ts";
import { applyUpdate, type OpenReplica, openReplica } from "./apply-update.ts";
import type { PrepareRun, RunCompute } from "./compute.ts";
import type {
  ComputeEvents,
  ComputePort,
  PreparedRun,
  ReplicaBuffers,
  ReplicaUpdate,
  Work,
} from "./compute-port.ts";
import { doWork } from "./do-work.ts";

export class InlinePort implements ComputePort {
  readonly #prepareRun: PrepareRun;
  #compute: RunCompute | undefined;
  #events: ComputeEvents | undefined;
  #pool: FloatPool | undefined;
  #buffers: readonly [Float32Array, Float32Array] | undefined;
  #replica: OpenReplica | undefined;
  #revokedWorkId = 0;

  constructor(prepareRun: PrepareRun) {
    this.#prepareRun = prepareRun;
  }

  async prepare(runConfig: string, events: ComputeEvents): Promise<PreparedRun> {
    const compute = await this.#prepareRun(JSON.parse(runConfig), {}, (source, part) =>
      events.fetch(source, part),
    );
    const { parameterCount, layoutHash, datasetHash, numericClass } = compute;
    this.#compute = compute;
    this.#events = events;
    this.#pool = new FloatPool(parameterCount);
    this.#buffers = [new Float32Array(parameterCount), new Float32Array(parameterCount)];
    this.#replica = openReplica(compute, this.#pool, (length) => new Float32Array(length));
    const optimizerClass = this.#replica?.optimizerClass ?? "";
    return { parameterCount, layoutHash, datasetHash, numericClass, optimizerClass };
  }

  get replicaBuffers(): ReplicaBuffers | undefined {
    return this.#replica?.buffers;
  }

  apply(update: ReplicaUpdate): void {
    const events = this.#events;
    invariant(events !== undefined && this.#replica !== undefined, "prepare comes first");
    applyUpdate(this.#replica, this.parameterBuffers[update.buffer], update);
    queueMicrotask(() => events.applied());
  }

  get parameterBuffers(): readonly [Float32Array, Float32Array] {
    invariant(this.#buffers !== undefined, "prepare comes first");
    return this.#buffers;
  }

  start(work: Work): void {
    const events = this.#events;
    invariant(events !== undefined && this.#compute && this.#pool, "prepare comes first");
    doWork(work, {
      compute: this.#compute,
      parameters: this.parameterBuffers[work.buffer],
      pool: this.#pool,
      isRevoked: () => this.#revokedWorkId >= work.workId,
      events,
    }).then(
      () => events.ended(work.workId),
      (error: unknown) =>
        events.failed(error instanceof Error ? error : new Error(messageOf(error))),
    );
  }

  revoke(workId: number): void {
    this.#revokedWorkId = workId;
  }

  close(): Promise<void> {
    this.#revokedWorkId = Number.MAX_SAFE_INTEGER;
    return Promise.resolve();
  }
}

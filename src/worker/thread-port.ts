// Computes in one worker thread, which is never restarted: the tensor library does not survive a second one.
// Parameters and gradients lie in shared memory, so nothing is copied between the threads.

import { Worker } from "node:worker_threads";
import { AuspexError, EXIT, invariant, moduleBeside, threadEntry } from "../core/index.ts";
import type { LocalOptions } from "./compute.ts";
import type {
  ComputeEvents,
  ComputePort,
  PreparedRun,
  ReplicaBuffers,
  ReplicaUpdate,
  Work,
} from "./compute-port.ts";
import type { Failure, FromThread, ThreadData, ToThread } from "./thread-messages.ts";

export class ThreadPort implements ComputePort {
  readonly #worker: Worker;
  readonly #revoked = new Int32Array(new SharedArrayBuffer(4));
  #replicaBuffers: ReplicaBuffers | undefined;
  #events: ComputeEvents | undefined;
  #buffers: readonly [Float32Array, Float32Array] | undefined;
  #onPrepared: { resolve(run: PreparedRun): void; reject(error: Error): void } | undefined;
  /** The thread failed before anybody asked it for anything: whoever asks is told. */
  #failure: Error | undefined;
  #isClosing = false;

  /** @param moduleUrl A module that exports `prepareRun`; the thread imports it. Default: the real model. */
  constructor(
    local: LocalOptions = {},
    moduleUrl: string = moduleBeside(import.meta.url, "prepare-run").href,
  ) {
    const data: ThreadData = {
      moduleUrl,
      local,
      revoked: this.#revoked.buffer as SharedArrayBuffer,
    };
    this.#worker = new Worker(threadEntry(moduleBeside(import.meta.url, "compute-thread")), {
      workerData: data,
    });
    this.#worker.on("message", (message: FromThread) => this.#onMessage(message));
    this.#worker.on("error", (error: Error) => this.#fail(error));
    this.#worker.on("exit", (code) => {
      if (this.#isClosing) return;
      const text = `the compute thread ended with code ${code}`;
      this.#fail(new AuspexError("COMPUTE", EXIT.internal, text));
    });
  }

  prepare(runConfig: string, events: ComputeEvents): Promise<PreparedRun> {
    this.#events = events;
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#onPrepared = { resolve, reject };
      this.#post({ kind: "prepare", runConfig });
    });
  }

  get parameterBuffers(): readonly [Float32Array, Float32Array] {
    invariant(this.#buffers !== undefined, "prepare comes first");
    return this.#buffers;
  }

  get replicaBuffers(): ReplicaBuffers | undefined {
    return this.#replicaBuffers;
  }

  apply(update: ReplicaUpdate): void {
    this.#post({ kind: "apply", update });
  }

  start(work: Work): void {
    this.#post({ kind: "start", work });
  }

  revoke(workId: number): void {
    Atomics.store(this.#revoked, 0, workId);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.revoke(2 ** 31 - 1);
    await this.#worker.terminate();
  }

  #onMessage(message: FromThread): void {
    const events = this.#events;
    if (events === undefined || this.#isClosing) return;
    switch (message.kind) {
      case "prepared": {
        const [first, second] = message.buffers;
        this.#replicaBuffers = message.replica;
        this.#buffers = [new Float32Array(first), new Float32Array(second)];
        this.#onPrepared?.resolve(message.run);
        this.#onPrepared = undefined;
        return;
      }
      case "part":
        return events.partDone(message.workId);
      case "leaf":
        return events.leafDone(message.workId);
      case "node": {
        const { workId, node, sum, leaves, arrayId } = message;
        return events.nodeDone(workId, node, sum, leaves, () =>
          this.#post({ kind: "release", arrayId }),
        );
      }
      case "evaluated":
        return events.evaluated(message.workId, message.leaves);
      case "ended":
        return events.ended(message.workId);
      case "applied":
        return events.applied();
      case "fetch": {
        const { fetchId, source, part } = message;
        events.fetch(source, part).then(
          (bytes) => this.#post({ kind: "fetched", fetchId, bytes }),
          (error: Error) => this.#fail(error),
        );
        return;
      }
      case "failed":
        return this.#fail(errorOf(message.failure));
      default:
        return message satisfies never;
    }
  }

  #fail(error: Error): void {
    if (this.#isClosing) return;
    if (this.#events === undefined) this.#failure ??= error;
    if (this.#onPrepared !== undefined) this.#onPrepared.reject(error);
    else this.#events?.failed(error);
    this.#onPrepared = undefined;
  }

  #post(message: ToThread): void {
    if (!this.#isClosing) this.#worker.postMessage(message);
  }
}

function errorOf({ code, exitCode, message, hint, stack }: Failure): Error {
  const error = new AuspexError(code ?? "COMPUTE", exitCode ?? EXIT.internal, message, {
    ...(hint !== undefined && { hint }),
  });
  if (stack !== undefined) error.stack = stack;
  return error;
}

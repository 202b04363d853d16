// The compute thread of a worker: imports the module that builds the run, then does one piece of work after the other.
// Runs nothing but computing, so that a step that blocks never holds up a heartbeat.

import { parentPort, workerData } from "node:worker_threads";
import { FloatPool } from "../collective/index.ts";
import { AuspexError, invariant, messageOf } from "../core/index.ts";
import type { PrepareRun, RunCompute } from "./compute.ts";
import type { Work } from "./compute-port.ts";
import { doWork } from "./do-work.ts";
import type { FromThread, ThreadData, ToThread } from "./thread-messages.ts";

const { moduleUrl, local, revoked } = workerData as ThreadData;
const revokedWorkId = new Int32Array(revoked);
const port = parentPort;
invariant(port !== null, "compute-thread runs as a worker thread");

let compute: RunCompute | undefined;
let pool: FloatPool | undefined;
let buffers: readonly Float32Array[] = [];
const lent = new Map<number, () => void>();
let nextArrayId = 1;

port.on("message", (message: ToThread) => {
  switch (message.kind) {
    case "prepare":
      prepare(message.runConfig).catch(fail);
      return;
    case "start":
      work(message.work).catch(fail);
      return;
    case "release":
      lent.get(message.arrayId)?.();
      lent.delete(message.arrayId);
      return;
    default:
      message satisfies never;
  }
});

async function prepare(runConfig: string): Promise<void> {
  const module = (await import(moduleUrl)) as { readonly prepareRun?: PrepareRun };
  invariant(typeof module.prepareRun === "function", `${moduleUrl} exports no prepareRun`);
  compute = await module.prepareRun(JSON.parse(runConfig), local);
  const { parameterCount, layoutHash, datasetHash, numericClass } = compute;
  pool = new FloatPool(parameterCount, shared);
  const pair = [shared(parameterCount), shared(parameterCount)] as const;
  buffers = pair;
  post({
    kind: "prepared",
    run: { parameterCount, layoutHash, datasetHash, numericClass },
    buffers: [pair[0].buffer, pair[1].buffer],
  });
}

async function work(lease: Work): Promise<void> {
  invariant(compute !== undefined && pool !== undefined, "prepare comes first");
  const { workId } = lease;
  await doWork(lease, {
    compute,
    parameters: buffers[lease.buffer]!,
    pool,
    isRevoked: () => Atomics.load(revokedWorkId, 0) >= workId,
    events: {
      leafDone: () => post({ kind: "leaf", workId }),
      nodeDone: (_workId, node, sum, leaves, release) => {
        const arrayId = nextArrayId++;
        lent.set(arrayId, release);
        post({ kind: "node", workId, node, sum, arrayId, leaves });
      },
      evaluated: (_workId, leaves) => post({ kind: "evaluated", workId, leaves }),
    },
  });
  post({ kind: "ended", workId });
}

function shared(length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

function fail(error: unknown): void {
  const known = error instanceof AuspexError ? error : undefined;
  post({
    kind: "failed",
    failure: {
      message: messageOf(error),
      stack: error instanceof Error ? error.stack : undefined,
      code: known?.code,
      exitCode: known?.exitCode,
      hint: known?.hint,
    },
  });
}

function post(message: FromThread): void {
  port!.postMessage(message);
}

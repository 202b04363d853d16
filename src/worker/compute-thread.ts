// The compute thread of a worker: imports the module that builds the run, then does one piece of work after the other.
// Runs nothing but computing, so that a step that blocks never holds up a heartbeat.

import { parentPort, workerData } from "node:worker_threads";
import { FloatPool } from "../collective/index.ts";
import { AuspexError, invariant, messageOf, outOfWasmMemory } from "../core/index.ts";
import type { DatasetPart } from "../data/index.ts";
import { applyUpdate, type OpenReplica, openReplica } from "./apply-update.ts";
import type { PrepareRun, RunCompute } from "./compute.ts";
import type { ReplicaUpdate, Work } from "./compute-port.ts";
import { doWork } from "./do-work.ts";
import type { FromThread, ThreadData, ToThread } from "./thread-messages.ts";

const { moduleUrl, local, revoked } = workerData as ThreadData;
const revokedWorkId = new Int32Array(revoked);
const port = parentPort;
invariant(port !== null, "compute-thread runs as a worker thread");

let compute: RunCompute | undefined;
let pool: FloatPool | undefined;
let buffers: readonly Float32Array[] = [];
let replica: OpenReplica | undefined;
const lent = new Map<number, () => void>();
let nextArrayId = 1;
const fetching = new Map<number, (bytes: Uint8Array) => void>();
let nextFetchId = 1;

port.on("message", (message: ToThread) => {
  switch (message.kind) {
    case "prepare":
      prepare(message.runConfig).catch(fail);
      return;
    case "start":
      work(message.work).catch(fail);
      return;
    case "apply":
      apply(message.update);
      return;
    case "release":
      lent.get(message.arrayId)?.();
      lent.delete(message.arrayId);
      return;
    case "fetched":
      fetching.get(message.fetchId)?.(message.bytes);
      fetching.delete(message.fetchId);
      return;
    default:
      message satisfies never;
  }
});

async function prepare(runConfig: string): Promise<void> {
  const module = (await import(moduleUrl)) as { readonly prepareRun?: PrepareRun };
  invariant(typeof module.prepareRun === "function", `${moduleUrl} exports no prepareRun`);
  compute = await module.prepareRun(JSON.parse(runConfig), local, fetch);
  const { parameterCount, layoutHash, datasetHash, numericClass } = compute;
  pool = new FloatPool(parameterCount, shared);
  const pair = [shared(parameterCount), shared(parameterCount)] as const;
  buffers = pair;
  replica = openReplica(compute, pool, shared);
  const optimizerClass = replica?.optimizerClass ?? "";
  post({
    kind: "prepared",
    run: { parameterCount, layoutHash, datasetHash, numericClass, optimizerClass },
    buffers: [pair[0].buffer, pair[1].buffer],
    replica: replica?.buffers,
  });
}

function apply(update: ReplicaUpdate): void {
  try {
    invariant(replica !== undefined, "the run has an optimizer to apply");
    applyUpdate(replica, buffers[update.buffer]!, update);
    post({ kind: "applied" });
  } catch (error) {
    fail(error);
  }
}

/** From the session's thread, which has the connection. */
function fetch(source: number, part: DatasetPart): Promise<Uint8Array> {
  const fetchId = nextFetchId++;
  return new Promise((resolve) => {
    fetching.set(fetchId, resolve);
    post({ kind: "fetch", fetchId, source, part });
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
      partDone: () => post({ kind: "part", workId }),
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
  const known = outOfWasmMemory(error) ?? (error instanceof AuspexError ? error : undefined);
  post({
    kind: "failed",
    failure: {
      message: messageOf(known ?? error),
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

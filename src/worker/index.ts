export type { LeafResult, LocalOptions, PrepareRun, RunCompute } from "./compute.ts";
export type { ComputeEvents, ComputePort, PreparedRun, Work } from "./compute-port.ts";
export { InlinePort } from "./inline-port.ts";
export {
  type RunningWorker,
  startWorker,
  type WorkerOptions,
  type WorkerProgress,
  type WorkerResult,
} from "./run-worker.ts";
export { ThreadPort } from "./thread-port.ts";

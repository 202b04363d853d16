import { hostname } from "node:os";
import {
  AuspexError,
  EXIT,
  jsonLogger,
  silentLogger,
  systemClock,
  wallClockMs,
} from "../../core/index.ts";
import type { Transport } from "../../transport/index.ts";
import { type LocalOptions, startWorker, ThreadPort } from "../../worker/index.ts";
import { chooseEngine, type EngineFlags } from "../engine-options.ts";
import { workerNetwork } from "../network.ts";
import { noteLine, printResult } from "../output.ts";
import { packageVersion } from "../package-version.ts";
import { onFirstSignal } from "../signals.ts";

interface WorkerCommandOptions extends EngineFlags {
  readonly join: string;
  readonly name?: string;
  readonly dataRoot?: string;
  readonly peerListen?: string;
  readonly insecure: boolean;
  readonly key?: string;
  readonly serverKey?: string;
  /** Leave when stdin closes: a local worker ends with the process that started it. */
  readonly parentPipe: boolean;
  readonly failpoint: readonly string[];
  readonly json: boolean;
}

/** `auspex worker`: joins a coordinator and computes until the run has ended. */
export async function workerCommand(options: WorkerCommandOptions): Promise<void> {
  const logger = options.json ? silentLogger : jsonLogger(noteLine, wallClockMs);
  const network = workerNetwork(options.join, options);
  const armed = await armedParts(network.transport, options);
  const worker = await startWorker({
    joinAddress: options.join,
    name: options.name ?? `${hostname()}-${process.pid}`,
    software: `auspex ${packageVersion()}`,
    ...network,
    ...(options.peerListen !== undefined && { peerListenAddress: options.peerListen }),
    ...(armed !== undefined && { transport: armed.transport }),
    port: armed?.port ?? new ThreadPort(localOptions(options)),
    clock: systemClock,
    logger,
    onProgress: (progress) => {
      if (!options.json && progress.kind !== "lease") noteLine(progress.kind);
    },
  });
  const forget = onFirstSignal((signal) => worker.leave(signal));
  if (options.parentPipe) {
    process.stdin.on("end", () => worker.leave("the parent process ended")).resume();
  }
  // An open pipe would keep the process, also one whose work has failed.
  const result = await worker.finished.finally(() => {
    forget();
    process.stdin.destroy();
  });
  printResult(options.json, result, (r) => [
    `${r.outcome}: ${r.reason} (${r.computedMicroshards} microshards computed here)`,
  ]);
  if (result.outcome !== "paused") return;
  throw new AuspexError("PAUSED", EXIT.paused, `the coordinator has ended: ${result.reason}`, {
    hint: "Start the worker again: the run goes on when its coordinator is started again.",
  });
}

/** With failpoints, the transport and the computing are wrapped; without, nothing of them is loaded. */
async function armedParts(transport: Transport, options: WorkerCommandOptions) {
  const { failpoint } = options;
  if (failpoint.length === 0) return undefined;
  const { armedPort, armedTransport } = await import("../chaos/arm.ts");
  return {
    transport: armedTransport(transport, failpoint),
    port: armedPort(localOptions(options), failpoint),
  };
}

/** Only what was asked for on the command line or in the environment. */
function localOptions(options: WorkerCommandOptions): LocalOptions {
  const { dataRoot, threads, precision } = options;
  const engine = options.engine ?? process.env["AUSPEX_ENGINE"];
  return {
    ...(dataRoot === undefined ? {} : { dataRoot }),
    ...(threads === undefined ? {} : { threads }),
    ...(precision === undefined ? {} : { precision }),
    ...(engine === undefined ? {} : { engine: chooseEngine(options).engine }),
  };
}

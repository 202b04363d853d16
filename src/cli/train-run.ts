// One training run seen from the command line: setup, coordinator, local workers, progress, bundle at the end.

import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRunStore } from "../checkpoint/index.ts";
import type { RunConfig } from "../config/index.ts";
import { type RunProgress, type RunResult, startCoordinator } from "../coordinator/index.ts";
import { AuspexError, EXIT, jsonLogger, systemClock, wallClockMs } from "../core/index.ts";
import type { EngineConfig } from "../tensor/config.ts";
import { saveModel } from "../training/index.ts";
import { startLocalWorkers } from "./local-workers.ts";
import { coordinatorNetwork } from "./network.ts";
import { packageVersion } from "./package-version.ts";
import { formatDuration, openProgress, type Progress } from "./progress.ts";
import { setUpRun } from "./run-setup.ts";
import { onFirstSignal } from "./signals.ts";

export interface TrainRunOptions {
  readonly config: RunConfig;
  readonly engine: EngineConfig;
  readonly runDirectory: string;
  readonly resume: boolean;
  /** Worker processes to start on this machine. */
  readonly numLocalWorkers: number;
  /** Workers to wait for before the first step. */
  readonly minWorkers: number;
  /** Absent: a socket file that only this machine sees. */
  readonly listen?: string;
  readonly insecure: boolean;
  /** Key file of this coordinator, and the list of workers that may join. */
  readonly key?: string;
  readonly allow?: string;
  /** No progress on stderr. */
  readonly quiet: boolean;
  readonly onListening?: (address: string) => void;
}

/** One point of the learning curve. */
export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
}

export interface TrainRunResult {
  readonly runDirectory: string;
  readonly bundle: string;
  readonly outcome: RunResult["outcome"];
  readonly step: number;
  readonly parametersDigest: string;
  readonly trainLoss: number | undefined;
  readonly validationLoss: number | undefined;
  readonly numParameters: number;
  readonly tokensPerSecond: number;
  readonly wallSeconds: number;
  readonly training: readonly CurvePoint[];
  readonly validation: readonly CurvePoint[];
}

/** Trains as the configuration says and writes the bundle `RUN/bundle`. A signal ends it with a checkpoint. */
export async function trainRun(options: TrainRunOptions): Promise<TrainRunResult> {
  const { config, runDirectory, numLocalWorkers } = options;
  const startMs = systemClock.nowMs();
  const setup = await setUpRun(config, options.engine);
  const { model, parameters } = setup.untrained;
  const curve = new Curve(openTrainingProgress(options));
  const socketDirectory = mkdtempSync(join(tmpdir(), "auspex-"));
  const logger = jsonLogger(
    (line) => appendFileSync(join(runDirectory, "coordinator.log"), `${line}\n`),
    wallClockMs,
  );
  const listenAddress = options.listen ?? `ipc://${join(socketDirectory, "run.sock")}`;
  const coordinator = await startCoordinator({
    store: openRunStore(runDirectory),
    resume: options.resume,
    runConfig: setup.spec,
    training: {
      ...config.training,
      evalEverySteps: setup.data.validation.length === 0 ? 0 : config.training.evalEverySteps,
    },
    layout: model.layout,
    initialParameters: () => parameters.slice(),
    datasetHash: setup.data.datasetHash,
    sampling: { seed: config.seed, taskSizes: { ...setup.taskSizes }, ...config.training.mixture },
    ...coordinatorNetwork(listenAddress, options),
    listenAddress,
    policy: {
      minWorkers: options.minWorkers,
      expectedWorkers: Math.max(options.minWorkers, numLocalWorkers),
    },
    clock: systemClock,
    logger,
    onProgress: (progress) => curve.onProgress(progress),
  });
  options.onListening?.(coordinator.address);
  const workers = startLocalWorkers(coordinator, {
    count: numLocalWorkers,
    joinAddress: coordinator.address,
    onNote: (text) => curve.note(text),
    logger,
  });
  const forgetSignals = onFirstSignal(() => coordinator.stop());
  try {
    const result = await coordinator.finished;
    if (result.outcome === "stopped") {
      throw new AuspexError("STOPPED", EXIT.paused, `stopped after step ${result.step}`, {
        hint: `continue with --resume --run ${runDirectory}`,
      });
    }
    const bundle = join(runDirectory, "bundle");
    const wallSeconds = (systemClock.nowMs() - startMs) / 1000;
    saveModel(
      bundle,
      {
        ...setup.untrained,
        parameters: result.parameters,
        metrics: { trainLoss: curve.lastLoss, validationLoss: result.evaluationLoss },
        provenance: {
          run: config.name,
          seed: config.seed,
          steps: result.step,
          datasetHash: setup.data.datasetHash,
          parametersDigest: result.parametersDigest,
          holdOut: config.holdOut,
        },
      },
      packageVersion(),
    );
    return {
      runDirectory,
      bundle,
      outcome: result.outcome,
      step: result.step,
      parametersDigest: result.parametersDigest,
      trainLoss: curve.lastLoss,
      validationLoss: result.evaluationLoss,
      numParameters: model.layout.size,
      tokensPerSecond: curve.tokensPerSecond,
      wallSeconds,
      training: curve.training,
      validation: curve.validation,
    };
  } finally {
    forgetSignals();
    curve.finish();
    await workers.close(5000);
    rmSync(socketDirectory, { recursive: true, force: true });
  }
}

function openTrainingProgress({ config, quiet }: TrainRunOptions): Progress {
  return openProgress({
    label: "pretrain",
    total: config.training.numSteps,
    unit: "steps",
    ...(quiet ? { mode: "none" as const } : {}),
  });
}

/** Collects the learning curve and shows where the run stands. */
class Curve {
  readonly training: CurvePoint[] = [];
  readonly validation: CurvePoint[] = [];
  lastLoss: number | undefined;
  tokensPerSecond = 0;
  readonly #progress: Progress;
  #validationLoss: number | undefined;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  onProgress(progress: RunProgress): void {
    if (progress.kind === "step") this.#onStep(progress);
    if (progress.kind === "warning") this.note(progress.text);
    if (progress.kind === "evaluation") {
      this.#validationLoss = progress.loss;
      this.validation.push({ step: progress.step, loss: progress.loss });
    }
  }

  #onStep(progress: Extract<RunProgress, { readonly kind: "step" }>): void {
    this.lastLoss = progress.loss;
    this.tokensPerSecond = progress.tokensPerSecond;
    this.training.push({ step: progress.step, loss: progress.loss });
    this.#progress.update(progress.step, {
      loss: progress.loss.toFixed(3),
      ...(this.#validationLoss === undefined ? {} : { val: this.#validationLoss.toFixed(3) }),
      "tokens/s": Math.round(progress.tokensPerSecond),
      workers: progress.numWorkers,
    });
  }

  note(text: string): void {
    this.#progress.note(text);
  }

  finish(): void {
    this.#progress.finish();
  }
}

/** One line for people at the end of a run. */
export function summarise(result: TrainRunResult): string {
  const loss = (value: number | undefined): string => value?.toFixed(3) ?? "-";
  return [
    `${result.bundle}: ${result.numParameters.toLocaleString("en")} parameters`,
    `${result.step} steps in ${formatDuration(result.wallSeconds)}`,
    `loss ${loss(result.trainLoss)}, validation ${loss(result.validationLoss)}`,
    `${Math.round(result.tokensPerSecond).toLocaleString("en")} tokens/s`,
  ].join("; ");
}

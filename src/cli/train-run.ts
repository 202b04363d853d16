// One training run seen from the command line: setup, coordinator, local workers, progress, bundle at the end.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRunStore, type RunStore } from "../checkpoint/index.ts";
import type { RunConfig } from "../config/index.ts";
import {
  type CoordinatorPolicy,
  coordinatorPolicySchema,
  type RunProgress,
  type RunResult,
  startCoordinator,
} from "../coordinator/index.ts";
import {
  AuspexError,
  EXIT,
  InputError,
  jsonLogger,
  systemClock,
  wallClockMs,
} from "../core/index.ts";
import { describeClamped, localParts, type TargetReport } from "../data/index.ts";
import { redrawFeatures, redrawsAfter } from "../model/index.ts";
import { type CutReport, describeCut, saveModel } from "../training/index.ts";
import { maxWorkersFor, readFileHandles } from "./file-handles.ts";
import { startLocalWorkers } from "./local-workers.ts";
import { LogFile } from "./log-file.ts";
import { coordinatorNetwork } from "./network.ts";
import { type Monitor, openMonitor, type StatusServerOptions } from "./operator/index.ts";
import { noteLine } from "./output.ts";
import { packageVersion } from "./package-version.ts";
import { formatDuration, openProgress, type Progress } from "./progress.ts";
import { coordinatorTraining } from "./rounds.ts";
import type { RunSetup } from "./run-setup.ts";
import { onFirstSignal } from "./signals.ts";

export interface TrainRunOptions {
  readonly config: RunConfig;
  /** Made from the same configuration by `setUpRun`. */
  readonly setup: RunSetup;
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
  /** Shows the run over HTTP. */
  readonly status?: StatusServerOptions;
  /** Time-outs and bounds that differ from the defaults. */
  readonly policy?: Partial<CoordinatorPolicy>;
  /** What is to go wrong in this process, and where; for tests. */
  readonly failpoints?: readonly string[];
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
  /** What the model does not read of the training texts. */
  readonly cut: CutReport;
  /** The numbers that were looked at before the start, and how many of them the tokenizer clamps. */
  readonly targets: TargetReport;
  readonly wallSeconds: number;
  readonly training: readonly CurvePoint[];
  readonly validation: readonly CurvePoint[];
}

/** Trains as the configuration says and writes the bundle `RUN/bundle`. A signal ends it with a checkpoint. */
export async function trainRun(options: TrainRunOptions): Promise<TrainRunResult> {
  const { config, runDirectory, resume, status } = options;
  const { numSteps, globalBatchSize, numMicroshards } = config.training;
  const monitor = await openMonitor({
    runDirectory,
    resume,
    facts: { name: config.name, numSteps, globalBatchSize, numMicroshards },
    ...(status && { status }),
  });
  if (monitor.url !== undefined) noteLine(`dashboard: ${monitor.url}`);
  try {
    return await trainMonitored(options, monitor);
  } finally {
    await monitor.close();
  }
}

async function trainMonitored(options: TrainRunOptions, monitor: Monitor): Promise<TrainRunResult> {
  const { config, setup, runDirectory, numLocalWorkers } = options;
  const startMs = systemClock.nowMs();
  const { model, parameters } = setup.untrained;
  const curve = new Curve(openTrainingProgress(options));
  const tell = (progress: RunProgress): void => {
    monitor.onProgress(progress);
    curve.onProgress(progress);
  };
  const socketDirectory = mkdtempSync(join(tmpdir(), "auspex-"));
  const log = new LogFile(join(runDirectory, "coordinator.log"));
  const logger = jsonLogger((line) => log.append(line), wallClockMs);
  const policy = policyOf(options);
  const listenAddress = options.listen ?? `ipc://${join(socketDirectory, "run.sock")}`;
  const { encoder } = model.config;
  // Without it, parts of a step go out before the last one is computed.
  const redraws = encoder.kind === "performer" && encoder.redrawEverySteps !== undefined;
  const streamed = config.data.map(({ file, access }) =>
    access === "streamed" ? localParts(file) : undefined,
  );
  const coordinator = await startCoordinator({
    store: await openStore(options),
    resume: options.resume,
    runConfig: setup.spec,
    training: {
      ...coordinatorTraining(config),
      ...(setup.numValidation === 0 && { evalEverySteps: 0 }),
    },
    layout: model.layout,
    initialParameters: () => parameters.slice(),
    ...(redraws && {
      finishStep: (current, step) => {
        if (redrawsAfter(model, step, coordinatorTraining(config).numSteps)) {
          redrawFeatures(model, current, config.seed, step);
        }
      },
    }),
    datasetHash: setup.data.datasetHash,
    readPart: (source, part) =>
      streamed[source]?.read(part) ??
      Promise.reject(new InputError(`data.${source} is not streamed`)),
    sampling: { seed: config.seed, taskSizes: { ...setup.taskSizes }, ...config.training.mixture },
    ...coordinatorNetwork(listenAddress, options),
    listenAddress,
    policy: policy.fitted,
    clock: systemClock,
    logger,
    onProgress: tell,
  });
  monitor.attach(coordinator);
  if (policy.warning !== undefined) {
    tell({ kind: "warning", code: "FILE_HANDLES", text: policy.warning });
  }
  options.onListening?.(coordinator.address);
  const cut = describeCut(setup.cut);
  if (cut !== undefined) curve.note(`of the training texts looked at, ${cut}`);
  const clamped = describeClamped(setup.targets);
  if (clamped !== undefined) curve.note(clamped);
  let givenUp: AuspexError | undefined;
  const workers = startLocalWorkers(coordinator, {
    count: numLocalWorkers,
    joinAddress: coordinator.address,
    onNote: (text) => curve.note(text),
    onGivenUp(reason, exitCode) {
      if (coordinator.view().workers.length > 0) return;
      givenUp = new AuspexError(
        "WORKERS_FAILED",
        exitCode === EXIT.invalidInput ? EXIT.invalidInput : EXIT.internal,
        `every worker failed; the last one said: ${reason}`,
        { hint: `what was committed is kept: --resume --run ${runDirectory}` },
      );
      coordinator.stop();
    },
    logger,
  });
  const forgetSignals = onFirstSignal(() => coordinator.stop());
  try {
    const result = await coordinator.finished;
    if (result.outcome === "stopped") {
      throw (
        givenUp ??
        new AuspexError("STOPPED", EXIT.paused, `stopped after step ${result.step}`, {
          hint: `continue with --resume --run ${runDirectory}`,
        })
      );
    }
    const bundle = join(runDirectory, "bundle");
    const wallSeconds = (systemClock.nowMs() - startMs) / 1000;
    saveModel(
      bundle,
      {
        ...setup.untrained,
        parameters: result.average ?? result.parameters,
        metrics: { trainLoss: curve.lastLoss, validationLoss: result.evaluationLoss },
        provenance: {
          ...setup.untrained.provenance,
          run: config.name,
          seed: config.seed,
          steps: result.step,
          datasetHash: setup.data.datasetHash,
          parametersDigest: result.parametersDigest,
          ...(result.average && { emaDecay: config.training.emaDecay }),
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
      cut: setup.cut,
      targets: setup.targets,
      wallSeconds,
      training: curve.training,
      validation: curve.validation,
    };
  } finally {
    forgetSignals();
    curve.finish();
    await workers.close(5000);
    log.close();
    rmSync(socketDirectory, { recursive: true, force: true });
  }
}

/** The policy of the run, with no more workers than there are file handles for; and what is to be said about that. */
function policyOf({ minWorkers, numLocalWorkers, listen, policy }: TrainRunOptions): {
  readonly fitted: CoordinatorPolicy;
  readonly warning?: string;
} {
  const fitted = coordinatorPolicySchema.parse({
    minWorkers,
    expectedWorkers: Math.max(minWorkers, numLocalWorkers),
    ...policy,
  });
  // Over NATS one connection is all.
  const handles = listen?.startsWith("nats://") ? undefined : readFileHandles();
  if (handles === undefined) return { fitted };
  const numWanted = Math.max(fitted.minWorkers, numLocalWorkers);
  const counts = { numWanted, maxWorkers: fitted.maxWorkers, numLocalWorkers };
  const maxWorkers = maxWorkersFor(handles, counts);
  if (maxWorkers === fitted.maxWorkers) return { fitted };
  const warning = `this process may have ${handles.limit} files open at a time: no more than ${maxWorkers} workers are let in (ulimit -n raises it)`;
  return { fitted: { ...fitted, maxWorkers }, warning };
}

async function openStore({ runDirectory, failpoints = [] }: TrainRunOptions): Promise<RunStore> {
  const store = openRunStore(runDirectory);
  if (failpoints.length === 0) return store;
  return (await import("./chaos/arm.ts")).armedStore(store, runDirectory, failpoints);
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

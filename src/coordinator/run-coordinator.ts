// Trains one run: lease -> reduce -> clip -> optimizer -> journal -> broadcast, step by step, with validation
// and checkpoints between. Nobody sees the parameters of a step that is not in the journal.

import { randomBytes } from "node:crypto";
import { sha256InBackground } from "../checkpoint/index.ts";
import {
  AuspexError,
  CorruptError,
  canonicalJson,
  EXIT,
  hashLayout,
  InputError,
  messageOf,
  sha256Hex,
} from "../core/index.ts";
import {
  createOptimizer,
  gradientScale,
  learningRateFactor,
  type Optimizer,
} from "../optim/index.ts";
import type { LeafStats } from "../protocol/index.ts";
import { type CollectedWork, Fleet } from "./fleet.ts";
import { type CoordinatorPolicy, coordinatorPolicySchema } from "./policy.ts";
import {
  type CommitRecord,
  commitRecordSchema,
  type OpenRecord,
  openRecordSchema,
  writableNumber,
} from "./records.ts";
import type { CoordinatorOptions, RunningCoordinator, RunResult } from "./run-options.ts";
import { StepMeter } from "./step-meter.ts";
import { sumLeaves } from "./sums.ts";

/**
 * Starts a run, or continues one, and listens for workers.
 *
 * @throws {InputError} when the store holds another run. The store is closed then.
 */
export async function startCoordinator(options: CoordinatorOptions): Promise<RunningCoordinator> {
  const { store } = options;
  try {
    const policy = coordinatorPolicySchema.parse(options.policy ?? {});
    const run = await TrainingRun.open(options, policy);
    return {
      address: run.address,
      finished: run.train().finally(() => store.close()),
      stop: () => run.stop(),
      workerExited: (name, reason) => run.workerExited(name, reason),
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

class TrainingRun {
  readonly #options: CoordinatorOptions;
  readonly #policy: CoordinatorPolicy;
  readonly #fleet: Fleet;
  readonly #identity: Record<string, string>;
  readonly #parameters: Float32Array;
  readonly #optimizer: Optimizer;
  readonly #meter: StepMeter;
  /** Steps that the journal has and this process computes again, because the checkpoint is older. */
  readonly #replay: ReadonlyMap<number, CommitRecord>;
  #step: number;
  #numApplied: number;
  #numSkippedInARow = 0;
  #lastCheckpointStep: number;
  #evaluationLoss: number | undefined;
  #isStopping = false;
  /** The checkpoint that is being written while training goes on. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    options: CoordinatorOptions,
    policy: CoordinatorPolicy,
    fleet: Fleet,
    identity: Record<string, string>,
    state: RestoredState,
  ) {
    this.#options = options;
    this.#policy = policy;
    this.#fleet = fleet;
    this.#identity = identity;
    this.#parameters = state.parameters;
    this.#optimizer = state.optimizer;
    this.#replay = state.replay;
    this.#step = state.step;
    this.#lastCheckpointStep = state.isFromCheckpoint ? state.step : -1;
    this.#numApplied = state.numApplied;
    this.#meter = new StepMeter(options.clock, options.training.numSteps);
  }

  static async open(options: CoordinatorOptions, policy: CoordinatorPolicy): Promise<TrainingRun> {
    const { journal } = options.store;
    const { open, isFresh } = openRecordOf(options);
    const identity = {
      runId: open.runId,
      configHash: open.configHash,
      datasetHash: open.datasetHash,
      layoutHash: open.layoutHash,
    };
    const state = restore(options, identity);
    const incarnation = journal.records.filter(({ type }) => type === "incarnation").length + 1;
    const numericClass = journal.records.findLast(({ type }) => type === "class")?.["numericClass"];
    if (isFresh) await journal.append(open);
    // On disk before anybody can connect: a peer that saw this number never follows a lower one.
    await journal.append({ type: "incarnation", number: incarnation, fromStep: state.step });
    const fleet = await Fleet.open({
      runId: open.runId,
      incarnation,
      runConfig: JSON.stringify(options.runConfig),
      identity: {
        ...open,
        numericClass: typeof numericClass === "string" ? numericClass : undefined,
      },
      numMicroshards: options.training.numMicroshards,
      parameterCount: options.layout.size,
      policy,
      transport: options.transport,
      admitted: options.admitted,
      address: options.listenAddress,
      clock: options.clock,
      logger: options.logger,
      onEvent: (event) => options.onProgress?.(event),
    });
    const run = new TrainingRun(options, policy, fleet, identity, state);
    for (const text of state.warnings) options.onProgress?.({ kind: "warning", text });
    options.onProgress?.({ kind: "listening", address: fleet.address, fromStep: state.step });
    return run;
  }

  get address(): string {
    return this.#fleet.address;
  }

  stop(): void {
    this.#isStopping = true;
    this.#fleet.abandon(new AuspexError("STOPPED", EXIT.done, "the run was stopped"));
  }

  workerExited(name: string, reason: string): void {
    this.#fleet.workerExited(name, reason);
  }

  async train(): Promise<RunResult> {
    const { numSteps, evalEverySteps, checkpointEverySteps } = this.#options.training;
    let ending = "an error of the coordinator";
    try {
      this.#fleet.publish(this.#step, this.#parameters);
      if (this.#step < numSteps) await this.#fleet.gather();
      const knownClass = this.#options.store.journal.records.some(({ type }) => type === "class");
      if (!knownClass && this.#fleet.numericClass !== undefined) {
        await this.#options.store.journal.append({
          type: "class",
          numericClass: this.#fleet.numericClass,
        });
      }
      this.#meter.start();
      while (this.#step < numSteps && !this.#isStopping) {
        await this.#runStep();
        const isLast = this.#step === numSteps;
        if (evalEverySteps > 0 && (isLast || this.#step % evalEverySteps === 0)) {
          await this.#evaluate();
        }
        if (isLast || this.#step % checkpointEverySteps === 0) await this.#checkpoint();
      }
    } catch (error) {
      if (!(this.#isStopping && error instanceof AuspexError && error.code === "STOPPED")) {
        ending = messageOf(error);
        if (error instanceof AuspexError && error.code === "PAUSED") await this.#checkpoint();
        throw error;
      }
    } finally {
      if (this.#isStopping) ending = "the run was stopped";
      if (this.#step === numSteps) ending = "all steps are done";
      await this.#fleet.close(ending.slice(0, 1024));
      await this.#writing;
    }
    if (this.#lastCheckpointStep !== this.#step) await this.#checkpoint();
    await this.#writing;
    const parametersDigest = await digestOf(this.#parameters);
    const outcome = this.#step === numSteps ? "done" : "stopped";
    await this.#options.store.journal.append({ type: outcome, step: this.#step, parametersDigest });
    return {
      outcome,
      step: this.#step,
      parameters: this.#parameters,
      parametersDigest,
      evaluationLoss: this.#evaluationLoss,
    };
  }

  async #runStep(): Promise<void> {
    const step = this.#step + 1;
    const collecting = this.#fleet.collect({ purpose: "gradient", step, revision: this.#step });
    // While the workers compute; the digest names what they compute from.
    const [collected, parametersBefore] = await Promise.all([
      collecting,
      digestOf(this.#parameters),
    ]);
    await this.#commit(step, collected, parametersBefore);
    this.#fleet.giveBack(collected.sum!);
  }

  async #commit(
    step: number,
    { leaves, table, sum }: CollectedWork,
    parametersBefore: string,
  ): Promise<void> {
    const { training, onProgress } = this.#options;
    const { globalBatchSize, numSteps } = training;
    const totals = sumLeaves(leaves);
    const { norm, scale } = gradientScale(sum!, totals.weightSum, training.clipNorm);
    const applied = scale > 0 && Number.isFinite(totals.lossSum);
    const factor = learningRateFactor(training.schedule, step, numSteps);
    expectAllExamples(step, leaves, globalBatchSize);

    const recorded = this.#record({
      type: "commit",
      step,
      parametersBefore,
      applied,
      firstExample: (step - 1) * globalBatchSize,
      numExamples: globalBatchSize,
      numTokens: totals.numTokens,
      lossSum: writableNumber(totals.lossSum),
      weightSum: writableNumber(totals.weightSum),
      gradientNorm: writableNumber(norm),
      nodes: table.completed.map(({ node, by }) => [node.lo, node.width, by]),
    });
    // The record does not depend on the new parameters, so the disk and the optimizer work at the same time.
    if (applied) {
      this.#numApplied++;
      this.#optimizer.apply(this.#parameters, sum!, {
        learningRateFactor: factor,
        gradientScale: scale,
        step: this.#numApplied,
      });
    }
    await recorded;
    this.#step = step;
    this.#fleet.publish(step, this.#parameters);
    this.#numSkippedInARow = applied ? 0 : this.#numSkippedInARow + 1;
    onProgress?.({
      kind: "step",
      step,
      numSteps,
      loss: totals.lossSum / totals.weightSum,
      taskLosses: totals.taskLosses,
      gradientNorm: norm,
      learningRate: training.optimizer.learningRate * factor,
      applied,
      numTokens: totals.numTokens,
      ...this.#meter.onStep(step, totals.numTokens),
      numWorkers: this.#fleet.numWorkers,
    });
    if (this.#numSkippedInARow >= this.#policy.maxSkippedInARow) {
      throw new AuspexError(
        "DIVERGED",
        EXIT.checkFailed,
        `the gradient was not finite in ${this.#numSkippedInARow} steps in a row, up to step ${step}`,
        { hint: "Resume from an earlier checkpoint with a lower learning rate." },
      );
    }
  }

  /** Appends a commit, or compares it with the one that the journal has from before a crash. */
  #record(commit: CommitRecord): Promise<void> {
    const before = this.#replay.get(commit.step);
    if (before === undefined) return this.#options.store.journal.append(commit);
    // Who computed what may differ; what was computed may not.
    const strip = (record: CommitRecord): string => canonicalJson({ ...record, nodes: [] });
    if (strip(before) !== strip(commit)) {
      throw new CorruptError(
        this.#options.store.name,
        `step ${commit.step} was computed again and differs from its record`,
        { hint: "The machine, the data or the program changed since; start a new run." },
      );
    }
    return Promise.resolve();
  }

  async #evaluate(): Promise<void> {
    const step = this.#step;
    const { leaves } = await this.#fleet.collect({ purpose: "evaluation", step, revision: step });
    const totals = sumLeaves(leaves);
    const loss = totals.lossSum / totals.weightSum;
    this.#evaluationLoss = loss;
    const isReplay = this.#replay.has(step + 1);
    if (!isReplay) {
      await this.#options.store.journal.append({
        type: "evaluation",
        step,
        loss: writableNumber(loss),
      });
    }
    this.#options.onProgress?.({ kind: "evaluation", step, loss, taskLosses: totals.taskLosses });
  }

  /** Starts to write a checkpoint; resolves when the one before is done. */
  async #checkpoint(): Promise<void> {
    await this.#writing;
    this.#lastCheckpointStep = this.#step;
    this.#writing = this.#writeCheckpoint(this.#step);
  }

  async #writeCheckpoint(step: number): Promise<void> {
    const { clock, store, training, onProgress } = this.#options;
    const startMs = clock.nowMs();
    try {
      const manifestDigest = await store.writeCheckpoint({
        step,
        identity: this.#identity,
        progress: { numApplied: this.#numApplied },
        arrays: { parameters: this.#parameters, ...this.#optimizer.state },
      });
      await this.#options.store.journal.append({ type: "checkpoint", step, manifestDigest });
      store.prune(training.checkpointEverySteps);
      onProgress?.({ kind: "checkpoint", step, durationMs: clock.nowMs() - startMs });
    } catch (error) {
      // The journal still has every step: a full disk costs a longer replay, not the run.
      onProgress?.({ kind: "warning", text: `no checkpoint: ${messageOf(error)}` });
    }
  }
}

interface RestoredState {
  readonly step: number;
  readonly numApplied: number;
  readonly parameters: Float32Array;
  readonly optimizer: Optimizer;
  readonly replay: ReadonlyMap<number, CommitRecord>;
  readonly warnings: readonly string[];
  readonly isFromCheckpoint: boolean;
}

/** The journal's first record, or the one that a fresh journal gets. */
function openRecordOf(options: CoordinatorOptions): {
  readonly open: OpenRecord;
  readonly isFresh: boolean;
} {
  const { training, layout, runConfig, datasetHash, store } = options;
  const expected = {
    type: "open" as const,
    configHash: sha256Hex(canonicalJson(runConfig)),
    datasetHash,
    layoutHash: hashLayout(layout),
    numSteps: training.numSteps,
    globalBatchSize: training.globalBatchSize,
    numMicroshards: training.numMicroshards,
    sampling: options.sampling ?? null,
  };
  const first = store.journal.records[0];
  if (first === undefined) {
    return { open: { runId: randomBytes(8).toString("hex"), ...expected }, isFresh: true };
  }
  if (!options.resume) {
    throw new InputError(`${store.name} already holds a run`, {
      hint: "Resume it, or choose another run directory.",
    });
  }
  const open = openRecordSchema.parse(first);
  for (const field of ["configHash", "datasetHash", "layoutHash"] as const) {
    if (open[field] !== expected[field]) {
      throw new InputError(
        `${store.name}: the run was started with another ${field.replace("Hash", "")}`,
        { hint: "Resume with the configuration and data of the run, or start a new one." },
      );
    }
  }
  return { open, isFresh: false };
}

/** State of the newest good checkpoint, and the steps that must be computed again after it. */
function restore(
  options: CoordinatorOptions,
  identity: Readonly<Record<string, string>>,
): RestoredState {
  const { store } = options;
  const commits = store.journal.records.flatMap((record) => {
    const commit = commitRecordSchema.safeParse(record);
    return commit.success ? [commit.data] : [];
  });
  const lastStep = commits.at(-1)?.step ?? 0;
  const optimizer = createOptimizer(options.training.optimizer, options.layout);
  const { checkpoint, passedOver } = store.readLatestCheckpoint(lastStep);
  const replayFrom = (step: number): ReadonlyMap<number, CommitRecord> =>
    new Map(commits.filter((commit) => commit.step > step).map((commit) => [commit.step, commit]));
  const warnings = passedOver.map((reason) => `a checkpoint was passed over: ${reason}`);
  if (checkpoint === undefined) {
    const parameters = options.initialParameters();
    if (parameters.length !== options.layout.size) {
      throw new InputError(`${parameters.length} initial parameters for ${options.layout.size}`);
    }
    return {
      step: 0,
      numApplied: 0,
      parameters,
      optimizer,
      replay: replayFrom(0),
      warnings,
      isFromCheckpoint: false,
    };
  }
  const { step, arrays, progress } = checkpoint;
  const isOurs = Object.entries(identity).every(
    ([key, value]) => checkpoint.identity[key] === value,
  );
  const parameters = arrays["parameters"];
  const { numApplied } = progress;
  if (!isOurs || parameters?.length !== options.layout.size || typeof numApplied !== "number") {
    throw new CorruptError(store.name, `the checkpoint of step ${step} is of another run`);
  }
  for (const [name, state] of Object.entries(optimizer.state)) {
    const stored = arrays[name];
    if (stored?.length !== state.length) {
      throw new CorruptError(store.name, `the checkpoint of step ${step} lacks ${name}`);
    }
    state.set(stored);
  }
  return {
    step,
    numApplied,
    parameters,
    optimizer,
    replay: replayFrom(step),
    warnings,
    isFromCheckpoint: true,
  };
}

function expectAllExamples(step: number, leaves: readonly LeafStats[], expected: number): void {
  const actual = leaves.reduce((sum, { numExamples }) => sum + numExamples, 0);
  if (actual !== expected) {
    throw new AuspexError(
      "ACCOUNTING",
      EXIT.internal,
      `step ${step}: workers computed ${actual} examples of ${expected}`,
    );
  }
}

/** SHA-256 of the bytes, on another thread. The array must not change meanwhile. */
function digestOf({ buffer, byteOffset, byteLength }: Float32Array): Promise<string> {
  return sha256InBackground(new Uint8Array(buffer, byteOffset, byteLength));
}

// Trains one run: lease -> reduce -> clip -> optimizer -> journal -> broadcast, step by step, with validation
// and checkpoints between. Nobody sees the parameters of a step that is not in the journal.

import { sha256InBackground } from "../checkpoint/index.ts";
import {
  AuspexError,
  bytesOf,
  ConfigError,
  CorruptError,
  canonicalJson,
  EXIT,
  type ExitCode,
  messageOf,
} from "../core/index.ts";
import {
  learningRateFactor,
  optimizerClass,
  scaleFromSquares,
  stateArrays,
} from "../optim/index.ts";
import type { LeafStats } from "../protocol/index.ts";
import type { Alert } from "./audit.ts";
import type { BlockPool } from "./block-pool.ts";
import type { CollectedWork, RoundPlan } from "./current-work.ts";
import { Fleet } from "./fleet.ts";
import { Master } from "./master.ts";
import type { StepPhases } from "./phase-meter.ts";
import { type CoordinatorPolicy, coordinatorPolicySchema } from "./policy.ts";
import { type CommitRecord, hasDigest, writableNumber } from "./records.ts";
import type { ReplicaUpdate } from "./replicas.ts";
import { openRecordOf, type RestoredState, restore } from "./restore-run.ts";
import type {
  CoordinatorOptions,
  RunningCoordinator,
  RunResult,
  RunView,
  TrainingOptions,
} from "./run-options.ts";
import { StepMeter } from "./step-meter.ts";
import { type LeafTotals, sumLeaves } from "./sums.ts";

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
      view: () => run.view,
      workerExited: (name, reason) => run.workerExited(name, reason),
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Exit codes with which a supervisor starts a coordinator again: its workers should be there then. */
const RESTART_HELPS: ReadonlySet<ExitCode> = new Set([
  EXIT.unavailable,
  EXIT.internal,
  EXIT.io,
  EXIT.paused,
]);

class TrainingRun {
  readonly #options: CoordinatorOptions;
  readonly #policy: CoordinatorPolicy;
  readonly #fleet: Fleet;
  readonly #identity: Record<string, string>;
  readonly #master: Master;
  readonly #meter: StepMeter;
  /** Steps that the journal has and this process computes again, because the checkpoint is older. */
  readonly #replay: ReadonlyMap<number, CommitRecord>;
  readonly #blocks: BlockPool;
  #step: number;
  #numSkippedInARow = 0;
  #lastCheckpointStep: number;
  #evaluationLoss: number | undefined;
  #isStopping = false;
  #digest: { readonly step: number; readonly value: Promise<string> } | undefined;
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
    const { replicas } = fleet;
    const channel = replicas && {
      publishUpdate: (update: ReplicaUpdate) => fleet.publishUpdate(update),
      delivered: () => replicas.delivered(),
      settled: () => replicas.settled(),
    };
    this.#master = new Master({ ...state, finishStep: options.finishStep }, fleet, channel);
    replicas?.open(state.step, [state.parameters, ...stateArrays(state.optimizer)]);
    this.#replay = state.replay;
    this.#blocks = state.blocks;
    this.#step = state.step;
    this.#lastCheckpointStep = state.isFromCheckpoint ? state.step : -1;
    this.#meter = new StepMeter(options.clock, options.training.numSteps);
  }

  static async open(options: CoordinatorOptions, policy: CoordinatorPolicy): Promise<TrainingRun> {
    const { journal } = options.store;
    if (options.training.reduction === "mesh" && options.admitted !== undefined) {
      throw new ConfigError(
        "training.reduction",
        "workers of a mesh do not know each other's keys",
        {
          hint: "Use reduction: star with keys, or a network that you trust.",
        },
      );
    }
    expectPowerOfTwo(options.training);
    expectReplicable(options.training);
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
      exchange: open.exchange,
      reduction: options.training.reduction ?? "star",
      optimizerClass:
        options.training.optimizerState === "replicated"
          ? optimizerClass(options.training.optimizer)
          : undefined,
      policy,
      transport: options.transport,
      admitted: options.admitted,
      readPart: options.readPart,
      address: options.listenAddress,
      clock: options.clock,
      logger: options.logger,
      onEvent: (event) => options.onProgress?.(event),
    });
    const run = new TrainingRun(options, policy, fleet, identity, state);
    options.onProgress?.({
      kind: "listening",
      address: fleet.address,
      fromStep: state.step,
      runId: open.runId,
      incarnation,
      parameterCount: options.layout.size,
    });
    for (const text of state.warnings) {
      options.onProgress?.({ kind: "warning", code: "CHECKPOINT_PASSED_OVER", text });
    }
    return run;
  }

  get address(): string {
    return this.#fleet.address;
  }

  get view(): RunView {
    const { address, workers, progress } = this.#fleet;
    return { address, workers, work: progress };
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
    let code: string | undefined;
    let isPaused = false;
    try {
      if (this.#fleet.replicas === undefined) {
        this.#fleet.publish(this.#step, this.#master.parameters);
      }
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
        code = error instanceof AuspexError ? error.code : "INTERNAL";
        isPaused = !(error instanceof AuspexError) || RESTART_HELPS.has(error.exitCode);
        if (error instanceof AuspexError && error.code === "PAUSED") await this.#checkpoint();
        throw error;
      }
    } finally {
      if (this.#isStopping) {
        ending = "the run was stopped";
        isPaused = true;
      }
      if (this.#step === numSteps && code === undefined) {
        ending = "all steps are done";
        isPaused = false;
      }
      await this.#fleet.close(ending.slice(0, 1024), isPaused);
      await this.#writing;
      if (code !== undefined) this.#end("failed", code, ending);
    }
    try {
      return await this.#conclude(ending);
    } catch (error) {
      const failure = error instanceof AuspexError ? error.code : "INTERNAL";
      this.#end("failed", failure, messageOf(error));
      throw error;
    }
  }

  /** After the last step: what must be on disk before the run has ended. */
  async #conclude(ending: string): Promise<RunResult> {
    await this.#master.settled();
    if (this.#lastCheckpointStep !== this.#step) await this.#checkpoint();
    await this.#writing;
    const parametersDigest = await digestOf(this.#master.parameters);
    const outcome = this.#step === this.#options.training.numSteps ? "done" : "stopped";
    await this.#options.store.journal.append({ type: outcome, step: this.#step, parametersDigest });
    this.#end(outcome, undefined, ending);
    return {
      outcome,
      step: this.#step,
      parameters: this.#master.parameters,
      parametersDigest,
      average: this.#master.average,
      evaluationLoss: this.#evaluationLoss,
    };
  }

  #end(outcome: RunResult["outcome"] | "failed", code: string | undefined, reason: string): void {
    this.#options.onProgress?.({ kind: "ended", outcome, step: this.#step, code, reason });
  }

  async #runStep(): Promise<void> {
    const step = this.#step + 1;
    const { length } = this.#master.parameters;
    const isRecorded = hasDigest(step, length);
    const isReplicated = this.#fleet.replicas !== undefined;
    // While the workers compute; the digest names what they compute from.
    const [collected, parametersBefore] = await Promise.all([
      this.#verified(step, (isAgain) => this.#collectGradient(step, isAgain)),
      isRecorded || isReplicated ? this.#digestOfSettled() : null,
    ]);
    const isApplied = await this.#commit(step, collected, isRecorded ? parametersBefore : null);
    // What replicas are sent is theirs until the next step.
    if (!isReplicated || !isApplied) this.#fleet.giveBack(collected.sum!.values);
  }

  /** Of the newest committed parameters; computed once a step. */
  #digestOfSettled(): Promise<string> {
    if (this.#digest?.step !== this.#step) {
      const value = this.#master.settled().then(() => digestOf(this.#master.parameters));
      this.#digest = { step: this.#step, value };
    }
    return this.#digest.value;
  }

  /** What workers computed from parameters of their own counts when these were the coordinator's. */
  async #verified<T extends CollectedWork>(
    step: number,
    collect: (isAgain: boolean) => Promise<T>,
  ): Promise<T> {
    const { replicas } = this.#fleet;
    if (replicas === undefined) return collect(false);
    for (let isAgain = false; ; isAgain = true) {
      const collected = await collect(isAgain);
      const digest = await this.#digestOfSettled();
      const { isGood, wrong } = await replicas.verify(collected.contributors, digest);
      if (wrong.length > 0) {
        const alert = replicaDiffers(step, wrong);
        this.#options.onProgress?.(alert);
        await this.#onAlert(alert);
      }
      if (isGood) return collected;
      if (collected.sum !== undefined) this.#fleet.giveBack(collected.sum.values);
    }
  }

  /** A sum that is not finite is collected once more, each node from a worker that is not the cause. */
  async #collectGradient(step: number, isAgain: boolean): Promise<CollectedGradient> {
    const round = this.#roundPlan(step);
    const work = {
      purpose: "gradient",
      step,
      revision: this.#step,
      isAgain,
      ...(round && { round }),
    } as const;
    let collected = this.#scaled(await this.#fleet.collect(work));
    const alerts = [...collected.alerts];
    if (!collected.isFinite) {
      this.#fleet.giveBack(collected.sum!.values);
      collected = this.#scaled(await this.#fleet.collect({ ...work, isRepeat: true }));
      const { isFinite, suspects } = collected;
      // The same numbers by everybody: it is the data or the parameters, and the step is skipped.
      if (isFinite) alerts.push(notFinite(step, suspects));
    }
    for (const alert of alerts) await this.#onAlert(alert);
    return { ...collected, blocks: round?.blocks };
  }

  /** DiLoCo: a round that the journal has is computed again by the same replicas. */
  #roundPlan(step: number): RoundPlan | undefined {
    const { rounds, numMicroshards } = this.#options.training;
    if (rounds === undefined) return undefined;
    const before = this.#replay.get(step);
    return {
      ...rounds,
      blocks: this.#blocks.take(numMicroshards),
      withoutReplicas: before === undefined ? undefined : (before.lateReplicas ?? []),
    };
  }

  #scaled(collected: CollectedWork): Omit<CollectedGradient, "blocks"> {
    const startMs = this.#options.clock.nowMs();
    const totals = sumLeaves(collected.leaves);
    const { clipNorm } = this.#options.training;
    const { squares } = collected.sum!;
    const { norm, scale } = scaleFromSquares(squares, totals.weightSum, clipNorm);
    const isFinite = Number.isFinite(norm) && Number.isFinite(totals.lossSum);
    const scaleMs = this.#options.clock.nowMs() - startMs;
    return { ...collected, totals, norm, scale, isFinite, scaleMs };
  }

  async #onAlert(alert: Alert): Promise<void> {
    const { code, step, workers, text } = alert;
    if (code === "NOT_FINITE") this.#options.onProgress?.(alert);
    await this.#options.store.journal.append({ type: "alert", code, step, workers, text });
    if (this.#policy.onAlert === "warn") return;
    throw new AuspexError(code, EXIT.checkFailed, text, {
      hint: `Find out which of ${workers.join(" and ")} is wrong, then resume; step ${step} is not committed.`,
    });
  }

  async #commit(
    step: number,
    { leaves, table, sum, totals, norm, scale, isFinite, scaleMs, blocks }: CollectedGradient,
    parametersBefore: string | null,
  ): Promise<boolean> {
    const { training, onProgress, clock } = this.#options;
    const { globalBatchSize, numSteps, numMicroshards } = training;
    const startMs = clock.nowMs();
    const counted = new Set(leaves.map(({ microshard }) => microshard));
    const late = (blocks ?? []).flatMap((_, replica) => (counted.has(replica) ? [] : [replica]));
    const numExamples = (globalBatchSize * (numMicroshards - late.length)) / numMicroshards;
    const applied = scale > 0 && isFinite;
    const factor = learningRateFactor(training.schedule, step, numSteps);
    expectAllExamples(step, leaves, numExamples);

    const recorded = this.#record({
      type: "commit",
      step,
      parametersBefore,
      applied,
      firstExample: (step - 1) * globalBatchSize,
      numExamples,
      numTokens: totals.numTokens,
      lossSum: writableNumber(totals.lossSum),
      weightSum: writableNumber(totals.weightSum),
      gradientNorm: writableNumber(norm),
      tasks: totals.tasks.map((t) => [t.task, t.weightSum, writableNumber(t.lossSum)]),
      nodes: table.completed.map(({ node, by }) => [node.lo, node.width, by]),
      ...(blocks && { blocks: [...blocks], lateReplicas: late }),
    });
    const update = { learningRateFactor: factor, gradientScale: scale };
    let phases: StepPhases | undefined;
    // The record does not depend on the new parameters, so the disk and the optimizer work at the same time.
    await this.#master.commit(step, applied ? { ...update, gradient: sum!.values } : undefined, {
      recorded,
      onPublish: () => {
        phases = this.#fleet.phases({ applyMs: 0, journalMs: clock.nowMs() - startMs });
      },
    });
    this.#step = step;
    this.#blocks.giveBack(late.map((replica) => blocks![replica]!));
    const applyMs = scaleMs + clock.nowMs() - startMs;
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
      phases: { ...phases!, applyMs },
    });
    if (this.#numSkippedInARow >= this.#policy.maxSkippedInARow) {
      throw new AuspexError(
        "DIVERGED",
        EXIT.checkFailed,
        `the gradient was not finite in ${this.#numSkippedInARow} steps in a row, up to step ${step}`,
        { hint: "Resume from an earlier checkpoint with a lower learning rate." },
      );
    }
    return applied;
  }

  /** Appends a commit, or compares it with the one that the journal has from before a crash. */
  #record(commit: CommitRecord): Promise<void> {
    const before = this.#replay.get(commit.step);
    if (before === undefined) return this.#options.store.journal.append(commit);
    // Who computed what may differ; what was computed may not, unless it was rounded on its way.
    const isExact = this.#options.training.exchange?.gradients !== "bf16";
    const strip = (record: CommitRecord): string =>
      canonicalJson(isExact ? { ...record, nodes: [] } : accountingOf(record));
    if (strip(before) !== strip(commit)) {
      throw new CorruptError(
        this.#options.store.name,
        `step ${commit.step} was computed again and differs from its record`,
        { hint: "The machine, the data or the program changed since; start a new run." },
      );
    }
    return Promise.resolve();
  }

  /** After the last step what is judged is what the run ends with: the average, where there is one. */
  async #evaluate(): Promise<void> {
    const step = this.#step;
    const { average } = this.#master;
    const isOfAverage = average !== undefined && step === this.#options.training.numSteps;
    const revision = isOfAverage ? step + 1 : step;
    if (isOfAverage) {
      await this.#master.settled();
      this.#fleet.publish(revision, average);
    }
    const collect = (): Promise<CollectedWork> =>
      this.#fleet.collect({ purpose: "evaluation", step, revision });
    // The average comes from here.
    const { leaves } = await (isOfAverage ? collect() : this.#verified(step, collect));
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
    await this.#master.settled();
    this.#lastCheckpointStep = this.#step;
    this.#writing = this.#writeCheckpoint(this.#step);
  }

  /** The next step waits where it would change what is not written yet. */
  async #writeState(step: number): Promise<string> {
    const hold = this.#master.hold();
    const { arrays, numApplied } = this.#master;
    const checkpoint = { step, identity: this.#identity, progress: { numApplied }, arrays };
    try {
      return await this.#options.store.writeCheckpoint(checkpoint, (count) => hold.pass(count));
    } finally {
      hold.release();
    }
  }

  async #writeCheckpoint(step: number): Promise<void> {
    const { clock, store, training, onProgress } = this.#options;
    const startMs = clock.nowMs();
    try {
      const manifestDigest = await this.#writeState(step);
      await this.#options.store.journal.append({ type: "checkpoint", step, manifestDigest });
      store.prune(training.checkpointEverySteps);
      onProgress?.({ kind: "checkpoint", step, durationMs: clock.nowMs() - startMs });
    } catch (error) {
      // The journal still has every step: a full disk costs a longer replay, not the run.
      onProgress?.({
        kind: "warning",
        code: "CHECKPOINT_FAILED",
        text: `no checkpoint: ${messageOf(error)}`,
      });
    }
  }
}

interface CollectedGradient extends CollectedWork {
  /** DiLoCo: of each replica. */
  readonly blocks: readonly number[] | undefined;
  readonly totals: LeafTotals;
  readonly norm: number;
  readonly scale: number;
  readonly isFinite: boolean;
  readonly scaleMs: number;
}

function replicaDiffers(step: number, workers: readonly string[]): Alert {
  const text = `step ${step}: the parameters of ${workers.join(" and ")} are not the coordinator's after the same updates; what came from them does not count`;
  return { kind: "alert", code: "REPLICA_DIFFERS", step, workers, text };
}

/** @throws {ConfigError} because the tree of sums has no other number of leaves. */
function expectPowerOfTwo({ numMicroshards }: TrainingOptions): void {
  if (Number.isInteger(Math.log2(numMicroshards))) return;
  throw new ConfigError("training.numMicroshards", `it is ${numMicroshards}`, {
    hint: "Use a power of two.",
  });
}

/** @throws {ConfigError} where workers cannot apply the optimizer by themselves. */
function expectReplicable({ optimizerState, rounds, exchange }: TrainingOptions): void {
  if (optimizerState !== "replicated") return;
  const field = "training.optimizerState";
  if (rounds !== undefined) {
    throw new ConfigError(field, "replicas of DiLoCo have optimizers of their own", {
      hint: "Use optimizerState: coordinator with sync: diloco.",
    });
  }
  if (exchange?.parameters === "bf16") {
    throw new ConfigError(field, "no parameters travel in a step, so they cannot be rounded", {
      hint: "Use optimizerState: coordinator with exchange.parameters: bf16.",
    });
  }
}

function notFinite(step: number, workers: readonly string[]): Alert {
  const who = workers.join(" and ") || "a worker";
  const text = `step ${step}: the gradient of ${who} was not finite, that of another worker was`;
  return { kind: "alert", code: "NOT_FINITE", step, workers, text };
}

/** What a record says about samples, whatever the numbers are. */
function accountingOf({ step, firstExample, numExamples, numTokens }: CommitRecord): object {
  return { step, firstExample, numExamples, numTokens };
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
function digestOf(array: Float32Array): Promise<string> {
  return sha256InBackground(bytesOf(array));
}

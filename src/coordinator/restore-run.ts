// Where a run begins: its first record, the state of the newest good checkpoint, and the steps that must be
// computed again after it.

import { randomBytes } from "node:crypto";
import { CorruptError, canonicalJson, hashLayout, InputError, sha256Hex } from "../core/index.ts";
import { createOptimizer, ExponentialAverage, type Optimizer } from "../optim/index.ts";
import { BlockPool } from "./block-pool.ts";
import {
  type CommitRecord,
  commitsOf,
  type ExchangeFormats,
  type OpenRecord,
  openRecordSchema,
  writableNumber,
} from "./records.ts";
import type { CoordinatorOptions } from "./run-options.ts";

const EXACT: ExchangeFormats = { parameters: "f32", gradients: "f32" };

export interface RestoredState {
  readonly step: number;
  readonly numApplied: number;
  readonly parameters: Float32Array;
  readonly optimizer: Optimizer;
  readonly average: ExponentialAverage | undefined;
  readonly replay: ReadonlyMap<number, CommitRecord>;
  /** DiLoCo: what the next rounds train on. */
  readonly blocks: BlockPool;
  readonly warnings: readonly string[];
  readonly isFromCheckpoint: boolean;
}

/** The journal's first record, or the one that a fresh journal gets. */
export function openRecordOf(options: CoordinatorOptions): {
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
    exchange: { ...EXACT, ...options.training.exchange },
    update: {
      optimizer: training.optimizer,
      schedule: training.schedule,
      clipNorm: writableNumber(training.clipNorm),
      emaDecay: training.emaDecay ?? null,
    },
    ...(training.rounds && { blockExamples: training.globalBatchSize / training.numMicroshards }),
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
  if (open.blockExamples !== expected.blockExamples) {
    throw new InputError(`${store.name}: the run was started with another training.sync`);
  }
  if (canonicalJson(open.exchange) !== canonicalJson(expected.exchange)) {
    throw new InputError(`${store.name}: the run was started with other formats of the exchange`, {
      hint: `Resume with training.exchange ${JSON.stringify(open.exchange)}.`,
    });
  }
  expectSameUpdate(store.name, open, expected);
  return { open, isFresh: false };
}

/** Steps after a checkpoint are computed again: with other settings they would be others, and the run no longer one. */
function expectSameUpdate(
  name: string,
  { update: before, numSteps: stepsBefore }: OpenRecord,
  { update: now, numSteps }: Pick<OpenRecord, "update" | "numSteps">,
): void {
  if (before === undefined || now === undefined) return;
  for (const field of ["optimizer", "schedule", "clipNorm", "emaDecay"] as const) {
    if (canonicalJson(before[field]) === canonicalJson(now[field])) continue;
    throw new InputError(`${name}: the run was started with another training.${field}`, {
      hint: `It was ${JSON.stringify(before[field])} (null: absent). Resume with that, or start a new run.`,
    });
  }
  const { kind } = now.schedule;
  if (numSteps === stepsBefore || kind === "constant" || kind === "inverse-sqrt") return;
  throw new InputError(`${name}: the run was started with another training.numSteps`, {
    hint: `Its ${String(kind)} schedule ends at step ${stepsBefore}. Resume with that, or start a new run; a run whose schedule is constant or inverse-sqrt can be made longer.`,
  });
}

/** The pool of blocks after some rounds. */
export function poolAfter(commits: readonly CommitRecord[], numReplicas: number): BlockPool {
  const pool = new BlockPool();
  for (const { step, blocks = [], lateReplicas = [] } of commits) {
    const taken = pool.take(numReplicas);
    if (canonicalJson(taken) !== canonicalJson(blocks)) {
      throw new CorruptError(
        "journal",
        `step ${step}: its blocks are ${blocks.join(" ")}, due were ${taken.join(" ")}`,
      );
    }
    pool.giveBack(lateReplicas.map((replica) => taken[replica]!));
  }
  return pool;
}

/** State of the newest good checkpoint, and the steps that must be computed again after it. */
export function restore(
  options: CoordinatorOptions,
  identity: Readonly<Record<string, string>>,
): RestoredState {
  const { store } = options;
  const commits = commitsOf(store.journal.records);
  const lastStep = commits.at(-1)?.step ?? 0;
  const optimizer = createOptimizer(options.training.optimizer, options.layout);
  const { emaDecay } = options.training;
  const averageFrom = (start: Float32Array): ExponentialAverage | undefined =>
    emaDecay === undefined ? undefined : new ExponentialAverage(start, emaDecay, options.layout);
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
      average: averageFrom(parameters),
      replay: replayFrom(0),
      blocks: new BlockPool(),
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
  const average = averageFrom(parameters);
  const states = { ...optimizer.state, ...(average && { average: average.values }) };
  for (const [name, state] of Object.entries(states)) {
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
    average,
    replay: replayFrom(step),
    blocks:
      options.training.rounds === undefined
        ? new BlockPool()
        : poolAfter(
            commits.filter((commit) => commit.step <= step),
            options.training.numMicroshards,
          ),
    warnings,
    isFromCheckpoint: true,
  };
}

// Proves from the journal alone that every microshard of every committed step counted exactly once, and every
// example exactly once in each epoch of its task.

import { join } from "node:path";
import { JOURNAL_FILE, type JournalRecord, readJournal } from "../checkpoint/index.ts";
import { isAlignedNode, microshardsOf } from "../collective/index.ts";
import { CorruptError } from "../core/index.ts";
import { Mixture } from "../data/index.ts";
import {
  type CommitRecord,
  commitRecordSchema,
  type OpenRecord,
  openRecordSchema,
} from "./records.ts";
import { poolAfter } from "./restore-run.ts";

export interface LedgerReport {
  readonly numSteps: number;
  readonly numSkippedSteps: number;
  readonly numExamples: number;
  /** `bitwise`: the same bits whatever workers there were. `tolerance`: gradients were rounded on their way. */
  readonly results: "bitwise" | "tolerance";
  /** Results that two workers computed differently, or that were not finite by one worker alone. */
  readonly numAlerts: number;
  /** Per task: how many epochs were completed, and how far the next one is. Empty without sampling information. */
  readonly tasks: readonly {
    readonly task: string;
    readonly completedEpochs: number;
    readonly examplesInNextEpoch: number;
  }[];
  /** SHA-256 chain value over the whole journal. */
  readonly chain: string;
}

/**
 * Verifies the journal of a run directory.
 *
 * @throws {CorruptError} naming the first step or record that breaks the accounting.
 */
export function verifyLedger(runDirectory: string): LedgerReport {
  const path = join(runDirectory, JOURNAL_FILE);
  const { records, chain } = readJournal(path);
  return { ...verifyRecords(records, path), chain };
}

/** {@link verifyLedger} of records that were read already. `path` is for messages. */
export function verifyRecords(
  records: readonly JournalRecord[],
  path: string,
): Omit<LedgerReport, "chain"> {
  const first = openRecordSchema.safeParse(records[0]);
  if (!first.success) throw new CorruptError(path, "does not begin with the record of the run");
  const commits = records
    .filter(({ type }) => type === "commit")
    .map((record) => readCommit(record, path));
  const { blockExamples, numMicroshards } = first.data;
  commits.forEach((commit, i) => expectExact(commit, i + 1, first.data, path));
  const numExamples = commits.reduce((sum, commit) => sum + commit.numExamples, 0);
  // Of rounds, the samples up to the first one that is to be trained on again.
  const numInTurn =
    blockExamples === undefined
      ? numExamples
      : blockExamples * poolAfter(commits, numMicroshards).firstOpen;
  return {
    numSteps: commits.length,
    numSkippedSteps: commits.filter(({ applied }) => !applied).length,
    numAlerts: records.filter(({ type }) => type === "alert").length,
    numExamples,
    results: first.data.exchange.gradients === "f32" ? "bitwise" : "tolerance",
    tasks: countEpochs(first.data, commits, numInTurn, path),
  };
}

function readCommit(record: unknown, path: string): CommitRecord {
  const result = commitRecordSchema.safeParse(record);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new CorruptError(path, `a commit record: ${issue.path.join(".")}: ${issue.message}`);
}

function expectExact(commit: CommitRecord, step: number, run: OpenRecord, path: string): void {
  const fail = (reason: string): never => {
    throw new CorruptError(path, `step ${step}: ${reason}`);
  };
  if (commit.step !== step) fail(`the journal says ${commit.step} in its place`);
  const late = new Set(commit.lateReplicas);
  if (late.size > 0 && run.blockExamples === undefined) fail("only rounds have late replicas");
  if (
    commit.firstExample !== (step - 1) * run.globalBatchSize ||
    commit.numExamples !== run.globalBatchSize - late.size * (run.blockExamples ?? 0)
  ) {
    fail(`its examples are ${commit.firstExample} and ${commit.numExamples} more`);
  }
  const counts = new Uint16Array(run.numMicroshards);
  for (const [lo, width, worker] of commit.nodes) {
    if (!isAlignedNode({ lo, width }, run.numMicroshards)) {
      fail(`${worker} contributed ${lo}+${width}, which is no node of the tree`);
    }
    for (const microshard of microshardsOf({ lo, width })) counts[microshard]!++;
  }
  const wrong = counts.findIndex((count, microshard) => count !== (late.has(microshard) ? 0 : 1));
  if (wrong >= 0) fail(`microshard ${wrong} was counted ${counts[wrong]} times`);
}

function countEpochs(
  run: OpenRecord,
  commits: readonly CommitRecord[],
  numSamples: number,
  path: string,
): LedgerReport["tasks"] {
  if (run.sampling === null) return [];
  const { seed, taskSizes, weights, temperature } = run.sampling;
  const mixture = new Mixture(taskSizes, {
    seed,
    ...(weights && { weights }),
    ...(temperature !== undefined && { temperature }),
  });
  // Epochs of one task follow each other, so one bit an example is enough.
  const seen = mixture.tasks.map((task) => new Uint8Array(taskSizes[task]!));
  const epochs = mixture.tasks.map(() => ({ epoch: 0, numSeen: 0 }));
  for (let n = 0; n < numSamples; n++) {
    if (run.blockExamples === undefined && n % run.globalBatchSize === 0) {
      expectQuotas(commits[n / run.globalBatchSize]!, mixture, path);
    }
    const { taskIndex, exampleIndex, epoch } = mixture.at(n);
    const task = mixture.tasks[taskIndex]!;
    const state = epochs[taskIndex]!;
    const marks = seen[taskIndex]!;
    if (epoch === state.epoch + 1 && state.numSeen === marks.length) {
      state.epoch++;
      state.numSeen = 0;
      marks.fill(0);
    }
    if (epoch !== state.epoch || marks[exampleIndex] !== 0) {
      throw new CorruptError(
        path,
        `sample ${n}: example ${exampleIndex} of ${task} is not in turn`,
      );
    }
    marks[exampleIndex] = 1;
    state.numSeen++;
  }
  return mixture.tasks.map((task, i) => {
    const { epoch, numSeen } = epochs[i]!;
    const isWhole = numSeen === taskSizes[task];
    return {
      task,
      completedEpochs: epoch + (isWhole ? 1 : 0),
      examplesInNextEpoch: isWhole ? 0 : numSeen,
    };
  });
}

/** What the workers computed of each task in a step is what the mixture says. */
function expectQuotas(commit: CommitRecord, mixture: Mixture, path: string): void {
  const { step, tasks, weightSum, numExamples, firstExample } = commit;
  // With weights other than 1 the sums do not count examples.
  if (tasks === undefined || weightSum !== numExamples) return;
  const counts = new Map(tasks.map(([task, count]) => [task, count]));
  mixture.quotas(firstExample, numExamples).forEach((quota, taskIndex) => {
    const task = mixture.tasks[taskIndex]!;
    const count = counts.get(task) ?? 0;
    if (count !== quota) {
      throw new CorruptError(path, `step ${step}: ${count} examples of ${task}, due were ${quota}`);
    }
    counts.delete(task);
  });
  const [stranger] = counts.keys();
  if (stranger !== undefined) {
    throw new CorruptError(
      path,
      `step ${step}: examples of ${stranger}, a task that the run has not`,
    );
  }
}

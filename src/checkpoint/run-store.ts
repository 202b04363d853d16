// Everything that a run keeps on disk, behind one interface: the journal, the checkpoints, and the lock that
// makes this process the only one to write them.

import { join } from "node:path";
import { type Journal, openJournal } from "./journal.ts";
import { acquireRunLock } from "./run-lock.ts";
import {
  type LoadedCheckpoint,
  type OnWritten,
  pruneCheckpoints,
  readLatestCheckpoint,
  type TrainingCheckpoint,
  writeCheckpoint,
} from "./training-checkpoint.ts";

/** Name of the journal in a run directory. */
export const JOURNAL_FILE = "journal.log";
const CHECKPOINTS = "checkpoints";

export interface RunStore {
  /** For messages: where it is. */
  readonly name: string;
  readonly journal: Journal;
  /** The newest good checkpoint at or before a step, and why newer ones were passed over. */
  readLatestCheckpoint(maxStep: number): {
    readonly checkpoint: LoadedCheckpoint | undefined;
    readonly passedOver: readonly string[];
  };
  /**
   * Reads the arrays where they lie, while it goes on.
   *
   * @param onWritten Says which values may change; all may when the promise is settled.
   * @returns the digest of the manifest.
   */
  writeCheckpoint(checkpoint: TrainingCheckpoint, onWritten?: OnWritten): Promise<string>;
  /** Removes old checkpoints. */
  prune(checkpointEverySteps: number): void;
  close(): void;
}

/**
 * Opens a run directory, creating it when missing.
 *
 * @throws {AuspexError} code RUN_LOCKED when another process has it open.
 * @throws {CorruptError} when the journal is damaged.
 */
export function openRunStore(runDirectory: string): RunStore {
  const lock = acquireRunLock(runDirectory);
  const checkpoints = join(runDirectory, CHECKPOINTS);
  let journal: Journal;
  try {
    journal = openJournal(join(runDirectory, JOURNAL_FILE));
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    name: runDirectory,
    journal,
    readLatestCheckpoint: (maxStep) => readLatestCheckpoint(checkpoints, maxStep),
    writeCheckpoint: (checkpoint, onWritten) => writeCheckpoint(checkpoints, checkpoint, onWritten),
    prune: (everySteps) => void pruneCheckpoints(checkpoints, everySteps),
    close: () => {
      journal.close();
      lock.release();
    },
  };
}

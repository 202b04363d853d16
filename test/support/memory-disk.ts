// A disk without a disk: what a coordinator keeps, at once and in no time.

import type {
  Journal,
  JournalRecord,
  LoadedCheckpoint,
  RunStore,
} from "../../src/checkpoint/index.ts";

/** What a disk would hold: outlives the coordinators that write it. */
export class MemoryDisk {
  readonly records: JournalRecord[] = [];
  readonly #checkpoints = new Map<number, LoadedCheckpoint>();

  /** @param isAlive False once the process that opened it was killed: it writes nothing more. */
  open(isAlive: () => boolean = () => true): RunStore {
    const records = [...this.records];
    const journal: Journal = {
      records,
      append: (record) => {
        if (!isAlive()) return new Promise(() => {});
        this.records.push(JSON.parse(JSON.stringify(record)) as JournalRecord);
        return Promise.resolve();
      },
      close: () => {},
    };
    return {
      name: "memory",
      journal,
      readLatestCheckpoint: (maxStep) => {
        const steps = [...this.#checkpoints.keys()].filter((step) => step <= maxStep);
        const checkpoint = this.#checkpoints.get(Math.max(...steps));
        return { checkpoint: checkpoint && copyOf(checkpoint), passedOver: [] };
      },
      writeCheckpoint: (checkpoint) => {
        if (!isAlive()) return new Promise(() => {});
        this.#checkpoints.set(checkpoint.step, copyOf({ ...checkpoint, digest: "" }));
        return Promise.resolve("");
      },
      prune: () => {},
      close: () => {},
    };
  }
}

function copyOf(checkpoint: LoadedCheckpoint): LoadedCheckpoint {
  return structuredClone(checkpoint);
}

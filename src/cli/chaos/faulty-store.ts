// A run store that lets failpoints happen around what it writes.

import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { JOURNAL_FILE, type JournalRecord, type RunStore } from "../../checkpoint/index.ts";
import type { Failpoints } from "./failpoint.ts";

/** `at`: `before` nothing is written; `torn` half of a record is; `after` all of it is, and nobody knows. */
export function faultyStore(
  store: RunStore,
  runDirectory: string,
  failpoints: Failpoints,
): RunStore {
  return {
    ...store,
    journal: {
      records: store.journal.records,
      append: async (record: JournalRecord) => {
        const { step = 0 } = record as { readonly step?: number };
        const position = { record: record.type, step };
        failpoints.hit("coordinator.journal", { ...position, at: "before" });
        tearIfAsked(runDirectory, record, failpoints, position);
        await store.journal.append(record);
        failpoints.hit("coordinator.journal", { ...position, at: "after" });
      },
      close: () => store.journal.close(),
    },
    writeCheckpoint: async (checkpoint, onWritten) => {
      const { step } = checkpoint;
      failpoints.hit("coordinator.checkpoint", { step, at: "before" });
      const writing = store.writeCheckpoint(checkpoint, onWritten);
      // Under way, not yet in place.
      failpoints.hit("coordinator.checkpoint", { step, at: "during" });
      const digest = await writing;
      failpoints.hit("coordinator.checkpoint", { step, at: "after" });
      return digest;
    },
  };
}

function tearIfAsked(
  runDirectory: string,
  record: JournalRecord,
  failpoints: Failpoints,
  position: { readonly record: string; readonly step: number },
): void {
  const torn = { ...position, at: "torn" };
  if (!failpoints.wouldHit("coordinator.journal", torn)) return;
  const line = `${"0".repeat(64)} ${JSON.stringify(record)}`;
  appendFileSync(join(runDirectory, JOURNAL_FILE), line.slice(0, line.length / 2));
  failpoints.hit("coordinator.journal", torn);
}

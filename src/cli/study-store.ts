// Studies as files: one journal per study in a directory.

import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../checkpoint/index.ts";
import type { StudyStore } from "../evaluator/index.ts";

const SUFFIX = ".study";

/** Keeps the logs of studies in `directory`, which is made when the first one is written. */
export function fileStudyStore(directory: string): StudyStore {
  return {
    ids: () =>
      existsSync(directory)
        ? readdirSync(directory)
            .filter((name) => name.endsWith(SUFFIX))
            .map((name) => name.slice(0, -SUFFIX.length))
            .toSorted()
        : [],
    open(id) {
      mkdirSync(directory, { recursive: true });
      return openJournal(join(directory, `${id}${SUFFIX}`));
    },
  };
}

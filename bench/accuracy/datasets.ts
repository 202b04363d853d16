// Where each dataset lies: in the data collection's folders, or side by side as the bundled ones are.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../src/core/index.ts";
import { type Example, readExamples } from "../../src/data/index.ts";

const FOLDERS = {
  sempl: "sysconfig",
  gpukernels: "gpukernels",
  bhive: "bhive",
  mlperf: "mlperf",
  nb201_latency: "nas",
  nb201_accuracy: "nas",
  fbnet_latency: "nas",
  ofa_latency: "nas",
  macro_accuracy: "nas",
} as const;

export type Dataset = keyof typeof FOLDERS;

const FILE_NAMES: Partial<Record<Dataset, string>> = { mlperf: "mlperf_inference" };

/** undefined when neither place has it. */
export function datasetFile(directory: string, dataset: Dataset): string | undefined {
  const name = `${FILE_NAMES[dataset] ?? dataset}.jsonl.gz`;
  return [join(directory, FOLDERS[dataset], name), join(directory, name)].find((path) =>
    existsSync(path),
  );
}

/** @throws {InputError} naming the file that is not there. */
export function readDataset(directory: string, dataset: Dataset): Promise<Example[]> {
  const file = datasetFile(directory, dataset);
  if (file === undefined) {
    throw new InputError(`${directory} has no ${FILE_NAMES[dataset] ?? dataset}.jsonl.gz`, {
      hint: "give the folder of the whole data collection with --data",
    });
  }
  return readExamples([file]);
}

export interface LatencyTargets {
  readonly y: readonly string[];
  readonly help_meta_train?: readonly string[];
  readonly help_meta_valid?: readonly string[];
  readonly extra?: readonly string[];
}

/** Names of the numbers of each architecture file, in order. */
export function readTargets(directory: string): Readonly<Record<string, LatencyTargets>> {
  const path = [join(directory, "nas", "targets.json"), join(directory, "nas_targets.json")].find(
    (candidate) => existsSync(candidate),
  );
  if (path === undefined) throw new InputError(`${directory} has no targets.json of the nas data`);
  return JSON.parse(readFileSync(path, "utf8"));
}

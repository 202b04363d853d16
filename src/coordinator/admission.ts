// Who may join: a pure decision, with the reason that is sent to those who may not.

import type { MessageOf, RefuseCode } from "../protocol/index.ts";

/** What all workers of a run must agree on. */
export interface RunIdentity {
  readonly configHash: string;
  readonly datasetHash: string;
  readonly layoutHash: string;
  /** Fixed by the first worker that joins, for the life of the run. */
  readonly numericClass: string | undefined;
}

export type AdmissionDecision =
  | { readonly kind: "admit" }
  | { readonly kind: "refuse"; readonly code: RefuseCode; readonly text: string };

export function decideAdmission(
  join: Pick<
    MessageOf<"join">,
    "configHash" | "datasetHash" | "layoutHash" | "numericClass" | "workerName"
  >,
  run: RunIdentity,
  numWorkers: number,
  maxWorkers: number,
): AdmissionDecision {
  const refuse = (code: RefuseCode, text: string): AdmissionDecision => ({
    kind: "refuse",
    code,
    text: text.slice(0, 1024),
  });
  const differs = (what: string, theirs: string, ours: string): string =>
    `${what} of ${join.workerName} is ${theirs.slice(0, 12)}, the run's is ${ours.slice(0, 12)}`;

  if (numWorkers >= maxWorkers) {
    return refuse("FULL", `the run has its ${maxWorkers} workers`);
  }
  if (join.configHash !== run.configHash) {
    return refuse("CONFIG_MISMATCH", differs("the configuration", join.configHash, run.configHash));
  }
  if (join.datasetHash !== run.datasetHash) {
    return refuse("DATASET_MISMATCH", differs("the dataset", join.datasetHash, run.datasetHash));
  }
  if (join.layoutHash !== run.layoutHash) {
    return refuse("LAYOUT_MISMATCH", differs("the model layout", join.layoutHash, run.layoutHash));
  }
  if (run.numericClass !== undefined && join.numericClass !== run.numericClass) {
    return refuse(
      "CLASS_NOT_ALLOWED",
      `${join.workerName} computes as ${join.numericClass}, the run as ${run.numericClass}: results would differ in their last bits`,
    );
  }
  return { kind: "admit" };
}

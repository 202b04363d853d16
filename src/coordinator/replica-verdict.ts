// Whether what workers computed from their own parameters may count: a pure decision on the digests that they reported.

export interface ReplicaReport {
  readonly worker: string;
  /** SHA-256 of its parameters of the step's revision; undefined: not heard yet. */
  readonly digest: string | undefined;
  /** It has been lost since: what it has not reported by now it never will. */
  readonly isGone: boolean;
}

export type ReplicaVerdict =
  | { readonly kind: "wait"; readonly workers: readonly string[] }
  /** `isGood`: everything that was computed came from the right parameters. `wrong`: who has others. */
  | { readonly kind: "known"; readonly isGood: boolean; readonly wrong: readonly string[] };

/**
 * Judges a step's contributors.
 *
 * @param reports Of every session that was brought to the revision, those that are lost too.
 * @param contributors Names of the workers whose nodes are in the sum.
 * @param digest Of the coordinator's own parameters.
 */
export function judgeReplicas(
  reports: readonly ReplicaReport[],
  contributors: ReadonlySet<string>,
  digest: string,
): ReplicaVerdict {
  const ofContributors = reports.filter(({ worker }) => contributors.has(worker));
  const open = ofContributors.filter((report) => report.digest === undefined && !report.isGone);
  if (open.length > 0) return { kind: "wait", workers: open.map(({ worker }) => worker) };
  const known = new Set(ofContributors.map(({ worker }) => worker));
  const isGood =
    [...contributors].every((worker) => known.has(worker)) &&
    // Of one name there may have been several sessions: any of them may have computed it.
    ofContributors.every((report) => report.digest === digest);
  const wrong = reports.filter((report) => report.digest !== undefined && report.digest !== digest);
  return { kind: "known", isGood, wrong: [...new Set(wrong.map(({ worker }) => worker))] };
}

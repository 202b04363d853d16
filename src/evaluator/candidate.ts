// What the evaluator says about a candidate that cannot be scored. Reading candidates is src/plugins' job.

import { AuspexError, messageOf } from "../core/index.ts";
import { CandidateError } from "../plugins/index.ts";

/** One candidate's error, as programs read it. */
export interface CandidateProblem {
  /** Stable: `UNKNOWN_KIND`, `YAML_SYNTAX`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Where in the candidate: a line and column, or a byte offset. */
  readonly place?: string;
}

/** What may be told about an error. Anything not thrown on purpose is a bug, and its text stays inside. */
export function problemOf(error: unknown): CandidateProblem {
  const isOurFault = !(error instanceof AuspexError) || error.code === "PLUGIN_FAILED";
  if (isOurFault) return { code: "INTERNAL", message: "reading this candidate failed inside" };
  const place = error instanceof CandidateError ? error.at : undefined;
  return {
    code: error.code,
    message: messageOf(error),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(place === undefined ? {} : { place }),
  };
}

/** The other way round, for callers that want a candidate's error thrown. */
export function errorOf({ code, message, hint, place }: CandidateProblem): CandidateError {
  // The message names the place already.
  const shown = place === undefined ? message : message.replace(`${place}: `, "");
  return new CandidateError({
    code,
    message: shown,
    ...(place === undefined ? {} : { at: place }),
    ...(hint === undefined ? {} : { hint }),
  });
}

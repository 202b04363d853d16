// What a client is told when something is wrong: a status, a stable code, and what to do about it.

import { AuspexError, UnavailableError } from "../../core/index.ts";
import { CandidateError } from "../../plugins/index.ts";
import { DeadlineError, OverloadedError } from "../batcher.ts";
import { type CandidateProblem, problemOf } from "../candidate.ts";
import { StudyError } from "../study/study-error.ts";

export interface HttpProblemOptions {
  readonly hint?: string | undefined;
  /** Where in the request: a JSON path, then a line and column where there is one. */
  readonly place?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields beside `error`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** An answer with a 4xx or 5xx status. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly options: HttpProblemOptions;

  constructor(status: number, code: string, message: string, options: HttpProblemOptions = {}) {
    super(message);
    this.name = "HttpProblem";
    this.status = status;
    this.code = code;
    this.options = options;
  }

  /** `{ error: { code, message, hint, place } }`. */
  body(): Record<string, unknown> {
    const { hint, place, extra } = this.options;
    const error = { code: this.code, message: this.message, hint, place };
    return { error, ...extra };
  }
}

/** Finds the status for anything that was thrown. What was not thrown on purpose is a 500 without details. */
export function toHttpProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof OverloadedError) {
    const headers = { "retry-after": String(Math.ceil(error.retryAfterMs / 1000)) };
    return new HttpProblem(429, error.code, error.message, { hint: error.hint, headers });
  }
  if (error instanceof DeadlineError) return new HttpProblem(504, error.code, error.message);
  if (error instanceof UnavailableError) {
    const headers = { "retry-after": "1" };
    return new HttpProblem(503, error.code, error.message, { hint: error.hint, headers });
  }
  if (error instanceof StudyError) {
    const status = error.code === "STUDY_UNKNOWN" ? 404 : 409;
    return new HttpProblem(status, error.code, error.message, { hint: error.hint });
  }
  if (error instanceof CandidateError) return candidateProblem(problemOf(error));
  if (error instanceof AuspexError && error.exitCode === 2) {
    return new HttpProblem(422, error.code, error.message, { hint: error.hint });
  }
  return new HttpProblem(500, "INTERNAL", "the request failed inside the service", {
    hint: "the service's log has the reason",
  });
}

/** The status of a candidate's own error: 415 for a kind that nobody here reads, 500 for a bug, else 422. */
export function candidateProblem(problem: CandidateProblem, prefix = ""): HttpProblem {
  const { code, message, hint } = problem;
  const status = code === "UNKNOWN_KIND" ? 415 : code === "INTERNAL" ? 500 : 422;
  const place = [prefix, problem.place].filter(Boolean).join(" ") || undefined;
  return new HttpProblem(status, code, message, { hint, place });
}

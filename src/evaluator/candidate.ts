// Candidates as they come in, as the model reads them, and what can be wrong with one.

import { AuspexError, EXIT, messageOf, type AuspexErrorOptions } from "../core/index.ts";

/** A candidate from outside: text, or bytes in base 64. Parsed, never executed. */
export interface CandidateInput {
  /** For example `yaml`. Where absent, told from the file name or the content. */
  readonly kind?: string | undefined;
  readonly text?: string | undefined;
  readonly base64?: string | undefined;
  /** File name, for messages and for telling the kind. Never opened. */
  readonly name?: string | undefined;
}

/** A candidate in the form that the model reads. */
export interface CanonicalCandidate {
  readonly kind: string;
  /** Canonical text: equal candidates, however they were formatted, have equal text. */
  readonly text: string;
  /** Cheap numbers that the kind knows about the candidate. */
  readonly features?: Readonly<Record<string, number>> | undefined;
}

/** Turns candidates of the known kinds into canonical text. */
export interface CandidateReader {
  readonly kinds: readonly string[];
  /** Enters the cache key with the text, since another serialiser may mean something else by it. */
  readonly version: string;
  /** @throws {CandidateError} for an unknown kind or a candidate that breaks a rule. */
  read(candidate: CandidateInput): CanonicalCandidate | Promise<CanonicalCandidate>;
}

/** A candidate that cannot be scored. `place` says where in it: a line and column, or a byte offset. */
export class CandidateError extends AuspexError {
  readonly place: string | undefined;

  constructor(
    code: string,
    message: string,
    options: AuspexErrorOptions & { readonly place?: string | undefined } = {},
  ) {
    super(code, EXIT.invalidInput, message, options);
    this.place = options.place;
  }
}

/** One candidate's error, as programs read it. */
export interface CandidateProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly place?: string;
}

/** What may be told about an error. Anything not thrown on purpose is a bug, and its text stays inside. */
export function problemOf(error: unknown): CandidateProblem {
  if (!(error instanceof AuspexError)) {
    return { code: "INTERNAL", message: "reading this candidate failed inside" };
  }
  const place = "place" in error && typeof error.place === "string" ? error.place : undefined;
  return {
    code: error.code,
    message: messageOf(error),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(place === undefined ? {} : { place }),
  };
}

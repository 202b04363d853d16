// What the service's thread and the model's thread say to each other. Both are ours: no checking.

import { AuspexError, type ExitCode, messageOf, UnavailableError } from "../../core/index.ts";
import type { EngineInfo, EngineOptions } from "../../tensor/index.ts";
import type { ModelFacts } from "./source.ts";

export interface ThreadData {
  /** URL of a module that exports `openSource`. */
  readonly moduleUrl: string;
  readonly engine: EngineOptions;
}

/** Calls are done in the order in which they were posted, one at a time. */
export type ToThread =
  | { readonly kind: "open"; readonly callId: number; readonly directory: string }
  | {
      readonly kind: "predict";
      readonly callId: number;
      readonly modelId: number;
      readonly texts: readonly string[];
    }
  | { readonly kind: "release"; readonly modelId: number }
  | { readonly kind: "close" };

/** What a call comes back with. */
export type Reply =
  | { readonly kind: "opened"; readonly modelId: number; readonly facts: ModelFacts }
  /** Sketches one after the other, text by text, objective by objective. */
  | { readonly kind: "answered"; readonly sketches: Float64Array<ArrayBuffer> }
  | { readonly kind: "failed"; readonly failure: Failure };

export type FromThread =
  | { readonly kind: "ready"; readonly engine: EngineInfo }
  | { readonly kind: "reply"; readonly callId: number; readonly reply: Reply }
  /** Nothing can be asked: the source does not open. */
  | { readonly kind: "unusable"; readonly failure: Failure };

/** An error as plain data. */
export interface Failure {
  readonly message: string;
  readonly stack: string | undefined;
  /** Of an error that was thrown on purpose; absent for a bug. */
  readonly typed?: {
    readonly code: string;
    readonly exitCode: ExitCode;
    readonly hint: string | undefined;
  };
}

/** Takes an error apart for the way between threads. */
export function failureOf(error: unknown): Failure {
  const stack = error instanceof Error ? error.stack : undefined;
  const message = messageOf(error);
  if (!(error instanceof AuspexError)) return { message, stack };
  const { code, exitCode, hint } = error;
  return { message, stack, typed: { code, exitCode, hint } };
}

/** Puts it together again: the same code, exit code and hint, and the stack of where it was thrown. */
export function errorOf({ message, stack, typed }: Failure): Error {
  const error = typed === undefined ? new Error(message) : typedError(message, typed);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function typedError(
  message: string,
  { code, exitCode, hint }: NonNullable<Failure["typed"]>,
): AuspexError {
  const options = hint === undefined ? {} : { hint };
  if (code === "UNAVAILABLE") return new UnavailableError(message, options);
  return new AuspexError(code, exitCode, message, options);
}

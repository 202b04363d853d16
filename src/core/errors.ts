// Errors that say what to do next. Three kinds: an operating error (typed, with a stable code), a user
// error (names the field, file or line, the rule and the fix), and a bug (`invariant`).

/** Exit codes of every command (DESIGN section 6). */
export const EXIT = {
  done: 0,
  checkFailed: 1,
  invalidInput: 2,
  untrusted: 3,
  usage: 64,
  corrupt: 65,
  unavailable: 69,
  internal: 70,
  io: 74,
  paused: 75,
  refused: 77,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface AuspexErrorOptions {
  readonly cause?: unknown;
  /** What the reader can do about it; printed on its own line. */
  readonly hint?: string;
}

/** Base of every error that auspex throws on purpose. `code` is stable and meant for programs. */
export class AuspexError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(code: string, exitCode: ExitCode, message: string, options: AuspexErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.exitCode = exitCode;
    this.hint = options.hint;
  }
}

/** A configuration field that breaks a rule. `path` is dotted: `model.numHeads`. */
export class ConfigError extends AuspexError {
  readonly path: string;

  constructor(path: string, message: string, options: AuspexErrorOptions = {}) {
    super("CONFIG_INVALID", EXIT.invalidInput, `${path}: ${message}`, options);
    this.path = path;
  }
}

/** Bad data in a file. `line` counts from 1. */
export class DataError extends AuspexError {
  readonly file: string;
  readonly line: number | undefined;

  constructor(
    file: string,
    line: number | undefined,
    message: string,
    options: AuspexErrorOptions = {},
  ) {
    super(
      "DATA_INVALID",
      EXIT.invalidInput,
      `${file}${line === undefined ? "" : `:${line}`}: ${message}`,
      options,
    );
    this.file = file;
    this.line = line;
  }
}

/** A value, text or candidate that cannot be used, with the rule that it breaks. */
export class InputError extends AuspexError {
  constructor(message: string, options: AuspexErrorOptions = {}) {
    super("INPUT_INVALID", EXIT.invalidInput, message, options);
  }
}

/** A wrong command line. */
export class UsageError extends AuspexError {
  constructor(message: string, options: AuspexErrorOptions = {}) {
    super("USAGE", EXIT.usage, message, options);
  }
}

/** A stored run, bundle or journal that is damaged or of another format version. */
export class CorruptError extends AuspexError {
  readonly file: string;

  constructor(file: string, message: string, options: AuspexErrorOptions = {}) {
    super("CORRUPT", EXIT.corrupt, `${file}: ${message}`, options);
    this.file = file;
  }
}

/** Tensors or arrays whose shapes do not fit together. */
export class ShapeError extends AuspexError {
  constructor(what: string, actual: readonly number[], expected: readonly (number | string)[]) {
    super(
      "SHAPE",
      EXIT.internal,
      `${what}: shape [${actual.join(", ")}], expected [${expected.join(", ")}]`,
    );
  }
}

/** The other side cannot be reached, or refused. */
export class UnavailableError extends AuspexError {
  constructor(message: string, options: AuspexErrorOptions = {}) {
    super("UNAVAILABLE", EXIT.unavailable, message, options);
  }
}

/** A peer said no, with a typed reason. */
export class RefusedError extends AuspexError {
  constructor(code: string, message: string, options: AuspexErrorOptions = {}) {
    super(code, EXIT.refused, message, options);
  }
}

/** Crashes on a broken assumption of our own: a bug, never a user's mistake. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AuspexError("BUG", EXIT.internal, `bug: ${message}`);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Causes behind an error are looked at no deeper: they may go round in a circle. */
const MAX_CAUSES = 8;

/** The error itself and what caused it, the outermost first; nothing where no error was thrown. */
export function withCauses(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < MAX_CAUSES; at = at.cause)
    chain.push(at);
  return chain;
}

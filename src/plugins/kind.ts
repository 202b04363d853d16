// The contract of a kind plugin: a plain object that turns candidates of one kind (a YAML file, an ONNX
// graph, source code) into the text that a model reads. Plugins are trusted code; candidates are not: they
// are parsed, never executed, and every limit below is enforced by the host before and after.

import { AuspexError, type AuspexErrorOptions, ConfigError, EXIT } from "../core/index.ts";

/** Changes when the contract does; a host refuses plugins of another one. */
export const PLUGIN_API_VERSION = 1;

/** A candidate as it came in. */
export interface CandidateInput {
  readonly bytes: Uint8Array;
  /** Name of the file or of whatever it came from; only its extension is looked at. */
  readonly filename?: string;
  /** `code`: the language, where it was declared. */
  readonly language?: string;
}

export interface KindLimits {
  /** Larger candidates are refused before `parse`. */
  readonly maxBytes: number;
  /** Longer texts are refused after `serialise`. */
  readonly maxTextChars: number;
  /** For asynchronous plugins; a synchronous `parse` must bound itself by its own limits. */
  readonly timeoutMs: number;
}

/** Where and why a candidate is wrong. */
export interface InvalidDetails {
  /** Stable, for programs: `YAML_DEPTH`. */
  readonly code: string;
  readonly message: string;
  /** `line 3, column 5`, `byte 17`, or a JSON pointer. */
  readonly at?: string;
  /** What to do about it, in one line. */
  readonly hint?: string;
}

/** What a plugin may ask of its host. */
export interface KindContext {
  readonly limits: KindLimits;
  readonly signal: AbortSignal;
  /** Makes the error to throw for a candidate that cannot be used. */
  readonly invalid: (details: InvalidDetails) => CandidateError;
  /** Notes something that does not stop the candidate: it comes back with its score, under `warnings`. */
  readonly warn: (message: string) => void;
}

export interface SerialisedText {
  /** What the model reads. */
  readonly text: string;
  /**
   * Text that is equal for candidates that mean the same, however they are written; the default is `text`.
   * Its hash names the candidate in caches and studies.
   */
  readonly identity?: string;
}

export interface KindMatch {
  /** With the dot: `.yaml`. */
  readonly extensions?: readonly string[];
  /** How sure the first 4 KB make us that it is this kind, 0 to 1. */
  readonly magic?: (head: Uint8Array) => number;
}

export interface KindPlugin<Parsed> {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: typeof PLUGIN_API_VERSION;
  /** Part of every bundle that was trained on its texts: raise it whenever a text changes. */
  readonly serialiserVersion: number;
  /** `yaml`, `onnx`, `code`; a plugin of one's own starts with `x/`. */
  readonly kind: string;
  readonly match?: KindMatch;
  readonly limits: KindLimits;
  /** Throws `context.invalid(...)` for anything that is not this kind. */
  parse(input: CandidateInput, context: KindContext): Parsed | Promise<Parsed>;
  /** Pure, deterministic, and total on whatever `parse` returns. */
  serialise(parsed: Parsed, context: KindContext): SerialisedText;
  /** Cheap numbers from the candidate alone: parameters, FLOPs, lines. */
  features?(parsed: Parsed): Readonly<Record<string, number>>;
}

/** A plugin whose parsed form nobody outside it looks at. */
// biome-ignore lint/suspicious/noExplicitAny: `Parsed` is in and out position; only `any` stands for all.
export type AnyKindPlugin = KindPlugin<any>;

/**
 * Checks a plugin and returns it as it is; its type parameter follows from `parse`.
 *
 * @throws {ConfigError} when a field breaks the contract.
 */
export function defineKind<Parsed>(plugin: KindPlugin<Parsed>): KindPlugin<Parsed> {
  const expect = (ok: boolean, field: string, rule: string): void => {
    if (!ok) throw new ConfigError(`plugin ${plugin.name ?? "?"}: ${field}`, rule);
  };
  expect(plugin.apiVersion === PLUGIN_API_VERSION, "apiVersion", `must be ${PLUGIN_API_VERSION}`);
  expect(/^[\w@/.-]{1,100}$/.test(plugin.name ?? ""), "name", "must be a short package-like name");
  expect(
    /^[a-z0-9][a-z0-9/_-]{0,40}$/.test(plugin.kind ?? ""),
    "kind",
    "must be like yaml or x/mine",
  );
  expect(
    typeof plugin.version === "string" && plugin.version !== "",
    "version",
    "must be a string",
  );
  expect(
    Number.isInteger(plugin.serialiserVersion) && plugin.serialiserVersion >= 1,
    "serialiserVersion",
    "must be a whole number from 1",
  );
  expect(typeof plugin.parse === "function", "parse", "must be a function");
  expect(typeof plugin.serialise === "function", "serialise", "must be a function");
  for (const field of ["maxBytes", "maxTextChars", "timeoutMs"] as const) {
    expect((plugin.limits?.[field] ?? 0) > 0, `limits.${field}`, "must be above 0");
  }
  for (const extension of plugin.match?.extensions ?? []) {
    expect(extension.startsWith("."), "match.extensions", `${extension} must start with a dot`);
  }
  return plugin;
}

/** A candidate that cannot be used: HTTP 422, exit code 2. Carries no stack or path to clients. */
export class CandidateError extends AuspexError {
  /** Where in the candidate. */
  readonly at: string | undefined;

  constructor({ code, message, at, hint }: InvalidDetails, options: AuspexErrorOptions = {}) {
    super(code, EXIT.invalidInput, at === undefined ? message : `${at}: ${message}`, {
      ...options,
      ...(hint === undefined ? {} : { hint }),
    });
    this.at = at;
  }
}

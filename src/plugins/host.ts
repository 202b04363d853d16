// Runs kind plugins: finds the kind of a candidate, keeps the limits, turns whatever goes wrong into a
// CandidateError with code, place and hint.

import { Buffer } from "node:buffer";
import {
  type Clock,
  ConfigError,
  messageOf,
  RefusedError,
  sha256Hex,
  systemClock,
} from "../core/index.ts";
import {
  type AnyKindPlugin,
  CandidateError,
  type CandidateInput,
  defineKind,
  type KindContext,
} from "./kind.ts";

/** A candidate with what is known about its kind. Either bytes or text. */
export interface Candidate {
  readonly kind?: string;
  readonly filename?: string;
  readonly language?: string;
  readonly bytes?: Uint8Array;
  readonly text?: string;
}

/** What the model and the caches need to know. */
export interface SerialisedCandidate {
  readonly kind: string;
  readonly text: string;
  /** SHA-256 of kind, serialiser version and identity: equal for candidates that mean the same. */
  readonly hash: string;
  /** Worked out when they are read: scoring has no use for them. */
  readonly features: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/** Version of the serialiser of each kind. */
export type SerialiserVersions = Readonly<Record<string, number>>;

/** The head that plugins may look at to recognise their kind. */
const MAGIC_BYTES = 4096;
/** Below this nobody is sure enough. */
const MIN_CONFIDENCE = 0.5;

export class KindHost {
  readonly #plugins = new Map<string, AnyKindPlugin>();
  readonly #clock: Clock;

  /** @throws {ConfigError} when a plugin breaks the contract, or two claim one kind. */
  constructor(plugins: readonly AnyKindPlugin[], clock: Clock = systemClock) {
    this.#clock = clock;
    for (const plugin of plugins) {
      defineKind(plugin);
      const other = this.#plugins.get(plugin.kind);
      if (other !== undefined) {
        throw new ConfigError(
          "plugins",
          `${other.name} and ${plugin.name} both claim ${plugin.kind}`,
        );
      }
      this.#plugins.set(plugin.kind, plugin);
    }
  }

  get kinds(): readonly string[] {
    return [...this.#plugins.keys()];
  }

  /** For a bundle's manifest. */
  get serialiserVersions(): SerialiserVersions {
    return Object.fromEntries([...this.#plugins].map(([kind, p]) => [kind, p.serialiserVersion]));
  }

  /**
   * A model must read texts as it was trained on.
   *
   * @param pinned What a bundle remembers: version by kind. Kinds that are not here are not read here either.
   * @throws {RefusedError} when a pinned kind has another serialiser version here.
   */
  checkSerialisers(pinned: Readonly<Record<string, string>>): void {
    for (const [kind, version] of Object.entries(pinned)) {
      const here = this.#plugins.get(kind)?.serialiserVersion;
      if (here !== undefined && String(here) !== version) {
        throw new RefusedError(
          "SERIALISER_DRIFT",
          `the bundle was trained on ${kind} texts of serialiser ${version}, this one writes ${here}`,
          {
            hint: `use the version of ${this.#plugins.get(kind)!.name} that wrote the training's texts, or train on texts of this one (auspex texts)`,
          },
        );
      }
    }
  }

  /**
   * The kind of a candidate: as declared, else by file extension, else by its first bytes.
   *
   * @throws {CandidateError} UNKNOWN_KIND, with the contenders.
   */
  kindOf(candidate: Candidate): string {
    const { kind, filename } = candidate;
    if (kind !== undefined) {
      if (this.#plugins.has(kind)) return kind;
      throw this.#unknown(`kind ${JSON.stringify(kind)} has no plugin`);
    }
    const extension = /\.[^./\\]+$/.exec(filename ?? "")?.[0].toLowerCase();
    const byExtension = [...this.#plugins.values()].filter(
      (plugin) => extension !== undefined && plugin.match?.extensions?.includes(extension),
    );
    if (byExtension.length === 1) return byExtension[0]!.kind;
    const head = bytesOf(candidate).subarray(0, MAGIC_BYTES);
    const scores = [...this.#plugins.values()]
      .map((plugin) => ({ kind: plugin.kind, score: plugin.match?.magic?.(head) ?? 0 }))
      .toSorted((a, b) => b.score - a.score);
    const [best, next] = scores;
    if (best !== undefined && best.score >= MIN_CONFIDENCE && best.score > (next?.score ?? 0)) {
      return best.kind;
    }
    throw this.#unknown("the kind cannot be told from name or content");
  }

  /**
   * The text of a candidate.
   *
   * @throws {CandidateError} when it is of no known kind, too large, malformed, or takes too long.
   */
  async serialise(candidate: Candidate): Promise<SerialisedCandidate> {
    const kind = this.kindOf(candidate);
    const plugin = this.#plugins.get(kind)!;
    const bytes = bytesOf(candidate);
    if (bytes.length > plugin.limits.maxBytes) {
      throw new CandidateError({
        code: "CANDIDATE_TOO_LARGE",
        message: `${bytes.length} bytes, ${kind} takes ${plugin.limits.maxBytes}`,
      });
    }
    const warnings: string[] = [];
    const abort = new AbortController();
    const context: KindContext = {
      limits: plugin.limits,
      signal: abort.signal,
      invalid: (details) => new CandidateError(details),
      warn: (message) => void warnings.push(message),
    };
    try {
      const input: CandidateInput = {
        bytes,
        ...(candidate.filename === undefined ? {} : { filename: candidate.filename }),
        ...(candidate.language === undefined ? {} : { language: candidate.language }),
      };
      const parsed: unknown = await this.#within(plugin, abort, plugin.parse(input, context));
      const { text, identity = text } = plugin.serialise(parsed, context);
      if (text.length > plugin.limits.maxTextChars) {
        throw new CandidateError({
          code: "TEXT_TOO_LONG",
          message: `${text.length} characters of text, ${kind} takes ${plugin.limits.maxTextChars}`,
        });
      }
      const hash = sha256Hex(`${kind}\n${plugin.serialiserVersion}\n${identity}`);
      return {
        kind,
        text,
        hash,
        warnings,
        get features() {
          return plugin.features?.(parsed) ?? {};
        },
      };
    } catch (error) {
      throw asCandidateError(error, plugin);
    }
  }

  #within<T>(plugin: AnyKindPlugin, abort: AbortController, work: T | Promise<T>): T | Promise<T> {
    if (!(work instanceof Promise)) return work;
    return new Promise<T>((resolve, reject) => {
      const timer = this.#clock.after(plugin.limits.timeoutMs, () => {
        abort.abort();
        reject(
          new CandidateError({
            code: "CANDIDATE_TIMEOUT",
            message: `parsing took longer than ${plugin.limits.timeoutMs} ms`,
          }),
        );
      });
      work.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  #unknown(message: string): CandidateError {
    return new CandidateError({
      code: "UNKNOWN_KIND",
      message,
      hint: `declare one of: ${this.kinds.join(", ")}`,
    });
  }
}

function bytesOf({ bytes, text }: Candidate): Uint8Array {
  return bytes ?? Buffer.from(text ?? "", "utf8");
}

function asCandidateError(error: unknown, plugin: AnyKindPlugin): CandidateError {
  if (error instanceof CandidateError) return error;
  // A stack overflow on deep nesting is the candidate's doing; anything else is the plugin's fault.
  return error instanceof RangeError && /call stack/i.test(error.message)
    ? new CandidateError({ code: "TOO_DEEP", message: "nested too deeply" }, { cause: error })
    : new CandidateError(
        { code: "PLUGIN_FAILED", message: `plugin ${plugin.name} failed: ${messageOf(error)}` },
        { cause: error },
      );
}

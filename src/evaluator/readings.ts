// From candidates to what the model reads. The same bytes are read once: parsing costs more than all else on
// the way to a cached answer.

import { canonicalJson, sha256Hex } from "../core/index.ts";
import type { Candidate, KindHost } from "../plugins/index.ts";
import { type CandidateProblem, problemOf } from "./candidate.ts";
import { LruCache } from "./lru.ts";
import type { Predictor } from "./predictor.ts";

/** A candidate in canonical form. */
export interface Reading {
  readonly kind: string;
  /** What the model reads, context included. */
  readonly text: string;
  /** SHA-256 that is equal for candidates that mean the same, whatever their formatting was. */
  readonly hash: string;
  /** What the kind noticed about the candidate, and did not refuse. */
  readonly warnings: readonly string[];
  /** Equal keys have equal answers: model, serialisers and hash. */
  readonly key: string;
  readonly tokens: number;
  /** Share of the tokens that the model could not see, 0 .. 1. */
  readonly truncatedShare: number;
}

// A guess for models that do not count: byte-pair vocabularies of this size average three characters.
const CHARACTERS_PER_TOKEN = 3;
// Longer candidates are read anew each time, so that the memory of readings stays small.
const MAX_KEPT_CHARS = 32_768;
const MAX_KEPT = 4096;

/** Reads candidates for one model. */
export class Readings {
  readonly #predictor: Predictor;
  readonly #plugins: Pick<KindHost, "serialise">;
  readonly #keyPrefix: string;
  readonly #kept = new LruCache<Reading>(MAX_KEPT);

  constructor(predictor: Predictor, plugins: Pick<KindHost, "serialise" | "serialiserVersions">) {
    this.#predictor = predictor;
    this.#plugins = plugins;
    this.#keyPrefix = `${predictor.id}\n${canonicalJson(plugins.serialiserVersions)}\n`;
  }

  /** Whether the same bytes were read before, so that reading them again is no work. */
  isKnown(candidate: Candidate, context: Readonly<Record<string, string>> | undefined): boolean {
    const name = nameOf(candidate, contextHeader(context));
    return name !== undefined && this.#kept.get(name) !== undefined;
  }

  /** Reads one candidate; what is wrong with it comes back as a value. */
  async read(
    candidate: Candidate,
    context: Readonly<Record<string, string>> | undefined,
  ): Promise<Reading | CandidateProblem> {
    try {
      const header = contextHeader(context);
      const name = nameOf(candidate, header);
      const known = name === undefined ? undefined : this.#kept.get(name);
      if (known !== undefined) return known;
      const reading = await this.#readAnew(candidate, header);
      if (name !== undefined) this.#kept.set(name, reading);
      return reading;
    } catch (error) {
      return problemOf(error);
    }
  }

  async #readAnew(candidate: Candidate, header: string): Promise<Reading> {
    const { kind, warnings, text: body, hash: own } = await this.#plugins.serialise(candidate);
    const text = header + body;
    const hash = header === "" ? own : sha256Hex(header + own);
    const key = this.#keyPrefix + hash;
    return { kind, warnings, text, hash, key, ...countTokens(this.#predictor, text) };
  }
}

/** Names a candidate as it was sent; undefined where it is too long to be kept. */
function nameOf(
  { kind, filename, language, text, bytes }: Candidate,
  header: string,
): string | undefined {
  if ((text?.length ?? bytes?.length ?? 0) > MAX_KEPT_CHARS) return undefined;
  const content = text ?? sha256Hex(bytes ?? new Uint8Array());
  const isText = text !== undefined;
  return sha256Hex(JSON.stringify([kind, filename, language, header, isText, content]));
}

/** `device: pixel3` lines, sorted, so that equal contexts give equal text. */
function contextHeader(context: Readonly<Record<string, string>> | undefined): string {
  const lines = Object.entries(context ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return lines.map(([key, value]) => `${key}: ${value}\n`).join("");
}

function countTokens(
  predictor: Predictor,
  text: string,
): { tokens: number; truncatedShare: number } {
  const counted = predictor.countTokens?.(text);
  if (counted === undefined) {
    return { tokens: Math.ceil(text.length / CHARACTERS_PER_TOKEN), truncatedShare: 0 };
  }
  const { tokens, truncated } = counted;
  return { tokens, truncatedShare: truncated / Math.max(1, tokens) };
}

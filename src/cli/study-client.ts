// One study of a running service, as a client sees it.

import { AuspexError, EXIT, messageOf, UnavailableError } from "../core/index.ts";

export interface StudyClientOptions {
  readonly url: string;
  readonly token?: string | undefined;
  /** After so long the service counts as unavailable. */
  readonly timeoutMs: number;
}

export interface StudyPlan {
  readonly id: string;
  readonly objectives: readonly { readonly name: string; readonly goal: "min" | "max" }[];
}

/** One entry of an answer of `decide`. */
export interface DecisionEntry {
  readonly error?: { readonly message: string };
  readonly verdict?: "promote" | "reject" | "abstain";
  readonly reason?: string;
  readonly predictions?: Readonly<
    Record<string, { readonly mean: number; readonly std: number; low: number; high: number }>
  >;
  readonly pessimistic?: Readonly<Record<string, number>>;
  readonly told?: Readonly<Record<string, number | string>>;
  readonly trust?: { readonly state: string };
}

export type WireCandidate = ({ readonly text: string } | { readonly base64: string }) & {
  readonly filename: string;
  readonly kind?: string;
};

/** Asks and tells one study; it is made where it is not there. */
export class StudyClient {
  readonly #options: StudyClientOptions;
  readonly #plan: StudyPlan;

  constructor(options: StudyClientOptions, plan: StudyPlan) {
    this.#options = options;
    this.#plan = plan;
  }

  /** @throws {UnavailableError} where the service does not answer, or is too busy. */
  async decide(candidate: WireCandidate): Promise<DecisionEntry> {
    await this.#post("/v1/studies", this.#plan);
    const answer = await this.#study("decide", { candidates: [candidate] });
    return (answer as { results: DecisionEntry[] }).results[0]!;
  }

  async tell(candidate: WireCandidate, outcome: object): Promise<void> {
    await this.#study("tell", { candidate, ...outcome });
  }

  #study(verb: string, body: object): Promise<unknown> {
    return this.#post(`/v1/studies/${encodeURIComponent(this.#plan.id)}/${verb}`, body);
  }

  async #post(path: string, body: object): Promise<unknown> {
    const { url, token, timeoutMs } = this.#options;
    let response: Response;
    let answer: { error?: { code?: string; message?: string; hint?: string } };
    try {
      response = await fetch(url.replace(/\/+$/, "") + path, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      answer = (await response.json()) as typeof answer;
    } catch (cause) {
      throw new UnavailableError(`${url} does not answer: ${messageOf(cause)}`, { cause });
    }
    if (response.ok) return answer;
    const { code = "UNKNOWN", message = `status ${response.status}`, hint } = answer.error ?? {};
    if (response.status === 429 || response.status >= 500) throw new UnavailableError(message);
    const options = hint === undefined ? {} : { hint };
    throw new AuspexError(code, EXIT.invalidInput, `${url}: ${message}`, options);
  }
}

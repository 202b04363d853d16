// The service over NATS: request and reply with the bodies of the HTTP service, in a queue group. Only what needs
// no memory is served here, so that it does not matter which instance answers; a study lives in one place, and
// that is reached over HTTP.

import {
  type Clock,
  ConfigError,
  type Logger,
  type Metrics,
  messageOf,
  silentLogger,
  systemClock,
} from "../../core/index.ts";
import { type NatsCredentials, type NatsRequest, natsResponder } from "../../transport/index.ts";
import type { Surrogate } from "../surrogate.ts";
import { check, parseJsonBytes } from "./body.ts";
import { HttpProblem, toHttpProblem } from "./problem.ts";
import type { Route } from "./route.ts";
import { scoreRoutes } from "./score-routes.ts";

export interface NatsServiceOptions {
  readonly surrogate: Surrogate;
  /** nats://HOST:PORT. */
  readonly server: string;
  /** Requests go to `SUBJECT.score`, `SUBJECT.models`, `SUBJECT.kinds`. */
  readonly subject: string;
  /** Those of one group share the load. Default: `auspex`. */
  readonly queueGroup?: string;
  readonly credentials?: NatsCredentials;
  /** Allows plain traffic beyond this machine. */
  readonly insecure?: boolean;
  readonly maxCandidates?: number;
  /** Requests that may be worked on at a time; more are answered OVERLOADED. */
  readonly maxRequests?: number;
  readonly metrics?: Metrics;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

export interface NatsService {
  /** Answers what was taken, takes nothing new, leaves. The surrogate stays open. */
  close(graceMs?: number): Promise<void>;
}

const RETRY_AFTER_MS = 1000;

/**
 * Starts answering; resolves when the broker knows.
 * @throws {ConfigError} for a subject that is none; what `natsResponder` throws.
 */
export async function startNatsService(options: NatsServiceOptions): Promise<NatsService> {
  const { surrogate, subject, queueGroup = "auspex", credentials = {} } = options;
  const { clock = systemClock, maxCandidates = 1024, maxRequests = 1024 } = options;
  requireSubject(subject);
  const routes = new Map(
    scoreRoutes(surrogate, maxCandidates, clock).map((route) => [verbOf(route), route]),
  );
  const logger = options.logger ?? silentLogger;
  let numRequests = 0;

  const answer = async ({ subject: full, body, header }: NatsRequest): Promise<unknown> => {
    if (numRequests > maxRequests) throw tooMany(maxRequests);
    const route = routes.get(full.slice(subject.length + 1))!;
    const { bodySchema } = route;
    const parsed = bodySchema === undefined ? undefined : check(bodySchema, parseJsonBytes(body));
    const headers = { "x-request-deadline-ms": header("x-request-deadline-ms") };
    const { signal } = new AbortController();
    return (await route.handle({ params: {}, body: parsed, headers, signal })).body;
  };

  const responder = await natsResponder({
    ...credentials,
    server: options.server,
    subjects: [...routes.keys()].map((verb) => `${subject}.${verb}`),
    queueGroup,
    insecure: options.insecure ?? false,
    clock,
    handle: async (request, maxBytes) => {
      numRequests++;
      try {
        const bytes = encode(await answer(request));
        return bytes.length <= maxBytes ? bytes : encode(errorOf(tooLarge(bytes.length, maxBytes)));
      } catch (error) {
        const problem = toHttpProblem(error);
        options.metrics?.count("auspex_errors_total", "Errors by code", { code: problem.code });
        if (problem.status === 500) {
          logger.log("error", "request-failed", {
            path: request.subject,
            reason: messageOf(error),
          });
        }
        return encode(errorOf(problem));
      } finally {
        numRequests--;
      }
    },
  });
  return { close: (graceMs = 10_000) => responder.close(graceMs) };
}

/** `/v1/score` -> `score`. */
const verbOf = ({ pattern }: Route): string => pattern.slice(pattern.lastIndexOf("/") + 1);

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** The body of HTTP with its status inside, as a reply has none. */
function errorOf(problem: HttpProblem): Record<string, unknown> {
  const { error, ...extra } = problem.body();
  const retryAfter = problem.options.headers?.["retry-after"];
  const retryAfterMs = retryAfter === undefined ? undefined : 1000 * Number(retryAfter);
  return { error: { status: problem.status, ...(error as object), retryAfterMs }, ...extra };
}

function tooMany(maxRequests: number): HttpProblem {
  return new HttpProblem(429, "OVERLOADED", `${maxRequests} requests are being worked on`, {
    hint: "try again later, or start another instance in the same queue group",
    headers: { "retry-after": String(RETRY_AFTER_MS / 1000) },
  });
}

function tooLarge(numBytes: number, maxBytes: number): HttpProblem {
  return new HttpProblem(
    413,
    "ANSWER_TOO_LARGE",
    `${numBytes} bytes, the broker takes ${maxBytes}`,
    {
      hint: "send fewer candidates at a time",
    },
  );
}

function requireSubject(subject: string): void {
  if (/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(subject) && subject.length <= 200) return;
  throw new ConfigError(
    "subject",
    `${JSON.stringify(subject)} is no NATS subject without wildcards`,
  );
}

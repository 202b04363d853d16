// The HTTP service: sockets, limits and the way from a request to its route. A wrong request is answered
// and logged; nothing that a client sends ends the service.

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Clock,
  type Logger,
  Metrics,
  messageOf,
  silentLogger,
  systemClock,
  UnavailableError,
} from "../../core/index.ts";
import { StudyRegistry, type StudyStore } from "../study/registry.ts";
import type { Tuner } from "../study/tuner.ts";
import type { Surrogate } from "../surrogate.ts";
import { aboutRoutes } from "./about-routes.ts";
import { type AccessToken, authorise, checkExposure, checkHost } from "./auth.ts";
import { type BodyLimits, check, parseJson, readBody } from "./body.ts";
import { evaluateRoute } from "./evaluate-route.ts";
import { inferenceRoutes, isInferencePath } from "./inference-routes.ts";
import { openApi } from "./openapi.ts";
import { pageRoutes } from "./page-routes.ts";
import { HttpProblem, toHttpProblem } from "./problem.ts";
import { matchRoute, type Route, type RouteResponse } from "./route.ts";
import { scoreRoutes } from "./score-routes.ts";
import { studyRoutes } from "./study-routes.ts";
import { refuseGarbage, send } from "./wire.ts";

export interface ServiceLimits extends BodyLimits {
  readonly maxCandidates: number;
  readonly maxConnections: number;
  readonly headersTimeoutMs: number;
  readonly keepAliveMs: number;
}

export interface ServiceOptions {
  readonly surrogate: Surrogate;
  /** Default 127.0.0.1. Another address needs tokens. */
  readonly host?: string | undefined;
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined;
  readonly tokens?: readonly AccessToken[];
  readonly limits?: Partial<ServiceLimits>;
  readonly version?: string;
  /** Where studies are kept. Without it they live in memory. */
  readonly studies?: StudyStore | undefined;
  /** Adapts the model to the tells of studies that ask for it. */
  readonly tuner?: Tuner | undefined;
  readonly metrics?: Metrics;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

export interface Service {
  readonly url: string;
  readonly port: number;
  /**
   * Drains: takes no new connection, answers what has been asked, then closes the rest after `graceMs`.
   * Closes the surrogate too.
   */
  close(graceMs?: number): Promise<void>;
}

const DEFAULT_LIMITS: ServiceLimits = {
  maxBodyBytes: 8 * 1024 * 1024,
  bodyTimeoutMs: 10_000,
  maxCandidates: 1024,
  maxConnections: 1024,
  headersTimeoutMs: 10_000,
  keepAliveMs: 60_000,
};

/**
 * Starts the service; resolves when it listens.
 * @throws {RefusedError} for an address beyond loopback without tokens; {UnavailableError} for a port in use.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { surrogate, host = "127.0.0.1", tokens = [], clock = systemClock } = options;
  checkExposure(host, tokens);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const metrics = options.metrics ?? new Metrics();
  const logger = options.logger ?? silentLogger;
  const registry = await StudyRegistry.open(surrogate, options.studies, options.tuner);
  const routes: Route[] = [
    ...scoreRoutes(surrogate, limits.maxCandidates, clock),
    ...studyRoutes(registry, limits.maxCandidates, clock),
    evaluateRoute(registry, clock),
    ...inferenceRoutes(surrogate, limits.maxCandidates, clock),
  ];
  routes.push(...pageRoutes(surrogate, registry, () => routes));
  routes.push(
    ...aboutRoutes(surrogate, registry, metrics, () => openApi(routes, options.version ?? "0")),
  );

  const answer = async (request: IncomingMessage, gone: AbortSignal): Promise<RouteResponse> => {
    checkHost(request.headers.host, host, tokens);
    const path = (request.url ?? "/").split("?")[0]!;
    const { route, params } = matchRoute(routes, request.method ?? "GET", path);
    if (route.scope !== undefined) authorise(request.headers.authorization, route.scope, tokens);
    let body: unknown;
    if (route.bodySchema !== undefined) {
      const bytes = await readBody(request, limits, clock);
      body = check(route.bodySchema, parseJson(request, bytes));
    }
    return route.handle({ params, body, headers: request.headers, signal: gone });
  };

  let isDraining = false;
  const serverOptions = { maxHeaderSize: 16 * 1024, connectionsCheckingInterval: 1000 };
  const server = createServer(serverOptions, (request, response) => {
    const startMs = clock.nowMs();
    const gone = new AbortController();
    response.on("close", () => gone.abort(new HttpProblem(499, "CLIENT_GONE", "client left")));
    const finish = (reply: RouteResponse): void => {
      send(request, response, reply, isDraining);
      const status = String(reply.status ?? 200);
      metrics.count("auspex_requests_total", "Requests by status", { status });
      const seconds = (clock.nowMs() - startMs) / 1000;
      metrics.seconds("auspex_request_seconds", "Time from headers to answer", seconds);
    };
    const problemReply = (error: unknown): RouteResponse => {
      const problem = toHttpProblem(error);
      metrics.count("auspex_errors_total", "Errors by code", { code: problem.code });
      if (problem.status === 500) {
        logger.log("error", "request-failed", { path: request.url, reason: messageOf(error) });
      }
      const { status, options: details } = problem;
      const isInference = isInferencePath((request.url ?? "").split("?")[0]!);
      const body = isInference ? { error: problem.message } : problem.body();
      return { status, body, headers: details.headers ?? {} };
    };
    answer(request, gone.signal)
      .then(finish)
      // An answer that cannot be written is an error like any other: nothing of it has been sent.
      .catch((error: unknown) => finish(problemReply(error)))
      .catch(() => response.destroy());
  });
  server.maxConnections = limits.maxConnections;
  server.headersTimeout = limits.headersTimeoutMs;
  server.requestTimeout = limits.headersTimeoutMs + limits.bodyTimeoutMs;
  server.keepAliveTimeout = limits.keepAliveMs;
  server.on("clientError", refuseGarbage);

  const port = await listen(server, host, options.port ?? 0);
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${name}:${port}`,
    port,
    close: async (graceMs = 10_000) => {
      isDraining = true;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      const timer = clock.after(graceMs, () => server.closeAllConnections());
      await Promise.all([surrogate.close(), registry.close()]);
      // Answers have carried `connection: close` since the draining began.
      server.closeIdleConnections();
      await closed;
      timer.cancel();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      reject(
        new UnavailableError(`cannot listen on ${host}:${port}: ${error.message}`, {
          cause: error,
          hint: "choose another port with --port, or stop what uses this one",
        }),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

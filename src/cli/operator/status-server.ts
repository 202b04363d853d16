// What a running coordinator shows over HTTP: /status, /metrics, /healthz and the dashboard at /. Reads only.
// Beyond loopback every answer that tells of the run needs a bearer token; the dashboard's frame does not.

import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isLoopbackHost, RefusedError, sha256Hex, UnavailableError } from "../../core/index.ts";
import { DASHBOARD_POLICY, dashboardPage, dashboardParts } from "./dashboard/index.ts";
import { metricsText } from "./prometheus.ts";
import type { RunStatus } from "./run-state.ts";

export interface StatusServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Needed beyond loopback. */
  readonly token: string | undefined;
}

export interface StatusServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Starts the server; `status` is asked at each request.
 *
 * @throws {RefusedError} for an address beyond loopback without a token; {UnavailableError} for a port in use.
 */
export async function startStatusServer(
  options: StatusServerOptions,
  status: () => RunStatus,
): Promise<StatusServer> {
  const { host, port, token } = options;
  if (token === undefined && !isLoopbackHost(host)) {
    throw new RefusedError("NO_TOKEN", `showing the run on ${host} without a token is refused`, {
      hint: "Set AUSPEX_STATUS_TOKEN, or leave --status-host at 127.0.0.1.",
    });
  }
  const server = createServer({ maxHeaderSize: 16 * 1024 }, (request, response) => {
    send(request, response, refusalOf(request, token) ?? answer(request, status));
  });
  server.maxConnections = 64;
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const text = `cannot show the run on ${host}:${port}: ${cause.message}`;
      reject(new UnavailableError(text, { cause, hint: "Choose another --status-port." }));
    });
    server.listen(port, host, resolve);
  });
  // The run goes on without its display.
  server.on("error", () => {});
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${name}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What everybody may see: whether the process answers, and a frame without a run in it. */
const OPEN_PATHS = new Set(["/", "/healthz"]);

function refusalOf(request: IncomingMessage, token: string | undefined): Reply | undefined {
  const { method, headers } = request;
  if (method !== "GET" && method !== "HEAD") {
    return problem(405, "METHOD", "this address answers GET", { allow: "GET" });
  }
  if (token === undefined) {
    // No web page may read a loopback address by a trick of DNS.
    const name = (headers.host ?? "").replace(/:\d+$/, "");
    return isLoopbackHost(name) ? undefined : problem(421, "WRONG_HOST", "use http://127.0.0.1");
  }
  if (OPEN_PATHS.has(pathOf(request)) || isBearer(headers.authorization, token)) return undefined;
  return problem(401, "UNAUTHORISED", "send the header authorization: Bearer TOKEN", {
    "www-authenticate": "Bearer",
  });
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? "";
  const digest = (text: string): Buffer => Buffer.from(sha256Hex(text), "hex");
  return timingSafeEqual(digest(given), digest(token));
}

function pathOf({ url }: IncomingMessage): string {
  return (url ?? "/").split("?")[0]!;
}

function answer(request: IncomingMessage, status: () => RunStatus): Reply {
  switch (pathOf(request)) {
    case "/":
      return {
        status: 200,
        body: dashboardPage(),
        contentType: "text/html; charset=utf-8",
        headers: { "content-security-policy": DASHBOARD_POLICY, "referrer-policy": "no-referrer" },
      };
    case "/parts":
      return json(200, dashboardParts(status()));
    case "/status":
      return json(200, status());
    case "/healthz":
      return json(200, { status: "ok", phase: status().phase });
    case "/metrics":
      return {
        status: 200,
        body: metricsText(status(), process.memoryUsage.rss()),
        contentType: "text/plain; version=0.0.4; charset=utf-8",
      };
    default:
      return problem(404, "NOT_FOUND", "paths: /, /status, /metrics, /healthz");
  }
}

function json(status: number, value: unknown, headers: Reply["headers"] = {}): Reply {
  return { status, body: `${JSON.stringify(value)}\n`, headers };
}

function problem(status: number, code: string, message: string, headers?: Reply["headers"]): Reply {
  return json(status, { error: { code, message } }, headers);
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  request.resume();
  const bytes = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    "content-type": reply.contentType ?? "application/json; charset=utf-8",
    "content-length": bytes.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...reply.headers,
  });
  response.end(bytes);
}

// Routes as data: method, path pattern, scope, schema of the body, handler.

import type { z } from "zod";
import type { Scope } from "./auth.ts";
import { HttpProblem } from "./problem.ts";

export interface RouteRequest<Body = unknown> {
  /** Values of the `{name}` parts of the pattern. */
  readonly params: Readonly<Record<string, string>>;
  /** The checked body; undefined for GET. */
  readonly body: Body;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

export interface RouteResponse {
  readonly status?: number;
  /** Sent as JSON, or as it is where it is a string. */
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route<Schema extends z.ZodType = z.ZodType> {
  readonly method: "GET" | "POST" | "DELETE";
  /** For example `/v1/studies/{id}`. */
  readonly pattern: string;
  /** Undefined: open to everyone who can connect. */
  readonly scope?: Scope;
  readonly summary: string;
  readonly bodySchema?: Schema;
  handle(request: RouteRequest<z.infer<Schema>>): RouteResponse | Promise<RouteResponse>;
}

/** Keeps the body's type from the schema to the handler, then forgets it for the table. */
export function defineRoute<Schema extends z.ZodType>(route: Route<Schema>): Route {
  return route as unknown as Route;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route, or answers 404; 405 where only the method is wrong. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match {
  const parts = path.split("/");
  const matches = routes.flatMap((route) => {
    const params = matchPattern(route.pattern.split("/"), parts);
    return params === undefined ? [] : [{ route, params }];
  });
  // HEAD is GET without its body; node leaves the body out by itself.
  const wanted = method === "HEAD" ? "GET" : method;
  const match = matches.find(({ route }) => route.method === wanted);
  if (match !== undefined) return match;
  if (matches.length === 0) {
    throw new HttpProblem(404, "NOT_FOUND", "there is nothing at this path", {
      hint: `paths: ${[...new Set(routes.map((route) => route.pattern))].join(", ")}`,
    });
  }
  const allow = [...new Set(matches.map(({ route }) => route.method))].join(", ");
  throw new HttpProblem(405, "METHOD", `this path takes ${allow}`, { headers: { allow } });
}

function matchPattern(
  pattern: readonly string[],
  parts: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, expected] of pattern.entries()) {
    const part = parts[i]!;
    if (expected.startsWith("{")) {
      const value = decode(part);
      if (value === undefined || value === "") return undefined;
      params[expected.slice(1, -1)] = value;
    } else if (expected !== part) return undefined;
  }
  return params;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

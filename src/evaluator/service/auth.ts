// Who may ask for what: static bearer tokens with scopes. Without tokens the service stays on loopback
// and answers only requests that name it as loopback, so that no web page can reach it by a trick of DNS.

import { timingSafeEqual } from "node:crypto";
import { ConfigError, isLoopbackHost, RefusedError, sha256Hex } from "../../core/index.ts";
import { HttpProblem } from "./problem.ts";

export type Scope = "score" | "tell" | "admin";

export interface AccessToken {
  /** SHA-256 of the token in hexadecimal: the token itself is never stored. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
}

/** @throws when the service would be open to others without a token. */
export function checkExposure(host: string, tokens: readonly AccessToken[]): void {
  for (const token of tokens) {
    if (!/^[0-9a-f]{64}$/.test(token.sha256)) {
      throw new ConfigError("tokens", "sha256 must be 64 hexadecimal digits, lower case");
    }
  }
  if (tokens.length > 0 || isLoopbackHost(host)) return;
  throw new RefusedError("NO_TOKEN", `serving on ${host} without a token is refused`, {
    hint: "set a bearer token, or serve on 127.0.0.1",
  });
}

/** Answers 401 without a known token and 403 where it lacks the scope. `admin` includes the others. */
export function authorise(
  header: string | undefined,
  scope: Scope,
  tokens: readonly AccessToken[],
): void {
  if (tokens.length === 0) return;
  const given = /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
  const digest = Buffer.from(sha256Hex(given ?? ""), "hex");
  // Every token is compared, in constant time: how long it takes tells nothing.
  const known = tokens.filter((token) => timingSafeEqual(digest, Buffer.from(token.sha256, "hex")));
  if (given === undefined || known.length === 0) {
    throw new HttpProblem(401, "UNAUTHORISED", "a bearer token is needed", {
      hint: "send the header authorization: Bearer TOKEN",
      headers: { "www-authenticate": "Bearer" },
    });
  }
  if (!known.some(({ scopes }) => scopes.includes(scope) || scopes.includes("admin"))) {
    throw new HttpProblem(403, "SCOPE", `this token lacks the scope ${scope}`);
  }
}

/** Answers 421 where a request to a loopback service without tokens names another host. */
export function checkHost(
  hostHeader: string | undefined,
  boundHost: string,
  tokens: readonly AccessToken[],
): void {
  if (tokens.length > 0 || !isLoopbackHost(boundHost)) return;
  const name = (hostHeader ?? "").replace(/:\d+$/, "");
  if (isLoopbackHost(name)) return;
  throw new HttpProblem(421, "WRONG_HOST", "this service answers on loopback names only", {
    hint: "use http://127.0.0.1, or serve with a token",
  });
}

// The bearer tokens of `auspex serve`, as they stand on the command line: `SCOPES:TOKEN`, or a token for everything. Pure.

import { sha256Hex, UsageError } from "../core/index.ts";
import type { AccessToken, Scope } from "../evaluator/index.ts";

const SCOPES: readonly Scope[] = ["score", "tell", "admin"];

/**
 * `score:abc` may score, `score,tell:abc` tells too; `abc` may do everything.
 * @throws {UsageError} for a scope that there is not, an empty token, or one with white space. It is not quoted.
 */
export function accessTokens(given: readonly string[]): AccessToken[] {
  return given.map((text) => {
    const colon = text.indexOf(":");
    const token = text.slice(colon + 1);
    const names = colon < 0 ? SCOPES : text.slice(0, colon).split(",");
    const scopes = SCOPES.filter((scope) => names.includes(scope));
    if (scopes.length !== new Set(names).size) {
      const hint = "for example --token score:READER --token score,tell:WRITER";
      throw new UsageError(`--token: the scopes before the colon are ${SCOPES.join(", ")}`, {
        hint,
      });
    }
    if (!/^\S+$/.test(token)) throw new UsageError("--token: a token is text without spaces");
    return { sha256: sha256Hex(token), scopes };
  });
}

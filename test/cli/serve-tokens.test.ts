import { expect, test } from "vitest";
import { accessTokens } from "../../src/cli/serve-tokens.ts";
import { sha256Hex } from "../../src/core/index.ts";

test.each([
  ["abc", "abc", ["score", "tell", "admin"]],
  ["score:abc", "abc", ["score"]],
  ["tell,score:a:b", "a:b", ["score", "tell"]],
  ["admin:abc", "abc", ["admin"]],
])("%s is the token %s for %o", (text, token, scopes) => {
  expect(accessTokens([text])).toEqual([{ sha256: sha256Hex(token), scopes }]);
});

test("several tokens have scopes of their own", () => {
  expect(accessTokens(["score:a", "tell:b"]).map(({ scopes }) => scopes)).toEqual([
    ["score"],
    ["tell"],
  ]);
});

test.each([
  "",
  "score:",
  "read:secret",
  ":secret",
  "score,:secret",
  "score,score:secret x",
  "a secret",
])("%j is refused, and the token is not in the message", (text) => {
  expect(() => accessTokens([text])).toThrow(/--token/);
  expect(() => accessTokens([text])).not.toThrow(/secret/);
});

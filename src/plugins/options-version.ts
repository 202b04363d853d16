// Serialiser versions of kinds with options: each combination writes texts of its own, and has a number of its own.

import { canonicalJson, sha256Hex } from "../core/index.ts";

/** A number for one combination, above those that are counted by hand. */
export function optionsVersion(options: Readonly<Record<string, unknown>>): number {
  return 10_000 + (Number.parseInt(sha256Hex(canonicalJson(options)).slice(0, 8), 16) >>> 1);
}

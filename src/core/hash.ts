import { createHash } from "node:crypto";

/** SHA-256 of bytes or text, in hexadecimal. */
export function sha256Hex(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

const TURN_BYTES = 4 << 20;

/**
 * SHA-256 of bytes that may lie in shared memory, without a copy: other work gets its turn after every few megabytes.
 * The bytes must not change meanwhile.
 */
export async function sha256InTurns(bytes: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  for (let begin = 0; begin < bytes.byteLength; begin += TURN_BYTES) {
    if (begin > 0) await new Promise((resolve) => setImmediate(resolve));
    hash.update(bytes.subarray(begin, begin + TURN_BYTES));
  }
  return hash.digest("hex");
}

/** JSON with sorted keys: equal values give equal text, so that its hash names the value. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === "object" && !Array.isArray(item)
      ? Object.fromEntries(
          Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
        )
      : item,
  );
}

/** SHA-256 of a text in base 64, as content policies of pages name scripts. */
export function sha256Base64(content: string): string {
  return createHash("sha256").update(content).digest("base64");
}

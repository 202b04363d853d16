// Bytes to text, for kinds that are text.

import type { CandidateInput, KindContext } from "./kind.ts";

const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * UTF-8 text without byte order mark, with line feeds only.
 *
 * @throws {CandidateError} NOT_UTF8.
 */
export function decodeText({ bytes }: CandidateInput, context: KindContext): string {
  try {
    return STRICT_UTF8.decode(bytes).replaceAll("\r\n", "\n");
  } catch {
    throw context.invalid({
      code: "NOT_UTF8",
      message: "the text is not UTF-8",
      at: `byte ${firstBadByte(bytes)}`,
      hint: "save it as UTF-8",
    });
  }
}

/** Length of the longest prefix that is UTF-8, by bisection. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8Prefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function isUtf8Prefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

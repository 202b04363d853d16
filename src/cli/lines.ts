// Lines of a stream of bytes, bounded: one that is too long is read over and counts as its length.

import { createReadStream } from "node:fs";
import { InputError, messageOf } from "../core/index.ts";
import type { Line } from "../evaluator/index.ts";

const NEWLINE = 0x0a;

/** Splits a stream into lines; the last one needs no newline. Bytes that are not UTF-8 become replacement characters. */
export async function* splitLines(
  stream: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let numBytes = 0;
  const take = (): Line => {
    const line =
      numBytes > maxLineBytes ? { tooLongBytes: numBytes } : Buffer.concat(parts).toString();
    parts = [];
    numBytes = 0;
    return line;
  };
  const add = (part: Uint8Array): void => {
    numBytes += part.length;
    if (numBytes > maxLineBytes) parts = [];
    else parts.push(part);
  };
  for await (const chunk of stream) {
    let at = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      add(chunk.subarray(at, end));
      at = end + 1;
      yield take();
    }
    add(chunk.subarray(at));
  }
  if (numBytes > 0) yield take();
}

/** The bytes of a file, or of stdin for `-`. @throws {InputError} where it cannot be read. */
export async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* path === "-" ? process.stdin : createReadStream(path);
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

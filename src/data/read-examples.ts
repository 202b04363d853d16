// Reads JSON lines, plain or gzip-compressed, one line at a time.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DataError, messageOf } from "../core/index.ts";
import { type Example, parseExample, type Split } from "./example.ts";
import { parseSelectors } from "./select.ts";

export interface ReadOptions {
  /** Selectors such as `task=sempl/x264/*` or `split=val`; one of them must match. */
  readonly where?: readonly string[];
  /** Keeps only rows of these splits. */
  readonly splits?: readonly Split[];
  /** Whether rows without y are errors (the default). */
  readonly requireY?: boolean;
  /** Whether null may stand among several objectives; it reads as NaN, and training skips it. */
  readonly allowMissing?: boolean;
}

/** Longer lines are refused before they fill the memory. */
const MAX_LINE_CHARS = 64 * 1024 * 1024;

/**
 * All selected rows of all files, in order. Every line is checked, selected or not.
 *
 * @throws {DataError} naming file and line of the first bad one, or the file that cannot be read.
 * @throws {UsageError} when a selector is malformed.
 */
export async function readExamples(
  paths: readonly string[],
  options: ReadOptions = {},
): Promise<Example[]> {
  const examples: Example[] = [];
  for (const path of paths) {
    for await (const example of streamExamples(createReadStream(path), path, options)) {
      examples.push(example);
    }
  }
  return examples;
}

/** The selected rows of one source of bytes; `name` is what errors call it, and `.gz` at its end unpacks. */
async function* streamExamples(
  bytes: Readable,
  name: string,
  { where = [], splits, requireY = true, allowMissing = false }: ReadOptions = {},
): AsyncGenerator<Example> {
  const selects = parseSelectors(where);
  let line = 0;
  for await (const text of linesOf(bytes, name, () => line)) {
    line += 1;
    if (text.length > MAX_LINE_CHARS) {
      throw new DataError(name, line, `${text.length} characters in one line`);
    }
    if (text.trim() === "") continue;
    const example = parseExample(line === 1 ? text.replace(/^\uFEFF/u, "") : text, name, line, {
      requireY,
      allowMissing,
    });
    if ((splits === undefined || splits.includes(example.split)) && selects(example)) yield example;
  }
}

/** Errors of the stream (no such file, damaged gzip) come out of the loop that reads it. */
async function* linesOf(
  bytes: Readable,
  name: string,
  linesRead: () => number,
): AsyncGenerator<string> {
  const stream = name.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  const failed = new Promise<never>((_, reject) => {
    const fail = (error: Error): void => {
      reject(new DataError(name, linesRead() + 1, messageOf(error), { cause: error }));
    };
    bytes.once("error", fail);
    stream.once("error", fail);
  });
  // Unhandled only until the loop below races it.
  failed.catch(() => {});
  const lines = createInterface({ input: stream, crlfDelay: Infinity })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([lines.next(), failed]);
      if (next.done === true) {
        return;
      }
      yield next.value;
    }
  } finally {
    bytes.destroy();
    stream.destroy();
  }
}

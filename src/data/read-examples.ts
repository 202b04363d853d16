// Reads JSON lines, plain or gzip-compressed, one line at a time.

import { createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { AuspexError, DataError, messageOf } from "../core/index.ts";
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
  /** Looks at every row that is kept; what it throws gets the row's file and line. */
  readonly check?: CheckRow;
}

/** @throws {InputError} that begins with `name`, where the row cannot be used. */
export type CheckRow = (row: Example, name: string) => void;

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
  { where = [], splits, requireY = true, allowMissing = false, check }: ReadOptions = {},
): Promise<Example[]> {
  const selects = parseSelectors(where);
  const examples: Example[] = [];
  for (const path of paths) {
    let line = 0;
    for await (const lines of linesOf(path, () => line)) {
      for (const text of lines) {
        line += 1;
        if (text.trim() === "") continue;
        const example = parseExample(text, path, line, { requireY, allowMissing });
        if ((splits === undefined || splits.includes(example.split)) && selects(example)) {
          check?.(example, `${path}:${line}`);
          examples.push(example);
        }
      }
    }
  }
  return examples;
}

/** The lines of a file, as many at a time as a chunk of it holds; `.gz` at its end unpacks. */
export async function* linesOf(
  path: string,
  linesRead: () => number,
  onProgress?: (shareRead: number) => void,
): AsyncGenerator<readonly string[]> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  // The pipeline hands an error of the file on to the reader below.
  const stream = path.endsWith(".gz") ? pipeline(file, createGunzip(), () => {}) : file;
  stream.setEncoding("utf8");
  let rest = "";
  let isFirst = true;
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const text = isFirst ? chunk.replace(/^\uFEFF/u, "") : chunk;
      isFirst = false;
      if (rest.length > MAX_LINE_CHARS) {
        throw new DataError(
          path,
          linesRead() + 1,
          `more than ${MAX_LINE_CHARS} characters in a line`,
        );
      }
      if (!text.includes("\n")) {
        rest += text;
        continue;
      }
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      yield lines;
      onProgress?.(file.bytesRead / statSync(path).size);
    }
  } catch (error) {
    if (error instanceof AuspexError) throw error;
    throw new DataError(path, linesRead() + 1, messageOf(error), { cause: error });
  } finally {
    file.destroy();
  }
  if (rest !== "") yield [rest];
}

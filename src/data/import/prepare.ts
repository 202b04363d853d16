// Turns files of any known format into a prepared dataset: row by row, in bounded memory.

import { DataError, UsageError } from "../../core/index.ts";
import { type Example, parseExample } from "../example.ts";
import type { PreparedManifest } from "../prepared/format.ts";
import { PreparedWriter, type WriteOptions } from "../prepared/write.ts";
import { linesOf } from "../read-examples.ts";
import { compileMapping, type Mapping } from "./mapping.ts";
import { type Format, formatOf, recordsOf } from "./records.ts";

export interface ImportOptions extends Mapping {
  /** Of every file; by their names where absent. */
  readonly format?: Format;
  /** Share of the file that was read. */
  readonly onProgress?: (path: string, share: number) => void;
}

/**
 * The rows of a file, some at a time. JSON lines without a mapping are rows already; everything else is mapped by
 * its columns.
 *
 * @throws {DataError} naming file, line or row, and column.
 */
export async function* importRows(
  path: string,
  options: ImportOptions = {},
): AsyncGenerator<readonly Example[]> {
  const { x, y, task, split, allowMissing = false } = options;
  const format = options.format ?? formatOf(path);
  const onProgress = (share: number): void => options.onProgress?.(path, share);
  const isMapped = [x, y, task, split].some((part) => part !== undefined);
  if (format === "jsonl" && !isMapped) {
    let line = 0;
    for await (const lines of linesOf(path, () => line, onProgress)) {
      yield lines.flatMap((text) => {
        line++;
        if (text.trim() === "") return [];
        return wellFormed(
          parseExample(text, path, line, { requireY: true, allowMissing }),
          path,
          line,
        );
      });
    }
    return;
  }
  const mapping = compileMapping(options);
  const place = format === "parquet" ? "row" : "line";
  for await (const records of recordsOf(path, { format, columns: mapping.columns, onProgress })) {
    yield records.map(({ line, record }) => {
      const fail = (message: string): never => {
        throw place === "row"
          ? new DataError(path, undefined, `row ${line}: ${message}`)
          : new DataError(path, line, message);
      };
      return wellFormed(mapping.toExample(record, fail), path, line);
    });
  }
}

/** UTF-8 cannot hold half of a surrogate pair: it would be read back as another text. */
function wellFormed(example: Example, path: string, line: number): Example {
  if (/\p{Surrogate}/u.test(example.x) || /\p{Surrogate}/u.test(example.task)) {
    throw new DataError(
      path,
      line,
      "its text has half of a surrogate pair, which UTF-8 cannot hold",
    );
  }
  return example;
}

export interface PrepareOptions extends ImportOptions, WriteOptions {
  /** Asked now and then; true ends it, and nothing is left. */
  readonly isStopped?: () => boolean;
}

/**
 * Writes all rows of all files, in order, into the dataset `directory`. It appears whole or not at all.
 *
 * @returns its manifest; undefined when it was stopped.
 */
export async function prepareDataset(
  paths: readonly string[],
  directory: string,
  options: PrepareOptions = {},
): Promise<PreparedManifest | undefined> {
  if (paths.length === 0) throw new UsageError("no input file");
  const writer = new PreparedWriter(directory, options);
  try {
    for (const path of paths) {
      for await (const rows of importRows(path, options)) {
        for (const row of rows) writer.add(row);
        if (options.isStopped?.() === true) return undefined;
      }
    }
    return writer.finish();
  } finally {
    writer.abort();
  }
}

// Rows of CSV, TSV and Parquet files, and of JSON lines with any fields, as records: a bounded number at a time.

import { createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { type CsvError, parse } from "csv-parse";
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { AuspexError, DataError, messageOf, UsageError } from "../../core/index.ts";
import { linesOf } from "../read-examples.ts";
import type { TableRecord } from "./mapping.ts";

const FORMATS = ["jsonl", "csv", "tsv", "parquet"] as const;
export type Format = (typeof FORMATS)[number];

export interface PlacedRecord {
  /** Line of the file, or row of a Parquet file; from 1. */
  readonly line: number;
  readonly record: TableRecord;
}

export interface RecordOptions {
  /** By the name's ending where absent. */
  readonly format?: Format;
  /** Columns that are needed; absent: all. */
  readonly columns?: readonly string[] | undefined;
  /** Share of the file that was read. */
  readonly onProgress?: (share: number) => void;
}

/** @throws {UsageError} when the name does not say what it is. */
export function formatOf(path: string): Format {
  const name = path.toLowerCase().replace(/\.gz$/u, "");
  if (/\.(jsonl|ndjson|json)$/u.test(name)) return "jsonl";
  const format = FORMATS.find((known) => name.endsWith(`.${known}`));
  if (format !== undefined) return format;
  throw new UsageError(`${path}: the name does not say what it is`, {
    hint: `give --format ${FORMATS.join(", ")}; .gz may follow`,
  });
}

/**
 * The records of a file, some at a time.
 *
 * @throws {DataError} naming file and line.
 */
export function recordsOf(
  path: string,
  options: RecordOptions = {},
): AsyncGenerator<readonly PlacedRecord[]> {
  const format = options.format ?? formatOf(path);
  switch (format) {
    case "jsonl":
      return jsonRecords(path, options);
    case "csv":
      return delimitedRecords(path, ",", options);
    case "tsv":
      return delimitedRecords(path, "\t", options);
    case "parquet":
      return parquetRecords(path, options);
    default:
      return format satisfies never;
  }
}

async function* jsonRecords(
  path: string,
  { onProgress }: RecordOptions,
): AsyncGenerator<readonly PlacedRecord[]> {
  let line = 0;
  for await (const lines of linesOf(path, () => line, onProgress)) {
    const records: PlacedRecord[] = [];
    for (const text of lines) {
      line++;
      if (text.trim() === "") continue;
      records.push({ line, record: jsonRecord(text, path, line) });
    }
    yield records;
  }
}

function jsonRecord(text: string, path: string, line: number): TableRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError(path, line, `not JSON: ${messageOf(error)}`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new DataError(path, line, "expected an object");
  }
  return value as TableRecord;
}

const BATCH_RECORDS = 512;

async function* delimitedRecords(
  path: string,
  delimiter: string,
  { onProgress }: RecordOptions,
): AsyncGenerator<readonly PlacedRecord[]> {
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    skip_empty_lines: true,
    max_record_size: 64 << 20,
    columns: (header: string[]) => {
      const double = header.find((name, i) => header.indexOf(name) !== i);
      if (double === undefined) return header;
      throw new DataError(path, 1, `column "${double}" comes twice`);
    },
  });
  const file = createReadStream(path);
  const numBytes = onProgress === undefined ? 1 : statSync(path).size;
  // Errors of any of them end the iteration below.
  if (path.endsWith(".gz")) pipeline(file, createGunzip(), parser, () => {});
  else pipeline(file, parser, () => {});
  let batch: PlacedRecord[] = [];
  try {
    for await (const { info, record } of parser as AsyncIterable<{
      readonly info: { readonly lines: number };
      readonly record: TableRecord;
    }>) {
      batch.push({ line: info.lines, record });
      if (batch.length < BATCH_RECORDS) continue;
      onProgress?.(file.bytesRead / numBytes);
      yield batch;
      batch = [];
    }
  } catch (error) {
    if (error instanceof AuspexError) throw error;
    const { lines } = error as Partial<CsvError> & { readonly lines?: number };
    throw new DataError(path, lines, messageOf(error), { cause: error });
  } finally {
    file.destroy();
  }
  yield batch;
}

async function* parquetRecords(
  path: string,
  { columns, onProgress }: RecordOptions,
): AsyncGenerator<readonly PlacedRecord[]> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const numRows = Number(metadata.num_rows);
    const present = parquetSchema(metadata).children.map(({ element }) => element.name);
    // What is not there is missed, by name, when the first row is mapped.
    const wanted = columns && present.filter((name) => columns.includes(name));
    let rowStart = 0;
    // A row group at a time: its columns are compressed as a whole.
    for (const { num_rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows);
      const rows = await parquetReadObjects({
        file,
        metadata,
        rowStart,
        rowEnd,
        compressors,
        ...(wanted && { columns: wanted }),
      });
      const first = rowStart + 1;
      yield rows.map((record, i) => ({ line: first + i, record }));
      rowStart = rowEnd;
      onProgress?.(rowEnd / Math.max(1, numRows));
    }
  } catch (error) {
    if (error instanceof AuspexError) throw error;
    throw new DataError(path, undefined, messageOf(error), { cause: error });
  }
}

import { statSync } from "node:fs";
import { writeFileAtomic } from "../../checkpoint/index.ts";
import { AuspexError, EXIT, systemClock, UsageError } from "../../core/index.ts";
import {
  type DatasetStats,
  type Format,
  type ImportOptions,
  importRows,
  isPreparedDataset,
  localParts,
  PreparedDataset,
  prepareDataset,
  QUANTILES,
  StatsSketch,
  verifyPrepared,
} from "../../data/index.ts";
import { printResult, renderTable } from "../output.ts";
import { openProgress, type Progress } from "../progress.ts";
import { readVocabularyFile } from "../read-vocabulary.ts";
import { renderReport } from "../report/index.ts";
import { onFirstSignal } from "../signals.ts";

interface MappingFlags {
  readonly x?: string;
  readonly y: readonly string[];
  readonly task?: string;
  readonly split?: string;
  readonly format?: Format;
  readonly allowMissing: boolean;
  readonly vocab?: string;
  readonly json: boolean;
}

/** `auspex data prepare`: files of rows become one seekable, checksummed dataset. */
export async function dataPrepareCommand(
  inputs: readonly string[],
  options: MappingFlags & { readonly out: string },
): Promise<void> {
  const vocabulary =
    options.vocab === undefined ? undefined : await readVocabularyFile(options.vocab);
  const reading = readingOf(inputs, options, "prepare");
  let isStopped = false;
  const forget = onFirstSignal(() => {
    isStopped = true;
  });
  const startMs = systemClock.nowMs();
  try {
    const manifest = await prepareDataset(inputs, options.out, {
      ...reading.options,
      isStopped: () => isStopped,
      ...(vocabulary && {
        tokens: {
          vocabularyHash: vocabulary.hash,
          count: (text: string) => vocabulary.encode(text).length,
        },
      }),
    });
    if (manifest === undefined) {
      throw new AuspexError("STOPPED", EXIT.paused, `stopped; ${options.out} was not written`);
    }
    const seconds = (systemClock.nowMs() - startMs) / 1000;
    const { numRows, numChars, groups, shards, sha256 } = manifest;
    const tasks = new Set(groups.map(({ task }) => task)).size;
    const result = { out: options.out, numRows, numChars, tasks, sha256, seconds };
    reading.progress.finish();
    printResult(options.json, result, (r) => [
      `${r.out}: ${r.numRows.toLocaleString("en")} rows of ${tasks} tasks, ` +
        `${r.numChars.toLocaleString("en")} characters in ${shards.length} shards`,
      `sha256 ${sha256}`,
    ]);
  } finally {
    reading.progress.finish();
    forget();
  }
}

/** `auspex data verify`: every byte of a prepared dataset against its hashes. */
export async function dataVerifyCommand(
  directory: string,
  options: { readonly json: boolean },
): Promise<void> {
  const progress = progressOf("verify", 100, "%", options.json);
  try {
    const { numRows, numChars, shards, sha256 } = await verifyPrepared(directory, (done, inAll) =>
      progress.update(Math.floor((100 * done) / Math.max(1, inAll))),
    );
    progress.finish();
    const result = { directory, numRows, numChars, numShards: shards.length, sha256 };
    printResult(options.json, result, (r) => [
      `${directory}: whole; ${r.numRows.toLocaleString("en")} rows, sha256 ${r.sha256}`,
    ]);
  } finally {
    progress.finish();
  }
}

/** `auspex data stats`: what is in a prepared dataset or in files of rows. */
export async function dataStatsCommand(
  inputs: readonly string[],
  options: MappingFlags & { readonly report?: string },
): Promise<void> {
  const vocabulary =
    options.vocab === undefined ? undefined : await readVocabularyFile(options.vocab);
  const sketch = new StatsSketch(vocabulary && ((text) => vocabulary.encode(text).length));
  const files = inputs.filter((path) => !isPreparedDataset(path));
  const reading = readingOf(files, options, "stats");
  try {
    for (const path of inputs) {
      if (isPreparedDataset(path)) await scanPrepared(path, vocabulary?.hash, sketch);
      else {
        for await (const rows of importRows(path, reading.options)) {
          for (const row of rows) sketch.add(row);
        }
      }
    }
  } finally {
    reading.progress.finish();
  }
  const stats = sketch.summary();
  if (options.report !== undefined) writeFileAtomic(options.report, reportOf(inputs, stats));
  printResult(options.json, stats, renderStats);
}

async function scanPrepared(
  path: string,
  vocabularyHash: string | undefined,
  sketch: StatsSketch,
): Promise<void> {
  const parts = localParts(path);
  try {
    const dataset = await PreparedDataset.open(parts);
    const isCounted =
      vocabularyHash !== undefined && dataset.manifest.vocabularyHash === vocabularyHash;
    for await (const { numTokens, ...row } of dataset.scan()) {
      sketch.add(row, isCounted ? numTokens : undefined);
    }
  } finally {
    parts.close();
  }
}

/** How the inputs are read, with progress over all their bytes. */
function readingOf(
  inputs: readonly string[],
  { x, y, task, split, format, allowMissing, json }: MappingFlags,
  label: string,
): { readonly options: ImportOptions; readonly progress: Progress } {
  const sizes = inputs.map(sizeOf);
  const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const progress = progressOf(label, Math.max(1, megabytes(total)), "MB", json);
  return {
    progress,
    options: {
      ...(x !== undefined && { x }),
      ...(y.length > 0 && { y }),
      ...(task !== undefined && { task }),
      ...(split !== undefined && { split }),
      ...(format !== undefined && { format }),
      allowMissing,
      onProgress: (path, share) => {
        const index = inputs.indexOf(path);
        const before = sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
        progress.update(megabytes(before + share * sizes[index]!));
      },
    },
  };
}

function sizeOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return stats.size;
  throw new UsageError(
    stats === undefined
      ? `${path}: there is no such file`
      : `${path} is neither a file of rows nor a prepared dataset`,
  );
}

function progressOf(label: string, total: number, unit: string, json: boolean): Progress {
  return openProgress({ label, total, unit, ...(json ? { mode: "none" as const } : {}) });
}

function renderStats(stats: DatasetStats): string[] {
  const count = (value: number): string => value.toLocaleString("en");
  const about = stats.isExact ? "" : "about ";
  const splits = Object.entries(stats.splits).map(([split, rows]) => `${split} ${count(rows)}`);
  const { header, rows } = tableOf(stats);
  return [
    `${count(stats.numRows)} rows of ${stats.tasks.length} tasks; ${splits.join(", ")}`,
    `${count(stats.numChars)} characters${
      stats.numTokens === null ? "" : `, ${count(stats.numTokens)} tokens`
    }`,
    `${about}${count(stats.numDuplicates)} rows repeat a text of their task; ` +
      `${about}${count(stats.numAcrossSplits)} texts are in more than one split`,
    "",
    ...renderTable(header, rows),
  ];
}

function tableOf({ tasks }: DatasetStats): {
  readonly header: string[];
  readonly rows: string[][];
} {
  const short = (value: number): string => Number(value.toPrecision(4)).toString();
  return {
    header: [
      "task",
      "y",
      "rows",
      "missing",
      "zero",
      "negative",
      "min",
      ...QUANTILES.map((q) => `${100 * q}%`),
      "max",
    ],
    rows: tasks.flatMap(({ task, numRows, objectives }) =>
      objectives.map((y, i) => [
        task,
        String(i),
        String(numRows),
        // Rows with fewer objectives miss it as well.
        String(numRows - y.count),
        String(y.numZero),
        String(y.numNegative),
        short(y.min),
        ...y.quantiles.map(short),
        short(y.max),
      ]),
    ),
  };
}

function reportOf(inputs: readonly string[], stats: DatasetStats): string {
  const { header, rows } = tableOf(stats);
  const count = (value: number): string => value.toLocaleString("en");
  return renderReport({
    title: "Data",
    subtitle: inputs.join(", "),
    headline: [
      { label: "rows", value: count(stats.numRows) },
      { label: "tasks", value: count(stats.tasks.length) },
      { label: "characters", value: count(stats.numChars) },
      ...(stats.numTokens === null ? [] : [{ label: "tokens", value: count(stats.numTokens) }]),
      { label: "repeated", value: count(stats.numDuplicates) },
    ],
    lengths: stats.lengths,
    tables: [{ caption: "Objectives", columns: header, rows }],
  });
}

// The rows that a run trains on and validates on, and which of them each sample is.

import { ConfigError, invariant, Random, sha256Hex } from "../core/index.ts";
import {
  type Augmentation,
  augmentation,
  type CheckRow,
  type DatasetPart,
  datasetHash,
  type Example,
  groupsInMemory,
  isPreparedDataset,
  localParts,
  Mixture,
  PreparedDataset,
  parseSelectors,
  type RowGroup,
  readExamples,
  type Selector,
  type Split,
} from "../data/index.ts";
import type { RunSpec } from "./run-spec.ts";

/** The data of a run, as far as it must be known to be the same everywhere. */
export interface RunData {
  /** Names the rows of all sources: workers with other data are refused. */
  readonly datasetHash: string;
  /** SHA-256 of each source that is a prepared dataset. */
  readonly preparedHashes: readonly (string | undefined)[];
  /** Opens the sources that are not here; the same object every time. */
  rows(): Promise<RunRows>;
}

/** What is trained on and what is validated on. */
export interface RunRows {
  /** Training tasks, as the mixture counts them. */
  readonly tasks: readonly TaskRows[];
  readonly numValidation: number;
  /** Validation rows of the training tasks, evenly from each. */
  validation(): Promise<readonly Example[]>;
  /**
   * Characters of the texts of global samples `first` to `first + count - 1`, before augmentation; known without
   * reading the rows.
   */
  sampleChars(first: number, count: number): number[];
  /**
   * The global samples of these numbers, augmented as their sources say: a pure function of the seed and the
   * sample's number.
   */
  samples(numbers: readonly number[]): Promise<readonly Example[]>;
  /** Training texts: all, or evenly spaced over the rows as many as the limits allow, about. */
  texts(limits: TextLimits): Promise<string[]>;
}

export interface TextLimits {
  readonly maxTexts?: number;
  /** Characters of all texts together. */
  readonly maxChars?: number;
}

export interface TaskRows {
  readonly task: string;
  readonly numRows: number;
  /** Most objectives that a row has. */
  readonly numObjectives: number;
}

export type RunDataSpec = Pick<RunSpec, "seed" | "data" | "holdOut" | "mixture" | "evalExamples">;

/** Fetches a part of the prepared dataset that is the run's source of this index. */
export type FetchPart = (source: number, part: DatasetPart) => Promise<Uint8Array>;

/**
 * Identifies the data of a run. Rows that `holdOut` selects are left out of everything; rows of split `test` and
 * `search` are never used.
 *
 * @param fetch Where streamed sources come from; absent: they are read here.
 * @param check Looks at the rows that are trained on and validated on: at all of JSON lines, at some of a prepared
 *   dataset, evenly spaced.
 * @throws {ConfigError} from {@link RunData.rows} when nothing is left to train on.
 */
export async function readRunData(
  spec: RunDataSpec,
  fetch?: FetchPart,
  check?: CheckRow,
): Promise<RunData> {
  const isHeldOut = heldOut(spec);
  const checkUsed: CheckRow | undefined =
    check &&
    ((row, name) => {
      if (!isHeldOut(row)) check(row, name);
    });
  const sources = await Promise.all(
    spec.data.map((source, i) => openSource(source, i, fetch, checkUsed)),
  );
  let rows: Promise<RunRows> | undefined;
  return {
    datasetHash: sha256Hex(JSON.stringify(sources.map(({ identity }) => identity))),
    preparedHashes: sources.map(({ preparedHash }) => preparedHash),
    rows: () => {
      rows ??= openRows(spec, sources);
      return rows;
    },
  };
}

interface Source {
  readonly identity: unknown;
  readonly preparedHash: string | undefined;
  readonly vary: Augmentation | undefined;
  groups(): Promise<readonly RowGroup[]>;
}

const USED_SPLITS: readonly Split[] = ["train", "val"];

async function openSource(
  source: RunSpec["data"][number],
  index: number,
  fetch: FetchPart | undefined,
  check: CheckRow | undefined,
): Promise<Source> {
  const { file, where, access, sha256, augment } = source;
  const vary = augment && augmentation(augment);
  if (access === "streamed" && fetch !== undefined) {
    invariant(sha256 !== undefined, `source ${index} is streamed but has no hash`);
    const parts = {
      name: `the coordinator's ${file}`,
      read: (part: DatasetPart) => fetch(index, part),
    };
    return {
      identity: { prepared: sha256, where },
      preparedHash: sha256,
      vary,
      groups: async () => selected((await PreparedDataset.open(parts, { sha256 })).groups, where),
    };
  }
  if (isPreparedDataset(file)) {
    const { manifest, groups } = await PreparedDataset.open(localParts(file));
    if (check !== undefined) await checkSome(file, selected(groups, where), check);
    return {
      identity: { prepared: manifest.sha256, where },
      preparedHash: manifest.sha256,
      vary,
      groups: () => Promise.resolve(selected(groups, where)),
    };
  }
  if (access === "streamed") {
    throw new ConfigError(`data.${index}.access`, `${file} is no prepared dataset`, {
      hint: "auspex data prepare makes one that can be streamed",
    });
  }
  const rows = await readExamples([file], {
    where,
    splits: USED_SPLITS,
    allowMissing: true,
    ...(check && { check }),
  });
  return {
    identity: { rows: datasetHash(rows) },
    preparedHash: undefined,
    vary,
    groups: () => Promise.resolve(groupsInMemory(rows)),
  };
}

function heldOut({ holdOut }: Pick<RunDataSpec, "holdOut">): Selector {
  return holdOut.length === 0 ? () => false : parseSelectors(holdOut);
}

/** Rows of a prepared dataset that are looked at before the run starts. */
const MAX_CHECKED_ROWS = 4096;

async function checkSome(
  file: string,
  groups: readonly RowGroup[],
  check: CheckRow,
): Promise<void> {
  const total = groups.reduce((sum, { numRows }) => sum + numRows, 0);
  const stride = Math.max(1, Math.ceil(total / MAX_CHECKED_ROWS));
  for (const group of groups) {
    const { task, split, numRows } = group;
    const places = Array.from({ length: Math.ceil(numRows / stride) }, (_, i) => i * stride);
    const rows = await group.read(places);
    rows.forEach((row, i) => check(row, `${file}: row ${places[i]! + 1} of ${task} (${split})`));
  }
}

function selected(groups: readonly RowGroup[], where: readonly string[]): RowGroup[] {
  const selects = parseSelectors(where);
  return groups.filter((group) => USED_SPLITS.includes(group.split) && selects(group));
}

/** Rows of one task in one source, after those of the sources before. */
interface Part extends RowGroup {
  readonly firstRow: number;
  readonly vary: Augmentation | undefined;
}

interface PartedTask extends TaskRows {
  readonly parts: readonly Part[];
}

async function openRows(spec: RunDataSpec, sources: readonly Source[]): Promise<RunRows> {
  const isHeldOut = heldOut(spec);
  const groups: (RowGroup & { readonly vary: Augmentation | undefined })[] = [];
  for (const source of sources) {
    const { vary } = source;
    for (const group of await source.groups()) {
      if (!isHeldOut(group)) groups.push({ ...group, vary });
    }
  }
  const tasks = tasksOf(groups.filter(({ split }) => split === "train"));
  if (tasks.length === 0) {
    throw new ConfigError("data", "no training rows are left after where and holdOut");
  }
  const taskSizes = Object.fromEntries(tasks.map(({ task, numRows }) => [task, numRows]));
  const mixture = new Mixture(taskSizes, { seed: spec.seed, ...spec.mixture });
  const validationTasks = tasksOf(groups.filter(({ split }) => split === "val"));
  const places = spread(validationTasks, spec.evalExamples);
  const samplePlace = (n: number): Place => {
    const { taskIndex, exampleIndex } = mixture.at(n);
    return placeOf(tasks[taskIndex]!, exampleIndex);
  };
  let validation: Promise<readonly Example[]> | undefined;
  return {
    tasks,
    numValidation: places.length,
    validation: () => {
      validation ??= readPlaces(places).then((read) => read.map(({ example }) => example));
      return validation;
    },
    sampleChars: (first, count) =>
      Array.from({ length: count }, (_, i) => {
        const { part, row } = samplePlace(first + i);
        return part.charsOf(row);
      }),
    samples: async (numbers) => {
      const read = await readPlaces(numbers.map(samplePlace));
      return read.map(({ example, vary }, i) =>
        vary === undefined
          ? example
          : { ...example, x: vary(example.x, new Random("augment", spec.seed, numbers[i]!)) },
      );
    },
    texts: (limits) => textsOf(tasks, limits),
  };
}

/** Tasks in code-unit order, as `Mixture` counts them; the rows of a task source by source. */
function tasksOf(groups: readonly Omit<Part, "firstRow">[]): PartedTask[] {
  const byTask = new Map<string, Part[]>();
  for (const group of groups) {
    const parts = byTask.get(group.task) ?? [];
    const last = parts.at(-1);
    parts.push({ ...group, firstRow: last === undefined ? 0 : last.firstRow + last.numRows });
    byTask.set(group.task, parts);
  }
  return [...byTask]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([task, parts]) => ({
      task,
      parts,
      numRows: parts.reduce((sum, { numRows }) => sum + numRows, 0),
      numObjectives: parts.reduce((most, { numObjectives }) => Math.max(most, numObjectives), 0),
    }));
}

interface Place {
  readonly part: Part;
  readonly row: number;
}

function placeOf({ task, parts }: PartedTask, row: number): Place {
  const part = parts.findLast(({ firstRow }) => firstRow <= row);
  invariant(part !== undefined && row < part.firstRow + part.numRows, `${task} has no row ${row}`);
  return { part, row: row - part.firstRow };
}

/** Reads each part's rows in one go. */
async function readPlaces(
  places: readonly Place[],
): Promise<{ readonly example: Example; readonly vary: Augmentation | undefined }[]> {
  const byPart = new Map<Part, number[]>();
  places.forEach(({ part }, i) => {
    const positions = byPart.get(part);
    if (positions === undefined) byPart.set(part, [i]);
    else positions.push(i);
  });
  const read = Array<Example | undefined>(places.length).fill(undefined);
  await Promise.all(
    [...byPart].map(async ([part, positions]) => {
      const rows = await part.read(positions.map((i) => places[i]!.row));
      positions.forEach((position, i) => {
        read[position] = rows[i];
      });
    }),
  );
  return places.map(({ part }, i) => ({ example: read[i]!, vary: part.vary }));
}

/**
 * `total` rows, as many from each task as from the others (one more or less where they do not divide), evenly
 * spaced over its rows; fewer where tasks are smaller than their part.
 */
function spread(tasks: readonly PartedTask[], total: number): Place[] {
  return tasks.flatMap((task, i) => {
    const share =
      Math.floor(((i + 1) * total) / tasks.length) - Math.floor((i * total) / tasks.length);
    const count = Math.min(share, task.numRows);
    return Array.from({ length: count }, (_, k) =>
      placeOf(task, Math.floor((k * task.numRows) / count)),
    );
  });
}

const TEXT_BATCH = 4096;

async function textsOf(
  tasks: readonly PartedTask[],
  { maxTexts = Infinity, maxChars = Infinity }: TextLimits,
): Promise<string[]> {
  const parts = tasks.flatMap((task) => task.parts);
  const numChars = parts.reduce((sum, part) => sum + part.numChars, 0);
  const numRows = tasks.reduce((sum, task) => sum + task.numRows, 0);
  const stride = Math.max(1, Math.ceil(numChars / maxChars), Math.ceil(numRows / maxTexts));
  const texts: string[] = [];
  for (const part of parts) {
    for (let row = 0; row < part.numRows; row += stride * TEXT_BATCH) {
      const count = Math.min(TEXT_BATCH, Math.ceil((part.numRows - row) / stride));
      const rows = await part.read(Array.from({ length: count }, (_, i) => row + i * stride));
      for (const { x } of rows) texts.push(x);
    }
  }
  return texts;
}

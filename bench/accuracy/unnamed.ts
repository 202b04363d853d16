// Rows of known tasks under names that nobody has: what a text says of a device, a machine or an environment that the
// model has not read. It learns there to answer for all it knows, as widely as they differ, instead of for one of them.

import { Random } from "../../src/core/index.ts";
import type { Example } from "../../src/data/index.ts";
import { fieldLines } from "../../src/training/fields.ts";

/** Fields that name what was measured on, by the first part of a task's name. */
const NAMING: Readonly<Record<string, (path: string) => boolean>> = {
  sempl: (path) => path.startsWith("environment/") && path !== "environment/varies",
  gpu: (path) => path === "gpu",
  bhive: (path) => path === "target",
  mlperf: (path) => path === "system",
  nb201: (path) => path === "device",
  fbnet: (path) => path === "device",
  ofa: (path) => path === "device",
};

/** Numbers of an environment move by about a third. */
const NUMBER_SPREAD = 0.3;
const NUM_ENVIRONMENTS = 30;

/**
 * @param rows Of tasks that may be trained on.
 * @returns the training and validation rows renamed, of the tasks `unnamed/...`; none of families without names.
 */
export function unnamedRows(rows: readonly Example[]): Example[] {
  const texts = new Set(rows.map(({ x }) => x));
  const words = wordsOf(rows);
  return rows
    .filter(({ split }) => split !== "test")
    .flatMap((row, at) => {
      const x = renamed(row, words, new Random("unnamed", row.task, at));
      // Without a name, or under one that does exist: that would be the known task under a wrong label.
      return x === row.x || texts.has(x) ? [] : [{ ...row, task: unnamedTask(row.task), x }];
    });
}

/** Words that new names are made of: of names that there are, and of all texts. */
interface Words {
  readonly ofNames: readonly string[];
  readonly ofTexts: readonly string[];
}

function wordsOf(rows: readonly Example[]): Words {
  const ofNames = new Set<string>();
  const ofTexts = new Set<string>();
  for (const { task, x } of rows) {
    for (const [word] of x.matchAll(/[A-Za-z]{2,12}/g)) ofTexts.add(word);
    const isNaming = NAMING[task.split("/")[0]!];
    for (const { path, value } of isNaming === undefined ? [] : fieldLines(x)) {
      if (path === undefined || isNaming?.(path) !== true) continue;
      for (const [word] of value.matchAll(/[A-Za-z0-9]+/g)) ofNames.add(word);
    }
  }
  return { ofNames: [...ofNames], ofTexts: [...ofTexts] };
}

/** Devices and environments of one thing become one task. */
function unnamedTask(task: string): string {
  return `unnamed/${task.startsWith("mlperf/") ? task : task.split("/").slice(0, -1).join("/")}`;
}

function renamed(row: Example, words: Words, random: Random): string {
  return withNames(row, (value) => otherValue(value, words, random));
}

/** The row with `name` in place of whatever its text calls the device, machine or environment; numbers stay. */
export function namedAs(row: Example, name: string): Example {
  return {
    ...row,
    x: withNames(row, (value) => (Number.isFinite(Number(value)) ? value : name)),
  };
}

/** The text with every value that names what was measured on replaced. */
function withNames({ task, x }: Example, other: (value: string) => string): string {
  const isNaming = NAMING[task.split("/")[0]!];
  if (isNaming === undefined) return x;
  return fieldLines(x)
    .map(({ path, head, value }) =>
      path !== undefined && value !== "" && isNaming(path) ? head + other(value) : head + value,
    )
    .join("\n");
}

function otherValue(value: string, words: Words, random: Random): string {
  if (/^E\d+$/.test(value)) return `E${1 + random.int(NUM_ENVIRONMENTS)}`;
  const number = Number(value);
  return Number.isFinite(number)
    ? String(Number((number * Math.exp(NUMBER_SPREAD * random.normal())).toPrecision(4)))
    : madeUpName(words, random);
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/**
 * Such as `qjem-4100`, `TX 62` or, of words of names that exist, `NVIDIA pixel3 GPU`: whatever a new name is made of, the
 * model has read its parts where they meant nothing.
 */
function madeUpName({ ofNames, ofTexts }: Words, random: Random): string {
  const separator = [" ", "-", "_", ""][random.int(4)]!;
  const length = 1 + random.int(4);
  const word = (): string => {
    const kind = random.int(3);
    if (kind === 0) return madeUpPart(random);
    const words = kind === 1 ? ofNames : ofTexts;
    return words[random.int(words.length)]!;
  };
  return Array.from({ length }, word).join(separator);
}

function madeUpPart(random: Random): string {
  if (random.int(3) === 0) return String(random.int(10 ** (1 + random.int(4))));
  const word = Array.from({ length: 1 + random.int(9) }, () => LETTERS[random.int(26)]!).join("");
  const style = random.int(3);
  return style === 0
    ? word
    : style === 1
      ? word.toUpperCase()
      : word[0]!.toUpperCase() + word.slice(1);
}

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
  return rows
    .filter(({ split }) => split !== "test")
    .flatMap((row, at) => {
      const x = renamed(row, new Random("unnamed", row.task, at));
      // Without a name, or under one that does exist: that would be the known task under a wrong label.
      return x === row.x || texts.has(x) ? [] : [{ ...row, task: unnamedTask(row.task), x }];
    });
}

/** Devices and environments of one thing become one task. */
function unnamedTask(task: string): string {
  return `unnamed/${task.startsWith("mlperf/") ? task : task.split("/").slice(0, -1).join("/")}`;
}

function renamed({ task, x }: Example, random: Random): string {
  const isNaming = NAMING[task.split("/")[0]!];
  if (isNaming === undefined) return x;
  return fieldLines(x)
    .map(({ path, head, value }) =>
      path !== undefined && value !== "" && isNaming(path)
        ? head + otherValue(value, random)
        : head + value,
    )
    .join("\n");
}

function otherValue(value: string, random: Random): string {
  if (/^E\d+$/.test(value)) return `E${1 + random.int(NUM_ENVIRONMENTS)}`;
  const number = Number(value);
  return Number.isFinite(number)
    ? String(Number((number * Math.exp(NUMBER_SPREAD * random.normal())).toPrecision(4)))
    : madeUpName(random);
}

const SYLLABLES = ["ba", "co", "dre", "fi", "gal", "hu", "jo", "kem", "lu", "mir", "no", "pex"];
const CAPITALS = "ABCDEFGHKLMNPQRSTVWXZ";

/** Such as `mirco-4100`, `TX 62` or `Kem_lu`. */
function madeUpName(random: Random): string {
  const separator = [" ", "-", "_", ""][random.int(4)]!;
  return Array.from({ length: 1 + random.int(3) }, () => madeUpPart(random)).join(separator);
}

function madeUpPart(random: Random): string {
  const kind = random.int(3);
  if (kind === 0) return String(random.int(10 ** (1 + random.int(4))));
  const length = 1 + random.int(3);
  if (kind === 1) {
    return Array.from({ length }, () => CAPITALS[random.int(CAPITALS.length)]!).join("");
  }
  const word = Array.from({ length }, () => SYLLABLES[random.int(SYLLABLES.length)]!).join("");
  return random.int(2) === 0 ? word : word[0]!.toUpperCase() + word.slice(1);
}

// One row of data, and how a line of JSON becomes one.

import { DataError } from "../core/index.ts";

export const SPLITS = ["train", "val", "test", "search"] as const;
/** `search` rows are answers of a real evaluation: never trained or tuned on. */
export type Split = (typeof SPLITS)[number];

export interface Example {
  /** Rows of one task share the units of y: `sempl/x264/E9`. */
  readonly task: string;
  /** The text given to the model. */
  readonly x: string;
  /**
   * One finite number for each objective; empty where the row has none (candidates to predict). NaN where the
   * row says null, if the reader was told to allow that.
   */
  readonly y: readonly number[];
  readonly split: Split;
  /** Not for the model. */
  readonly meta?: unknown;
}

export interface LineRules {
  /** Whether a line without y is an error. */
  readonly requireY: boolean;
  /** Whether null may stand among several objectives: not measured, so not learned from. */
  readonly allowMissing?: boolean;
}

/**
 * Reads one line. A missing `split` means train; unknown fields are errors, since `yy` would train on nothing.
 *
 * @throws {DataError} naming file, line and rule.
 */
export function parseExample(text: string, file: string, line: number, rules: LineRules): Example {
  const fail = (message: string): never => {
    throw new DataError(file, line, message);
  };
  const row = parseObject(text, fail);
  for (const field of Object.keys(row)) {
    if (!FIELDS.has(field)) {
      fail(
        `unknown field "${field}": known are ${[...FIELDS].join(", ")}; put anything else into meta`,
      );
    }
  }
  const { task, x, split = "train", meta } = row;
  if (typeof task !== "string" || task === "") return fail('"task" must be a non-empty string');
  if (typeof x !== "string") return fail('"x" must be a string');
  if (!SPLITS.includes(split as Split)) {
    return fail(`"split" must be ${SPLITS.join(", ")}, got ${JSON.stringify(split)}`);
  }
  const y = readObjectives(row["y"], rules, fail);
  const example = { task, x, y, split: split as Split };
  return meta === undefined ? example : { ...example, meta };
}

const FIELDS: ReadonlySet<string> = new Set(["task", "x", "y", "split", "meta"]);

type Fail = (message: string) => never;

function parseObject(text: string, fail: Fail): Readonly<Record<string, unknown>> {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    return fail(`not JSON: ${(error as Error).message}`);
  }
  return row !== null && typeof row === "object" && !Array.isArray(row)
    ? (row as Readonly<Record<string, unknown>>)
    : fail('expected an object { "task", "x", "y" }');
}

function readObjectives(
  y: unknown,
  { requireY, allowMissing = false }: LineRules,
  fail: Fail,
): readonly number[] {
  if (y === undefined || y === null) {
    return requireY ? fail('"y" is missing: a number, or an array of numbers') : [];
  }
  const values: readonly unknown[] = Array.isArray(y) ? y : [y];
  if (values.length === 0 && requireY) return fail('"y" is an empty array');
  const numbers = values.map((value) => {
    if (value === null && allowMissing) return Number.NaN;
    // JSON has no NaN or infinity, but 1e999 reads as one.
    return typeof value === "number" && Number.isFinite(value)
      ? value
      : fail(`"y" must hold finite numbers, got ${JSON.stringify(value) ?? "nothing"}`);
  });
  return requireY && numbers.every(Number.isNaN) ? fail('"y" holds no number, only null') : numbers;
}

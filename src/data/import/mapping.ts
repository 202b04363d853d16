// Which columns of a table become task, text, objectives and split of a row.

import { hash32, UsageError } from "../../core/index.ts";
import { type Example, SPLITS, type Split } from "../example.ts";

export interface Mapping {
  /** A column, a template such as `cpu: {cpu}\nmemory: {memory}`, or `*`: all other columns as `name: value` lines. */
  readonly x?: string;
  /** Columns of the objectives, in order; one column may hold lists. */
  readonly y?: readonly string[];
  /** A name, or a template such as `{system}/{environment}`. */
  readonly task?: string;
  /** A split, a template, or shares such as `val=0.1,test=0.1` drawn by the text. */
  readonly split?: string;
  /** Whether an objective may be missing where there are others. */
  readonly allowMissing?: boolean;
}

export type TableRecord = Readonly<Record<string, unknown>>;
export type Fail = (message: string) => never;

export interface CompiledMapping {
  /** Columns that it reads; undefined: all. */
  readonly columns: readonly string[] | undefined;
  toExample(record: TableRecord, fail: Fail): Example;
}

/** @throws {UsageError} when a part of the mapping cannot be read. */
export function compileMapping(mapping: Mapping): CompiledMapping {
  const { x = "x", y = ["y"], task = "{task}", split, allowMissing = false } = mapping;
  const taskText = template(task);
  const splitOf = compileSplit(split);
  const isText = x.includes("{");
  const text = template(isText ? x : `{${x}}`);
  const used = [...taskText.columns, ...splitOf.columns, ...y];
  const textOf =
    x === "*"
      ? (record: TableRecord): string => allOthers(record, new Set(used))
      : (record: TableRecord, fail: Fail): string => text.render(record, fail);
  return {
    columns: x === "*" ? undefined : [...text.columns, ...used],
    toExample(record, fail) {
      const example = {
        task: taskText.render(record, fail),
        x: textOf(record, fail),
        y: objectives(record, y, allowMissing, fail),
      };
      if (example.task === "") fail("its task is empty");
      return { ...example, split: splitOf.split(record, example.x, fail) };
    },
  };
}

interface Template {
  readonly columns: readonly string[];
  render(record: TableRecord, fail: Fail): string;
}

/** `{name}` is a column, `{{` and `}}` are braces, `\n` is a new line. */
function template(source: string): Template {
  const parts = source
    .replaceAll("\\n", "\n")
    .split(/(\{\{|\}\}|\{[^{}]+\})/u)
    .map((part) => {
      if (part === "{{" || part === "}}") return { text: part[0]! };
      if (part.startsWith("{") && part.length > 2) return { column: part.slice(1, -1) };
      if (/[{}]/u.test(part)) {
        throw new UsageError(`template "${source}": a brace without its partner`, {
          hint: "{column} stands for a column, {{ and }} for braces",
        });
      }
      return { text: part };
    });
  return {
    columns: parts.flatMap((part) => part.column ?? []),
    render: (record, fail) =>
      parts.map(({ column, text }) => text ?? textOf(valueOf(record, column!, fail))).join(""),
  };
}

function valueOf(record: TableRecord, column: string, fail: Fail): unknown {
  if (Object.hasOwn(record, column)) return record[column];
  return fail(`there is no column "${column}"; there are ${Object.keys(record).join(", ")}`);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value as string);
}

function allOthers(record: TableRecord, used: ReadonlySet<string>): string {
  return Object.entries(record)
    .filter(([name, value]) => !used.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => `${name}: ${textOf(value)}`)
    .join("\n");
}

const MISSING: ReadonlySet<unknown> = new Set([null, undefined, "", "null", "NaN", "nan", "NA"]);

function objectives(
  record: TableRecord,
  columns: readonly string[],
  allowMissing: boolean,
  fail: Fail,
): readonly number[] {
  const cells = columns.flatMap((column) => {
    const value = valueOf(record, column, fail);
    const values: readonly unknown[] =
      Array.isArray(value) || ArrayBuffer.isView(value)
        ? Array.from(value as unknown as ArrayLike<unknown>)
        : [value];
    return values.map((cell) => ({ column, cell }));
  });
  const y = cells.map(({ column, cell }) => {
    if (MISSING.has(cell) || Number.isNaN(cell)) {
      if (allowMissing && cells.length > 1) return Number.NaN;
      return fail(`column "${column}" is empty: an objective needs a number`);
    }
    const value = typeof cell === "string" || typeof cell === "bigint" ? Number(cell) : cell;
    return typeof value === "number" && Number.isFinite(value)
      ? value
      : fail(`column "${column}": ${JSON.stringify(textOf(cell))} is no finite number`);
  });
  return y.every(Number.isNaN) ? fail("it has no objective") : y;
}

interface SplitRule {
  readonly columns: readonly string[];
  split(record: TableRecord, x: string, fail: Fail): Split;
}

function compileSplit(source: string | undefined): SplitRule {
  if (source === undefined) {
    return {
      columns: ["split"],
      split: (record, _x, fail) =>
        Object.hasOwn(record, "split") ? expectSplit(textOf(record["split"]), fail) : "train",
    };
  }
  if (source.includes("=")) return splitByShares(source);
  const name = template(source);
  if (name.columns.length === 0 && !SPLITS.includes(source as Split)) {
    throw new UsageError(`--split "${source}": expected ${SPLITS.join(", ")}`, {
      hint: "a column is written {column}; shares are written val=0.1,test=0.1",
    });
  }
  return {
    columns: name.columns,
    split: (record, _x, fail) => expectSplit(name.render(record, fail), fail),
  };
}

function expectSplit(text: string, fail: Fail): Split {
  if (text === "") return "train";
  if (SPLITS.includes(text as Split)) return text as Split;
  return fail(`split "${text}": expected ${SPLITS.join(", ")}`);
}

/** Equal texts are in the same split, whatever their task: a test candidate was never trained on. */
function splitByShares(source: string): SplitRule {
  const shares = source.split(",").map((part) => {
    const [name, value] = part.split("=").map((side) => side.trim());
    const share = Number(value);
    if (!SPLITS.includes(name as Split) || !(share >= 0 && share <= 1)) {
      throw new UsageError(`--split "${source}": expected shares such as val=0.1,test=0.1`);
    }
    return { split: name as Split, share };
  });
  if (shares.reduce((sum, { share }) => sum + share, 0) > 1) {
    throw new UsageError(`--split "${source}": the shares are more than 1`);
  }
  return {
    columns: [],
    split(_record, x) {
      let place = hash32(0, "split", x) / 2 ** 32;
      for (const { split, share } of shares) {
        if (place < share) return split;
        place -= share;
      }
      return "train";
    },
  };
}

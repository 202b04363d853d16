// Parsed fields of a text as numbers: `key: value` and `key=value` pairs with their parents, and otherwise
// words and numbers by their place. Learned from some texts; only what varies among them becomes a column.
// No format is assumed: what does not parse is one category.

import { z } from "zod";

const columnSchema = z.union([
  z.strictObject({
    field: z.string(),
    kind: z.literal("number"),
    /** Compared by logarithm. */
    log: z.boolean(),
    low: z.number(),
    high: z.number(),
  }),
  z.strictObject({ field: z.string(), kind: z.literal("category"), value: z.string() }),
]);

export const fieldColumnsSchema = z.array(columnSchema);
export type FieldColumn = Readonly<z.infer<typeof columnSchema>>;

/** Columns at most: a text with more places than this is no configuration. */
const MAX_COLUMNS = 512;
const MAX_CATEGORIES = 32;
/** Ratio of largest to smallest from which positive numbers are compared by logarithm. */
const LOG_RATIO = 20;

/** One line of a text: the path of its field, what stands before the value, and the value. */
export interface FieldLine {
  /** Keys of the parents and its own, joined by `/`; undefined where the line is no field. */
  readonly path: string | undefined;
  readonly head: string;
  /** Empty where the field only has children; the whole line where it is no field. */
  readonly value: string;
}

/** The lines of a text with the fields that they are. */
export function fieldLines(text: string): FieldLine[] {
  const parents: { indent: number; key: string }[] = [];
  return text.split("\n").map((line) => {
    const match = /^((\s*)(?:- )?([\w.\-/ ]{1,64}?)\s*[:=]\s*)(.*)$/u.exec(line);
    if (match === null) return { path: undefined, head: "", value: line };
    const [, head, indent, key, value] = match as unknown as [
      string,
      string,
      string,
      string,
      string,
    ];
    while (parents.length > 0 && parents.at(-1)!.indent >= indent.length) parents.pop();
    const path = [...parents.map((parent) => parent.key), key].join("/");
    if (value === "") parents.push({ indent: indent.length, key });
    return { path, head, value };
  });
}

/** The fields of a text: name to text of the value. */
function parseFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  fieldLines(text).forEach(({ path, value }, lineNumber) => {
    if (path === undefined) {
      if (value.trim() !== "") addAtoms(fields, `line ${lineNumber}`, value);
    } else if (value !== "") {
      addAtoms(fields, path, value);
    }
  });
  return fields;
}

/** One value is the field itself; several are numbered. */
function addAtoms(fields: Map<string, string>, name: string, text: string): void {
  const atoms = text.match(/[A-Za-z_][\w.-]*|[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/gu) ?? [text];
  atoms.slice(0, MAX_COLUMNS).forEach((atom, place) => {
    fields.set(atoms.length === 1 ? name : `${name}[${place}]`, atom);
  });
}

/** The columns in which `texts` differ. */
export function learnColumns(texts: readonly string[]): FieldColumn[] {
  const rows = texts.map(parseFields);
  const names = new Set(rows.flatMap((row) => [...row.keys()]));
  const columns: FieldColumn[] = [];
  for (const field of names) {
    const values = rows.map((row) => row.get(field));
    const distinct = new Set(values);
    if (distinct.size < 2) continue;
    const numbers = values.flatMap((value) => (value === undefined ? [] : [Number(value)]));
    if (numbers.every((value) => Number.isFinite(value))) {
      const low = Math.min(...numbers);
      const high = Math.max(...numbers);
      if (low < high) {
        columns.push({ field, kind: "number", log: low > 0 && high / low >= LOG_RATIO, low, high });
      }
    } else if (distinct.size <= MAX_CATEGORIES) {
      for (const value of distinct) {
        if (value !== undefined) columns.push({ field, kind: "category", value });
      }
    }
    if (columns.length >= MAX_COLUMNS) break;
  }
  return columns.slice(0, MAX_COLUMNS);
}

/**
 * The columns of one text. Numbers run from 0 to 1 over the range that was seen (and on beyond it, up to a
 * bound); two different categories are 1 apart.
 */
export function fieldValues(text: string, columns: readonly FieldColumn[]): Float64Array {
  const fields = parseFields(text);
  return Float64Array.from(columns, (column) => {
    const value = fields.get(column.field);
    if (column.kind === "category") return value === column.value ? Math.SQRT1_2 : 0;
    const number = Number(value);
    if (value === undefined || !Number.isFinite(number)) return 0.5;
    const { low, high, log } = column;
    const share =
      log && number > 0
        ? Math.log(number / low) / Math.log(high / low)
        : (number - low) / (high - low);
    return Math.max(-1, Math.min(2, share));
  });
}

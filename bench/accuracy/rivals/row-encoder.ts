// What a tabular method sees of a text: parsed fields, and of assembly how often each instruction occurs.

import { fieldLines, fieldValues, learnColumns } from "../../../src/training/fields.ts";

export type RowEncoder = (text: string) => Float64Array;

const ASSEMBLY = "\nasm:\n";
const MAX_OPCODES = 200;
/** Beyond it parsed fields give no columns. */
const MAX_CATEGORIES = 32;

/** Learns the columns from texts. */
export function rowEncoder(texts: readonly string[]): RowEncoder {
  if (texts[0]?.includes(ASSEMBLY) !== true) {
    const columns = learnColumns(texts);
    const named = namesOf(texts);
    return (text) => Float64Array.from([...fieldValues(text, columns), ...named(text)]);
  }
  const counts = new Map<string, number>();
  for (const opcode of texts.flatMap(opcodesOf)) counts.set(opcode, (counts.get(opcode) ?? 0) + 1);
  const known = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, MAX_OPCODES);
  const places = new Map(known.map(([opcode], at) => [opcode, at]));
  return (text) => {
    const row = new Float64Array(places.size + 2);
    const opcodes = opcodesOf(text);
    for (const opcode of opcodes) {
      const place = places.get(opcode);
      if (place !== undefined) row[place]! += 1;
    }
    row[places.size] = opcodes.length;
    row[places.size + 1] = text.split("PTR").length - 1;
    return row;
  };
}

/** Fields with too many different words for a column each (models, accelerators): places in the alphabet. */
function namesOf(texts: readonly string[]): (text: string) => number[] {
  const values = new Map<string, Set<string>>();
  for (const { path, value } of texts.flatMap(fieldLines)) {
    if (path === undefined || value === "" || Number.isFinite(Number(value))) continue;
    values.set(path, (values.get(path) ?? new Set()).add(value));
  }
  const coded = [...values].filter(([, words]) => words.size > MAX_CATEGORIES);
  const places = coded.map(([path, words]) => {
    const ordered = [...words].toSorted((a, b) => (a < b ? -1 : 1));
    return [path, new Map(ordered.map((word, at) => [word, at]))] as const;
  });
  return (text) => {
    const fields = new Map(fieldLines(text).map(({ path, value }) => [path, value]));
    return places.map(([path, codes]) => codes.get(fields.get(path) ?? "") ?? -1);
  };
}

function opcodesOf(text: string): string[] {
  const block = text.slice(text.indexOf(ASSEMBLY) + ASSEMBLY.length);
  return block.split("\n").map((line) => line.trim().split(" ")[0]!);
}

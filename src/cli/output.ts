// Where words go: results to stdout, everything else to stderr. `--json` turns results into one JSON value.

/** Writes `text` and a newline to stdout. */
export function printLine(text = ""): void {
  process.stdout.write(`${text}\n`);
}

/** Writes `text` and a newline to stderr. */
export function noteLine(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints a result as JSON, or as the lines of `render`. */
export function printResult<T>(
  json: boolean,
  result: T,
  render: (result: T) => readonly string[],
): void {
  if (json) printLine(JSON.stringify(result));
  else for (const line of render(result)) printLine(line);
}

/** Columns aligned by their widest cell; numbers to the right. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isNumeric = header.map((_, column) =>
    rows.every(
      (row) =>
        /^[-+<>~]?[\d.,]*\s?[%a-z]*$|^$|^-$/i.test(row[column] ?? "") &&
        /\d|^-?$/.test(row[column] ?? ""),
    ),
  );
  const renderRow = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        isNumeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd();
  return [
    renderRow(header),
    widths.map((width) => "-".repeat(width)).join("  "),
    ...rows.map(renderRow),
  ];
}

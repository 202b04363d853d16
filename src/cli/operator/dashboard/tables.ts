// Tables and pills of the dashboard.

import { el, type Markup } from "../../report/svg.ts";

type Cell = string | Markup;

/** The last columns hold numbers and stand at the right; `grow` is the column that takes what room is left. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: { readonly grow?: number; readonly numbersFrom?: number } = {},
): Markup {
  const numbersFrom = options.numbersFrom ?? columns.length - 1;
  const classOf = (i: number): { class: string } | Record<string, never> =>
    i >= numbersFrom ? { class: "number" } : i === options.grow ? { class: "grow" } : {};
  const row = (name: "th" | "td", cells: readonly Cell[]): Markup =>
    el(
      "tr",
      {},
      cells.map((content, i) => el(name, classOf(i), content)),
    );
  return el(
    "div",
    { class: "scroll" },
    el(
      "table",
      {},
      el("thead", {}, row("th", columns)),
      el(
        "tbody",
        {},
        rows.map((cells) => row("td", cells)),
      ),
    ),
  );
}

/** A word in a frame, coloured by what it says. */
export function pill(word: string): Markup {
  return el("span", { class: `pill ${word}` }, word);
}

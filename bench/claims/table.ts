// The results of one claim as a table in Markdown: means over seeds with the standard deviation. Pure.

import { type Summary, summarise } from "../accuracy/scores.ts";
import { type Claim, type Result, resultsOf } from "./claim.ts";

/**
 * A figure of every variant that has it, in the order in which variants first appear.
 */
export function summariesOf(
  results: readonly Result[],
  figure: string,
): ReadonlyMap<string, Summary> {
  const values = new Map<string, number[]>();
  for (const { variant, figures } of results) {
    const value = figures[figure];
    if (value === undefined) continue;
    values.set(variant, [...(values.get(variant) ?? []), value]);
  }
  return new Map([...values].map(([variant, ofVariant]) => [variant, summarise(ofVariant)]));
}

/** The whole first, then each part; variants in the order of the claim's trials. */
export function tablesOf(claim: Claim, results: readonly Result[]): string {
  const own = resultsOf(claim, results);
  const groups = new Set<string | undefined>([undefined, ...own.map(({ group }) => group)]);
  const tables = [...groups].map((group) => {
    const lines = tableOf(
      claim,
      own.filter((result) => result.group === group),
    );
    return group === undefined ? lines : `${group}:\n\n${lines}`;
  });
  return [`### ${claim.title} (${claim.name})`, ...tables].join("\n\n");
}

function tableOf(claim: Claim, own: readonly Result[]): string {
  const columns = claim.columns.filter(({ figure }) =>
    own.some(({ figures }) => figures[figure] !== undefined),
  );
  const variants = [...new Set(own.map(({ variant }) => variant))];
  const summaries = columns.map(({ figure }) => summariesOf(own, figure));
  const lines = variants.map((variant) => {
    const numSeeds = new Set(
      own.filter((result) => result.variant === variant).map(({ seed }) => seed),
    ).size;
    const cells = columns.map(({ digits }, column) => {
      const summary = summaries[column]!.get(variant);
      if (summary === undefined) return "";
      const spread = summary.std === 0 ? "" : ` ± ${formatted(summary.std, digits)}`;
      return `${formatted(summary.mean, digits)}${spread}`;
    });
    return [variant, ...cells, String(numSeeds)];
  });
  const header = ["variant", ...columns.map(({ title }) => title), "seeds"];
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(header), row(header.map(() => "---")), ...lines.map(row)].join("\n");
}

/** Millions of percent are read by their power of ten. */
function formatted(value: number, digits: number): string {
  return Math.abs(value) >= 1e6 ? value.toExponential(1) : value.toFixed(digits);
}

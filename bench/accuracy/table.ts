// The results as a table for people.

import type { Result } from "./measure.ts";
import { PUBLISHED, type Scores } from "./scores.ts";

const COLUMNS: readonly (readonly [keyof Scores, string, number])[] = [
  ["mre", "MRE %", 1],
  ["leastMre", "of the least", 1],
  ["medape", "MedAPE %", 1],
  ["spearman", "rho", 3],
  ["kendall", "tau", 3],
  ["bestFound", "best found", 2],
  ["coverage90", "in 90 %", 2],
];

/** Of the twenty published methods: the proposed one, the runners-up, and the two that learn alone. */
const SHOWN = ["SeMPL", "Beetle", "tEAMS", "MAML", "DeepPerf", "RF"].map(
  (name) => `${PUBLISHED}${name}`,
);

export function tableOf(all: readonly Result[]): string {
  const results = all.filter(
    ({ method }) => !method.startsWith(PUBLISHED) || SHOWN.includes(method),
  );
  const header = ["target", "labels", "method", ...COLUMNS.map(([, title]) => title)];
  const lines = results.map(({ target, shots, method, scores }) => [
    target,
    String(shots),
    method,
    ...COLUMNS.map(([name, , digits]) => {
      const score = scores[name];
      if (score === undefined) return "";
      const spread = score.std === 0 ? "" : ` ± ${score.std.toFixed(digits)}`;
      return `${score.mean.toFixed(digits)}${spread}`;
    }),
  ]);
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(header), row(header.map(() => "---")), ...lines.map(row)].join("\n");
}

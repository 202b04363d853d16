// npx tsx bench/accuracy/summary.ts RESULTS.jsonl: what the benchmark printed, as the tables of docs/results.md: one
// table a protocol, one line a target and number of labels, one column a method.

import { readFileSync } from "node:fs";
import type { Result } from "./measure.ts";
import { PUBLISHED, type Scores } from "./scores.ts";

interface ProtocolTable {
  readonly title: string;
  readonly scores: readonly (keyof Scores)[];
  /** How the method is told from the others, and the column's title. */
  readonly methods: readonly (readonly [string, string])[];
  /** Whose intervals are judged: the first of these that there is. */
  readonly intervals: readonly string[];
  /** Of the rivals in the same run only the best is shown, by the first of the scores. */
  readonly bestRival: boolean;
  /** The method whose place among the published ones is shown. */
  readonly placed?: string;
}

const OURS: readonly (readonly [string, string])[] = [
  ["auspex, text only", "auspex, text only"],
  ["auspex", "auspex"],
  ["auspex + measured", "auspex + measured"],
];
const ALL_WAYS = ["auspex + measured", "auspex", "auspex, text only"];

const TABLES: Readonly<Record<string, ProtocolTable>> = {
  sempl: {
    title: "SeMPL (mean relative error in percent / Spearman)",
    scores: ["mre", "spearman"],
    methods: [...OURS, [`${PUBLISHED}SeMPL`, "SeMPL, published"]],
    intervals: ALL_WAYS,
    bestRival: true,
    placed: "auspex + measured",
  },
  help: {
    title: "HELP, new devices, 10 samples (Spearman)",
    scores: ["spearman"],
    methods: [...OURS.slice(0, 2), ["nearest task", "nearest device"]],
    intervals: ALL_WAYS.slice(1),
    bestRival: true,
  },
  gpukernels: {
    title: "GPU kernels (mean relative error in percent / Spearman / best found)",
    scores: ["mre", "spearman", "bestFound"],
    methods: [...OURS, ["nearest task", "nearest task"]],
    intervals: ALL_WAYS,
    bestRival: true,
  },
  bhive: {
    title: "BHive (mean relative error in percent / of the answer with the least / Spearman / tau)",
    scores: ["mre", "leastMre", "spearman", "kendall"],
    methods: [...OURS.slice(0, 2), ["nearest task", "nearest task"]],
    intervals: ALL_WAYS.slice(1),
    bestRival: true,
  },
  "nb201-accuracy": {
    title: "NAS-Bench-201 accuracy (tau)",
    scores: ["kendall"],
    methods: [OURS[0]!, ["forest", "forest"], ["boosting", "boosting"]],
    intervals: ALL_WAYS.slice(2),
    bestRival: false,
  },
  mlperf: {
    title:
      "MLPerf, unseen systems, no labels (mean relative error in percent / of the answer with the least / Spearman / median error)",
    scores: ["mre", "leastMre", "spearman", "medape"],
    methods: [OURS[0]!, ["boosting on", "boosting"], ["forest on", "forest"]],
    intervals: ALL_WAYS.slice(2),
    bestRival: false,
  },
};

const DIGITS: Readonly<Partial<Record<keyof Scores, number>>> = {
  mre: 1,
  leastMre: 1,
  medape: 1,
  bestFound: 2,
  coverage90: 2,
};

type Cell = readonly Result[];

function summary(results: readonly Result[]): string {
  return Object.entries(TABLES)
    .map(([protocol, table]) => {
      const cells = new Map<string, Result[]>();
      for (const result of results.filter((item) => item.protocol === protocol)) {
        const key = `${result.target} ${result.shots}`;
        cells.set(key, [...(cells.get(key) ?? []), result]);
      }
      return cells.size === 0 ? "" : tableOf(table, [...cells.values()]);
    })
    .filter((text) => text !== "")
    .join("\n\n");
}

function tableOf(table: ProtocolTable, cells: readonly Cell[]): string {
  const { title, methods, scores, intervals, bestRival, placed } = table;
  const header = [
    "target",
    "labels",
    ...methods.map(([, name]) => name),
    ...(placed === undefined ? [] : [`place of ${placed} among the published`]),
    "in 90 %",
    ...(bestRival ? ["best rival in the same run"] : []),
  ];
  const lines = cells.map((cell) => [
    cell[0]!.target,
    String(cell[0]!.shots),
    ...methods.map(([name]) => shown(methodOf(cell, name), scores)),
    ...(placed === undefined ? [] : [placeOf(cell, placed)]),
    shown(
      intervals.map((name) => methodOf(cell, name)).find((result) => result !== undefined),
      ["coverage90"],
    ),
    ...(bestRival ? [bestOf(cell, scores)] : []),
  ]);
  const row = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;
  const rule = row(header.map(() => "---"));
  return [`### ${title}`, "", row(header), rule, ...lines.map(row)].join("\n");
}

function methodOf(cell: Cell, name: string): Result | undefined {
  const isMethod = ({ method }: Result): boolean =>
    method === name || (name.endsWith(" on") && method.startsWith(`${name} `));
  return cell.find(isMethod);
}

function shown(result: Result | undefined, scores: readonly (keyof Scores)[]): string {
  if (result === undefined) return "";
  const numbers = scores.flatMap((name) => {
    const score = result.scores[name];
    return score === undefined ? [] : [score.mean.toFixed(DIGITS[name] ?? 3)];
  });
  return numbers.join(" / ");
}

/** 1 is better than all of them, by the mean relative error. */
function placeOf(cell: Cell, method: string): string {
  const own = methodOf(cell, method)?.scores.mre?.mean;
  if (own === undefined) return "";
  const published = cell.filter((result) => result.method.startsWith(PUBLISHED));
  const better = published.filter(({ scores }) => scores.mre!.mean < own);
  return `${better.length + 1} of ${published.length + 1}`;
}

function bestOf(cell: Cell, scores: readonly (keyof Scores)[]): string {
  const name = scores[0]!;
  const sign = name === "mre" ? 1 : -1;
  const rivals = cell
    .filter(({ method }) => !method.startsWith("auspex") && !method.startsWith(PUBLISHED))
    .toSorted((a, b) => sign * (a.scores[name]!.mean - b.scores[name]!.mean));
  return rivals.length === 0 ? "" : `${shown(rivals[0], scores)} (${rivals[0]!.method})`;
}

const lines = readFileSync(process.argv[2]!, "utf8").split("\n");
const results = lines
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line) as Result);
process.stdout.write(`${summary(results)}\n`);

// npx tsx bench/accuracy/errors.ts --protocol sempl --target sempl/spear/E2 --labels 70 [--data DIR --model BUNDLE
// --method M --draws N --rows N]: where the errors of one method lie: in which tenth of the values, and in which
// fields. Means over draws.

import { parseArgs } from "node:util";
import { InputError } from "../../src/core/index.ts";
import { openEngine } from "../../src/tensor/index.ts";
import { fieldLines } from "../../src/training/fields.ts";
import { openModel, Predictor } from "../../src/training/index.ts";
import { adaptedDistributions, freezeProblem } from "./ours.ts";
import { drawOf } from "./problem.ts";
import { PROTOCOLS } from "./protocols/index.ts";
import { settingOf } from "./setting.ts";

const NUM_PARTS = 10;
const FIELDS_SHOWN = 5;

interface Judged {
  readonly x: string;
  readonly y: number;
  /** |prediction - y| / y. */
  readonly relative: number;
  /** Logarithm of prediction / y. */
  readonly log: number;
}

const { values } = parseArgs({
  options: {
    protocol: { type: "string" },
    target: { type: "string" },
    labels: { type: "string", default: "10" },
    data: { type: "string", default: "examples/data" },
    model: { type: "string", default: "models/auspex-small" },
    method: { type: "string" },
    draws: { type: "string", default: "3" },
    rows: { type: "string", default: "250" },
  },
});
const protocol = PROTOCOLS[values.protocol ?? ""];
if (protocol === undefined) {
  throw new InputError(`--protocol must be one of ${Object.keys(PROTOCOLS).join(", ")}`);
}
await openEngine();
const trained = openModel(values.model);
const predictor = new Predictor(trained);
const numDraws = Number(values.draws);
const setting = settingOf(trained, {
  data: values.data,
  quick: true,
  development: false,
  maxRows: Number(values.rows),
  numDraws,
});
const problems = await protocol(setting);
const problem = problems.find(({ target }) => target === values.target);
if (problem === undefined) {
  const known = problems.map(({ target }) => target).join(", ");
  throw new InputError(`--target must be one of ${known}`);
}
const frozen = await freezeProblem(predictor, problem);
const method = values.method ?? [...frozen.keys()].at(-1)!;
if (!frozen.has(method)) {
  throw new InputError(`--method must be one of ${[...frozen.keys()].join(", ")}`);
}
const judged = Array.from({ length: numDraws }, (_, draw): Judged[] => {
  const drawn = drawOf(problem, Number(values.labels), draw + 1);
  const distributions = adaptedDistributions(frozen, drawn)[method]!;
  return drawn.test.map(({ x, y: [y = 0] }, at) => {
    const { median } = distributions[at]!;
    return { x, y, relative: Math.abs(median - y) / Math.abs(y), log: Math.log(median / y) };
  });
}).flat();
predictor.dispose();
process.stdout.write(
  `${problem.target}, ${values.labels} labels, ${method}, ${numDraws} draws\n\n${report(judged)}\n`,
);

function report(rows: readonly Judged[]): string {
  const total = sum(rows.map(({ relative }) => relative));
  const worst = rows.toSorted((a, b) => b.relative - a.relative).slice(0, rows.length / NUM_PARTS);
  const share = sum(worst.map(({ relative }) => relative)) / total;
  const whole = `mean relative error ${percent(total / rows.length)}; the worst tenth of the rows holds ${percent(share)} of it`;
  return [whole, "", ...partLines(rows), "", ...fieldReport(rows)].join("\n");
}

/** By tenths of the true value: what is small is predicted how, and what is large. */
function partLines(rows: readonly Judged[]): string[] {
  const ordered = rows.toSorted((a, b) => a.y - b.y);
  const lines = Array.from({ length: NUM_PARTS }, (_, part) => {
    const from = Math.floor((part * ordered.length) / NUM_PARTS);
    const to = Math.floor(((part + 1) * ordered.length) / NUM_PARTS);
    const inside = ordered.slice(from, to);
    const range = `${inside[0]!.y.toPrecision(3)} to ${inside.at(-1)!.y.toPrecision(3)}`;
    const error = percent(mean(inside.map(({ relative }) => relative)));
    const factor = Math.exp(mean(finite(inside.map(({ log }) => log)))).toFixed(2);
    return `| ${part + 1} | ${range} | ${error} | ${factor} |`;
  });
  return [
    "| tenth | values | mean relative error | predicted / true |",
    "| --- | --- | --- | --- |",
    ...lines,
  ];
}

/** Fields whose values tell errors apart: share of the variance of the log errors between them, and the worst value. */
function fieldReport(rows: readonly Judged[]): string[] {
  const byField = new Map<string, Map<string, Judged[]>>();
  for (const row of rows) {
    for (const { path, value } of fieldLines(row.x)) {
      if (path === undefined || value === "") continue;
      const groups = byField.get(path) ?? new Map<string, Judged[]>();
      groups.set(value, [...(groups.get(value) ?? []), row]);
      byField.set(path, groups);
    }
  }
  const explained = [...byField]
    .filter(([, groups]) => groups.size > 1)
    .map(([field, groups]) => ({ field, groups, share: shareBetween([...groups.values()]) }))
    .toSorted((a, b) => b.share - a.share)
    .slice(0, FIELDS_SHOWN);
  const lines = explained.map(({ field, groups, share }) => {
    const errorOf = (part: readonly Judged[]): number => mean(part.map(({ relative }) => relative));
    const [value, worst] = [...groups].toSorted(([, a], [, b]) => errorOf(b) - errorOf(a))[0]!;
    return `| ${field} | ${percent(share)} | ${value} (${worst.length} rows) | ${percent(errorOf(worst))} |`;
  });
  return [
    "| field | share of the variance of the log errors | worst value | its mean relative error |",
    "| --- | --- | --- | --- |",
    ...lines,
  ];
}

function shareBetween(groups: readonly (readonly Judged[])[]): number {
  const logs = groups.map((group) => finite(group.map(({ log }) => log)));
  const all = logs.flat();
  const center = mean(all);
  const between = sum(
    logs.filter((part) => part.length > 0).map((part) => part.length * (mean(part) - center) ** 2),
  );
  return between / sum(all.map((log) => (log - center) ** 2));
}

function finite(numbers: readonly number[]): number[] {
  return numbers.filter((value) => Number.isFinite(value));
}

function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

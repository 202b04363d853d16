// The plots of a study, each from its history.

import type { StudyHistory, ToldPoint } from "../study/history.ts";
import type { Objective } from "../study/spec.ts";
import { Chart, type Colour, rangeOf } from "./chart.ts";
import { shown } from "./html.ts";

const BY: Readonly<Record<ToldPoint["by"], { colour: Colour; words: string }>> = {
  promoted: { colour: "a", words: "promoted" },
  audit: { colour: "b", words: "audit of a rejected one" },
  other: { colour: "soft", words: "not asked before" },
};

const unitOf = ({ name, unit }: Objective): string =>
  unit === undefined ? name : `${name} (${unit})`;
const isSuccess = (tell: ToldPoint): tell is ToldPoint & { values: readonly number[] } =>
  tell.values !== undefined;

/** What was told in order, and the best so far. */
export function progressPlot(
  { tells }: StudyHistory,
  objective: Objective,
  column: number,
): string {
  const isLog = objective.scale === "log";
  const values = tells.filter(isSuccess).map((tell) => tell.values[column]!);
  const optimum = objective.optimum === undefined ? [] : [objective.optimum];
  const y = { label: unitOf(objective), ...rangeOf([...values, ...optimum], isLog), isLog };
  const chart = new Chart({ label: "real evaluations", ...numbersOf(tells) }, y);
  for (const value of optimum) {
    chart.line(
      [
        [tells[0]?.number ?? 0, value],
        [tells.at(-1)?.number ?? 1, value],
      ],
      "c",
      "dash",
    );
  }
  for (const { number, values: told, by } of tells) {
    const { colour, words } = BY[by];
    const value = told?.[column];
    if (value === undefined) chart.cross(number, y.from, "bad", `${number}: failed`);
    else chart.dot(number, value, colour, `${number}: ${shown(value)}, ${words}`);
  }
  const best = tells.flatMap((tell) =>
    tell.best === undefined ? [] : [[tell.number, tell.best] as const],
  );
  chart.steps(best, "c");
  return chart.svg(`${objective.name} by real evaluation, and the best so far`);
}

/** What was foretold before each evaluation, against what came out. */
export function forecastPlot(
  { tells }: StudyHistory,
  objective: Objective,
  column: number,
): string {
  const isLog = objective.scale === "log";
  const points = tells.filter(isSuccess).map(({ number, values, forecasts, by }) => {
    return { number, told: values[column]!, forecast: forecasts[column]!, by };
  });
  const range = rangeOf(
    points.flatMap(({ told, forecast }) => [told, forecast.median]),
    isLog,
  );
  const unit = unitOf(objective);
  const chart = new Chart(
    { label: `told ${unit}`, ...range, isLog },
    { label: `foretold ${unit}`, ...range, isLog },
  );
  chart.line(
    [
      [range.from, range.from],
      [range.to, range.to],
    ],
    "soft",
    "dash",
  );
  for (const { told, forecast, by } of points) {
    chart.whisker(told, forecast.low, forecast.high, BY[by].colour);
  }
  for (const { number, told, forecast, by } of points) {
    const { median, low, high } = forecast;
    const words = `${number}: foretold ${shown(median)} (${shown(low)} to ${shown(high)}), told ${shown(told)}`;
    chart.dot(told, median, BY[by].colour, words);
  }
  return chart.svg(`Foretold and told ${objective.name}`);
}

const NUM_BINS = 10;

/** Where told values fall in what was foretold: even bars where the stated uncertainty is true. */
export function pitPlot({ tells }: StudyHistory, column: number): string {
  const pits = tells.flatMap(({ pit }) => (pit === undefined ? [] : [pit[column]!]));
  const counts = Array.from({ length: NUM_BINS }, () => 0);
  for (const pit of pits) counts[Math.min(NUM_BINS - 1, Math.floor(pit * NUM_BINS))]!++;
  const even = pits.length / NUM_BINS;
  const chart = new Chart(
    { label: "place of the told value in what was foretold", from: 0, to: 1 },
    { label: "tells", from: 0, to: Math.max(1, 1.15 * Math.max(...counts, even)) },
  );
  counts.forEach((count, i) => {
    const [from, to] = [i / NUM_BINS, (i + 1) / NUM_BINS];
    chart.bar(
      from,
      to,
      0,
      count,
      "a",
      `${count} tells between ${from} and ${to}; even would be ${shown(even)}`,
    );
  });
  chart.line(
    [
      [0, even],
      [1, even],
    ],
    "soft",
    "dash",
  );
  return chart.svg("Probability integral transform of the told values");
}

const COVERAGE_WINDOW = 20;

/** Share of the latest tells inside their 90 % interval. */
export function coveragePlot({ tells }: StudyHistory, column: number): string {
  const succeeded = tells.filter(isSuccess);
  const inside = succeeded.map(({ values, forecasts }) => {
    const { low, high } = forecasts[column]!;
    return values[column]! >= low && values[column]! <= high ? 1 : 0;
  });
  const chart = new Chart(
    { label: "real evaluations", ...numbersOf(tells) },
    { label: `inside the 90 % interval, last ${COVERAGE_WINDOW}`, from: 0, to: 1 },
  );
  const ends: [number, number] = [tells[0]?.number ?? 0, tells.at(-1)?.number ?? 1];
  chart.line(
    [
      [ends[0], 0.9],
      [ends[1], 0.9],
    ],
    "soft",
    "dash",
  );
  const line = succeeded.map(({ number }, i): readonly [number, number] => {
    const window = inside.slice(Math.max(0, i + 1 - COVERAGE_WINDOW), i + 1);
    return [number, window.reduce((sum: number, hit) => sum + hit, 0) / window.length];
  });
  chart.line(line.slice(Math.min(4, line.length - 1)), "a");
  return chart.svg("Coverage of the 90 % interval over the last tells");
}

const VERDICT_COLOUR = { promote: "a", reject: "soft", abstain: "d" } as const;

/** What was foretold of the candidates, in the order of the decisions. */
export function decisionPlot(
  { decisions }: StudyHistory,
  objective: Objective,
  column: number,
): string {
  const isLog = objective.scale === "log";
  const medians = decisions.map(({ forecasts }) => forecasts[column]!.median);
  const chart = new Chart(
    { label: "candidates", from: 0, to: Math.max(10, decisions.length + 1) },
    { label: `foretold ${unitOf(objective)}`, ...rangeOf(medians, isLog), isLog },
  );
  decisions.forEach(({ verdict, isAudit, reason }, i) => {
    const colour = isAudit ? "b" : VERDICT_COLOUR[verdict];
    chart.dot(i + 1, medians[i]!, colour, `${shown(medians[i])}: ${verdict}, ${reason}`);
  });
  return chart.svg("Candidates by decision");
}

/** The first two objectives, and those that none beats. */
export function paretoPlot({ tells }: StudyHistory, objectives: readonly Objective[]): string {
  const [first, second] = [objectives[0]!, objectives[1]!];
  const points = tells.filter(isSuccess);
  const axis = (objective: Objective, column: number) => ({
    label: unitOf(objective),
    ...rangeOf(
      points.map(({ values }) => values[column]!),
      objective.scale === "log",
    ),
    isLog: objective.scale === "log",
  });
  const chart = new Chart(axis(first, 0), axis(second, 1));
  const sign = (objective: Objective): number => (objective.goal === "min" ? 1 : -1);
  const isBetter = (a: readonly number[], b: readonly number[]): boolean => {
    const [dx, dy] = [sign(first) * (a[0]! - b[0]!), sign(second) * (a[1]! - b[1]!)];
    return dx <= 0 && dy <= 0 && (dx < 0 || dy < 0);
  };
  const front = points.filter(({ values }) => !points.some((p) => isBetter(p.values, values)));
  const sorted = front.toSorted((a, b) => sign(first) * (a.values[0]! - b.values[0]!));
  chart.steps(
    sorted.map(({ values }) => [values[0]!, values[1]!] as const),
    "c",
  );
  for (const point of points) {
    const { number, values, by } = point;
    const colour = front.includes(point) ? "c" : BY[by].colour;
    const words = `${number}: ${first.name} ${shown(values[0])}, ${second.name} ${shown(values[1])}`;
    chart.dot(values[0]!, values[1]!, colour, words);
  }
  return chart.svg(`Pareto front of ${first.name} and ${second.name}`);
}

/** Hypervolume by real evaluation. */
export function volumePlot({ hypervolumes, tells }: StudyHistory): string {
  const range = rangeOf(hypervolumes.map(({ volume }) => volume));
  const chart = new Chart(
    { label: "real evaluations", ...numbersOf(tells) },
    { label: "hypervolume", ...range, from: 0 },
  );
  chart.steps(
    hypervolumes.map(({ number, volume }) => [number, volume] as const),
    "c",
  );
  return chart.svg("Hypervolume by real evaluation");
}

function numbersOf(tells: readonly ToldPoint[]): { from: number; to: number } {
  const from = tells[0]?.number ?? 1;
  return { from: from - 1, to: Math.max(from + 9, (tells.at(-1)?.number ?? 1) + 1) };
}

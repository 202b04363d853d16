import type { PredictiveDensity } from "./data.ts";
import { plot } from "./plot.ts";
import { formatNumber, linearScale, logScale } from "./scale.ts";
import { el, group, type Markup, pathOf } from "./svg.ts";

const NUM_BINS = 72;

/** One predictive distribution with its 90 % interval, its median and the true value. */
export function predictiveDensity(density: PredictiveDensity): Markup {
  const { quantiles, truth, median, unit, label } = density;
  const at = (p: number): number => quantileOf(quantiles, p);
  const [from, to] = [Math.min(at(0.005), truth), Math.max(at(0.995), truth)];
  const isLog = from > 0 && to / from > 20;
  const margin = isLog ? 1.1 : 0.06 * (to - from || Math.abs(to) || 1);
  const ends = isLog ? [from / margin, to * margin] : [from - margin, to + margin];
  const x = isLog ? logScale(ends) : linearScale(ends);
  const bins = binsOf(quantiles, ends as [number, number], isLog);
  const peak = Math.max(...bins.map(({ height }) => height), 1e-12);
  const [low, high] = [at(0.05), at(0.95)];
  const options = {
    title: `Predictive density of ${label}: median ${formatNumber(median)}, true ${formatNumber(truth)}`,
    x,
    y: linearScale([0, 1]),
    hideY: true,
    xLabel: unit ?? "value",
    yLabel: "p(y | x)",
    legend: [
      { label: "90 % of the mass", role: "a", mark: "area" },
      { label: "median", role: "a", mark: "dash" },
      { label: "true value", role: "b", mark: "line" },
    ],
  } as const;
  return plot(options, (frame) => {
    const outline = bins.map(
      ({ value, height }) =>
        [
          frame.x(value),
          frame.bottom - (0.94 * height * (frame.bottom - frame.top)) / peak,
        ] as const,
    );
    const inside = outline.filter((_, i) => bins[i]!.value >= low && bins[i]!.value <= high);
    const area = (points: typeof outline): string =>
      points.length === 0
        ? ""
        : `${pathOf(points)}L${points.at(-1)![0].toFixed(2)} ${frame.bottom}L${points[0]![0].toFixed(2)} ${frame.bottom}Z`;
    const upright = (value: number, classes: string): Markup =>
      el("line", {
        class: classes,
        x1: frame.x(value),
        x2: frame.x(value),
        y1: frame.top,
        y2: frame.bottom,
      });
    return group(
      el("path", { class: "area soft", d: area(outline) }),
      el("path", { class: "area a", d: area(inside) }),
      el("path", { class: "line a thin", d: pathOf(outline) }),
      upright(median, "line a dash"),
      upright(truth, "line b"),
    );
  });
}

/** Linear between the given quantiles. */
function quantileOf(quantiles: PredictiveDensity["quantiles"], p: number): number {
  const above = quantiles.findIndex((quantile) => quantile.p >= p);
  if (above === 0) return quantiles[0]!.value;
  if (above < 0) return quantiles.at(-1)?.value ?? Number.NaN;
  const [a, b] = [quantiles[above - 1]!, quantiles[above]!];
  return a.value + ((p - a.p) / (b.p - a.p)) * (b.value - a.value);
}

interface Bin {
  readonly value: number;
  readonly height: number;
}

/** Mass per bin of equal width (on a log axis: equal ratio), lightly smoothed. */
function binsOf(
  quantiles: PredictiveDensity["quantiles"],
  [from, to]: readonly [number, number],
  isLog: boolean,
): Bin[] {
  const edge = (i: number): number =>
    isLog ? from * (to / from) ** (i / NUM_BINS) : from + ((to - from) * i) / NUM_BINS;
  const masses = Array.from(
    { length: NUM_BINS },
    (_, i) => levelOf(quantiles, edge(i + 1)) - levelOf(quantiles, edge(i)),
  );
  return masses.map((mass, i) => ({
    value: edge(i + 0.5),
    height: (masses[i - 1] ?? 0) / 4 + mass / 2 + (masses[i + 1] ?? 0) / 4,
  }));
}

/** The share of the mass below `value`. */
function levelOf(quantiles: PredictiveDensity["quantiles"], value: number): number {
  const above = quantiles.findIndex((quantile) => quantile.value > value);
  if (above === 0) return 0;
  if (above < 0) return 1;
  const [a, b] = [quantiles[above - 1]!, quantiles[above]!];
  return a.p + ((value - a.value) / (b.value - a.value)) * (b.p - a.p);
}

// Axes: from values to positions, with ticks at round values.

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Maps a value to 0 .. 1 along an axis. */
export interface Scale {
  readonly kind: "linear" | "log";
  readonly position: (value: number) => number;
  /** The values at both ends. */
  readonly domain: readonly [low: number, high: number];
  readonly ticks: readonly Tick[];
}

const TINY = 1e-200;

/** A linear axis over the values, widened to round numbers. */
export function linearScale(
  values: readonly number[],
  options: { numTicks?: number; includeZero?: boolean } = {},
): Scale {
  const finite = values.filter(Number.isFinite);
  let low = Math.min(...finite, ...(options.includeZero === true ? [0] : []));
  let high = Math.max(...finite, ...(options.includeZero === true ? [0] : []));
  if (finite.length === 0) [low, high] = [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Values that doubles can hardly tell apart are one value.
  if (high - low <= 1e-12 * size || high - low < TINY) {
    const margin = size < TINY ? 1 : size / 2;
    [low, high] = [low - margin, high + margin];
  }
  const step = roundStep((high - low) / (options.numTicks ?? 5));
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { value, label: formatNumber(value, step) };
  });
  const [from, to] = [first * step, last * step];
  const position = (value: number): number => (value - from) / (to - from);
  return { kind: "linear", position, domain: [from, to], ticks };
}

/** A logarithmic axis over the values above 0, ticks at powers of ten, or at 1, 2, 5 where there are few. */
export function logScale(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return linearScale(values);
  let low = Math.log10(Math.min(...positive));
  let high = Math.log10(Math.max(...positive));
  const margin = Math.max(0.04 * (high - low), 0.02);
  [low, high] = [low - margin, high + margin];
  const position = (value: number): number =>
    value > 0 ? Math.max(-0.02, (Math.log10(value) - low) / (high - low)) : -0.02;
  return { kind: "log", position, domain: [10 ** low, 10 ** high], ticks: logTicks(low, high) };
}

function logTicks(low: number, high: number): Tick[] {
  const decades = high - low;
  const mantissas = decades <= 1.2 ? [1, 2, 3, 5, 7] : decades <= 3 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / 6));
  const ticks: Tick[] = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    if (power % every !== 0) continue;
    for (const mantissa of mantissas) {
      const value = mantissa * 10 ** power;
      const at = Math.log10(value);
      if (at >= low && at <= high) ticks.push({ value, label: formatNumber(value) });
    }
  }
  return ticks;
}

/** Logarithmic where the values span more than a factor of 20, all above 0. */
export function autoScale(values: readonly number[]): Scale {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  return low > 0 && Math.max(...finite) / low > 20 ? logScale(finite) : linearScale(finite);
}

/** Number of shots: 0, 5, 20 and 100 at readable distances, each with its tick. */
export function shotsScale(shots: readonly number[]): Scale {
  const distinct = [...new Set(shots)].toSorted((a, b) => a - b);
  const at = (value: number): number => Math.log2(1 + value / 2);
  const last = at(distinct.at(-1) ?? 1) || 1;
  return {
    kind: "log",
    position: (value) => 0.04 + (0.92 * at(value)) / last,
    domain: [0, distinct.at(-1) ?? 1],
    ticks: distinct.map((value) => ({ value, label: String(value) })),
  };
}

/** Plain digits where they are short, SI-like suffixes and powers where they are not. */
export function formatNumber(value: number, step?: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value === 0 || (step !== undefined && size < step / 1e6)) return "0";
  if (size >= 1e12 || size < 1e-4)
    return value.toExponential(1).replace(".0e", "e").replace("e+", "e");
  for (const [unit, suffix] of UNITS) {
    if (size >= unit * 0.99995 && unit > 1000) return `${significant(value / unit)}${suffix}`;
  }
  if (size >= 1e4) return `${significant(value / 1000)}k`;
  if (step !== undefined && step < 1)
    return value.toFixed(Math.min(8, Math.ceil(-Math.log10(step) - 1e-9)));
  return significant(value);
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e9, "G"],
  [1e6, "M"],
];

function significant(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** 1, 2 or 5 times a power of ten, at least `raw`. */
function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const mantissa = raw / power;
  const rounded = mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10;
  return rounded * power;
}

// A small chart in SVG: scales, axes with round numbers, and marks. Everything is a string; the style sheet has the
// colours.

import { escapeHtml, shown } from "./html.ts";

export interface AxisOptions {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly isLog?: boolean;
}

export type Colour = "a" | "b" | "c" | "d" | "soft" | "bad";

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 62;
const RIGHT = 14;
const TOP = 12;
const BOTTOM = 44;

interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/** Collects marks; `svg` puts them together. */
export class Chart {
  readonly x: Scale;
  readonly y: Scale;
  readonly #labels: readonly [string, string];
  readonly #marks: string[] = [];

  constructor(x: AxisOptions, y: AxisOptions) {
    this.x = scaleOf(x, LEFT, WIDTH - RIGHT, 7);
    this.y = scaleOf(y, HEIGHT - BOTTOM, TOP, 5);
    this.#labels = [x.label, y.label];
  }

  dot(x: number, y: number, colour: Colour, title: string, radius = 3.5): void {
    const at = `cx="${px(this.x(x))}" cy="${px(this.y(y))}" r="${radius}"`;
    this.#marks.push(`<circle class="dot ${colour}" ${at}>${titleOf(title)}</circle>`);
  }

  cross(x: number, y: number, colour: Colour, title: string): void {
    const [cx, cy] = [this.x(x), this.y(y)];
    const d = `M${px(cx - 4)} ${px(cy - 4)}l8 8m0-8l-8 8`;
    this.#marks.push(`<path class="cross ${colour}" d="${d}">${titleOf(title)}</path>`);
  }

  /** A vertical line between two values. */
  whisker(x: number, low: number, high: number, colour: Colour): void {
    const d = `M${px(this.x(x))} ${px(this.y(low))}V${px(this.y(high))}`;
    this.#marks.push(`<path class="whisker ${colour}" d="${d}"/>`);
  }

  line(points: readonly (readonly [number, number])[], colour: Colour, style = ""): void {
    const [first, ...rest] = points.map(([x, y]) => `${px(this.x(x))} ${px(this.y(y))}`);
    if (first === undefined) return;
    this.#marks.push(
      `<path class="line ${colour} ${style}" d="M${first}${rest.map((p) => `L${p}`).join("")}"/>`,
    );
  }

  /** Goes level until the next point. */
  steps(points: readonly (readonly [number, number])[], colour: Colour): void {
    const corners = points.flatMap(([x, y], i) => {
      const before = points[i - 1];
      return before === undefined ? [[x, y] as const] : [[x, before[1]] as const, [x, y] as const];
    });
    this.line(corners, colour);
  }

  bar(from: number, to: number, low: number, high: number, colour: Colour, title: string): void {
    const [x, width] = [this.x(from), this.x(to) - this.x(from)];
    const [y, height] = [this.y(high), this.y(low) - this.y(high)];
    // A gap of two pixels keeps neighbours apart.
    const box = `x="${px(x + 1)}" y="${px(y)}" width="${px(Math.max(1, width - 2))}" height="${px(Math.max(0, height))}"`;
    this.#marks.push(`<rect class="bar ${colour}" ${box} rx="2">${titleOf(title)}</rect>`);
  }

  svg(description: string): string {
    const bottom = HEIGHT - BOTTOM;
    const grid = this.y.ticks.map((tick) => {
      const y = px(this.y(tick));
      return `<path class="grid" d="M${LEFT} ${y}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${y}" dy="4" text-anchor="end">${shown(tick)}</text>`;
    });
    const foot = this.x.ticks.map(
      (tick) =>
        `<text x="${px(this.x(tick))}" y="${bottom + 18}" text-anchor="middle">${shown(tick)}</text>`,
    );
    const [x, y] = this.#labels.map(escapeHtml);
    const middle = (LEFT + WIDTH - RIGHT) / 2;
    const names = `<text class="axis" x="${middle}" y="${HEIGHT - 6}" text-anchor="middle">${x}</text><text class="axis" transform="translate(13 ${(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">${y}</text>`;
    const base = `<path class="base" d="M${LEFT} ${bottom}H${WIDTH - RIGHT}"/>`;
    return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(description)}">${grid.join("")}${foot.join("")}${base}${this.#marks.join("")}${names}</svg>`;
  }
}

/** The range of some values with a margin; a single value gets room around it. */
export function rangeOf(values: readonly number[], isLog = false): { from: number; to: number } {
  const finite = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0));
  if (finite.length === 0) return isLog ? { from: 1, to: 10 } : { from: 0, to: 1 };
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  if (isLog) return { from: low / 1.15, to: high * 1.15 };
  const margin = 0.05 * (high - low) || 0.05 * Math.abs(high) || 1;
  return { from: low - margin, to: high + margin };
}

function scaleOf(
  { from, to, isLog = false }: AxisOptions,
  start: number,
  end: number,
  numTicks: number,
): Scale {
  const place = isLog ? Math.log : (value: number): number => value;
  const [low, high] = [place(from), place(to)];
  // What lies outside is drawn at the edge: whiskers of an unsure model must not shrink everything else.
  const scale = (value: number): number => {
    const share = (place(isLog ? Math.max(value, from) : value) - low) / (high - low || 1);
    return start + Math.min(1, Math.max(0, share)) * (end - start);
  };
  const ticks = isLog && to / from > 20 ? decades(from, to) : roundTicks(from, to, numTicks);
  return Object.assign(scale, { ticks });
}

function roundTicks(from: number, to: number, count: number): number[] {
  const rough = (to - from) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const first = Math.ceil(from / step - 1e-9);
  const numTicks = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, numTicks) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

function decades(from: number, to: number): number[] {
  const first = Math.ceil(Math.log10(from));
  const last = Math.floor(Math.log10(to));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}

const px = (value: number): string => String(Math.round(value * 10) / 10);
const titleOf = (title: string): string => `<title>${escapeHtml(title)}</title>`;

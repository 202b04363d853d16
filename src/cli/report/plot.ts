// The frame that every chart shares: axes, grid, labels, legend. Charts put their marks into it.

import type { Scale } from "./scale.ts";
import { el, group, type Markup } from "./svg.ts";

/** Colours by role; the page's style sheet gives them a value for light and for dark. */
export type Role = "a" | "b" | "c" | "d" | "e" | "f" | "ink" | "soft";

export interface LegendEntry {
  readonly label: string;
  readonly role: Role;
  readonly mark: "line" | "dash" | "dot" | "area";
}

export interface PlotOptions {
  /** Read out by screen readers. */
  readonly title: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly legend?: readonly LegendEntry[];
  readonly width?: number;
  readonly height?: number;
  /** Leaves out the y axis, for densities whose height has no meaning to a reader. */
  readonly hideY?: boolean;
}

/** Positions inside the frame, in SVG units. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

// Small enough that its 12-unit letters stay readable on a phone 360 pixels wide.
const WIDTH = 440;
const HEIGHT = 290;

/** Draws a frame and whatever `marks` puts into it. */
export function plot(options: PlotOptions, marks: (frame: Frame) => Markup): Markup {
  const { width = WIDTH, height = HEIGHT, legend = [] } = options;
  const frame = frameOf(options, width, height, rowsOf(legend, width).length);
  return el(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": options.title },
    el("title", {}, options.title),
    options.hideY === true ? undefined : gridY(options.y, frame),
    gridX(options.x, frame),
    el("g", { class: "marks" }, marks(frame)),
    el(
      "text",
      { class: "axis", x: (frame.left + frame.right) / 2, y: height - 6, "text-anchor": "middle" },
      options.xLabel,
    ),
    el("text", { class: "axis", x: 0, y: 12 }, options.yLabel),
    legendRows(legend, width),
  );
}

function frameOf(
  options: PlotOptions,
  width: number,
  height: number,
  numLegendRows: number,
): Frame {
  const longest = Math.max(0, ...options.y.ticks.map(({ label }) => label.length));
  const left = options.hideY === true ? 12 : 16 + 7.2 * longest;
  const right = width - 14;
  const top = 24 + LEGEND_HEIGHT * numLegendRows;
  const bottom = height - 44;
  return {
    left,
    right,
    top,
    bottom,
    x: (value) => left + options.x.position(value) * (right - left),
    y: (value) => bottom - options.y.position(value) * (bottom - top),
  };
}

function gridY(scale: Scale, { left, right, y }: Frame): Markup {
  return group(
    scale.ticks.map(({ value, label }) =>
      group(
        el("line", { class: "grid", x1: left, x2: right, y1: y(value), y2: y(value) }),
        el("text", { class: "tick", x: left - 6, y: y(value) + 4, "text-anchor": "end" }, label),
      ),
    ),
  );
}

function gridX(scale: Scale, { left, right, bottom, x }: Frame): Markup {
  // Labels that would touch are left out, the first one kept.
  let free = -Infinity;
  return group(
    el("line", { class: "base", x1: left, x2: right, y1: bottom, y2: bottom }),
    scale.ticks.map(({ value, label }) => {
      const at = x(value);
      const half = 3.4 * label.length + 3;
      const fits = at - half >= free;
      if (fits) free = at + half;
      return group(
        el("line", { class: "base", x1: at, x2: at, y1: bottom, y2: bottom + 4 }),
        fits
          ? el("text", { class: "tick", x: at, y: bottom + 18, "text-anchor": "middle" }, label)
          : undefined,
      );
    }),
  );
}

/** Entries side by side, from the right; those that do not fit go on in the next row. */
function legendRows(entries: readonly LegendEntry[], width: number): Markup {
  return group(
    rowsOf(entries, width).map((row, i) => {
      const used = row.reduce((sum, entry) => sum + lengthOf(entry), 0);
      let at = Math.max(0, width - 14 - used + 12);
      return row.map((entry) => {
        const start = at;
        at += lengthOf(entry);
        const y = 32 + LEGEND_HEIGHT * i;
        return group(
          legendMark(entry, start, y - 4),
          el("text", { class: "legend", x: start + 26, y }, entry.label),
        );
      });
    }),
  );
}

const LEGEND_HEIGHT = 18;

const lengthOf = ({ label }: LegendEntry): number => 26 + 7.2 * label.length + 12;

function rowsOf(entries: readonly LegendEntry[], width: number): LegendEntry[][] {
  const rows: LegendEntry[][] = [];
  let left = 0;
  for (const entry of entries) {
    left -= lengthOf(entry);
    if (left < 0 || rows.length === 0) {
      rows.push([]);
      left = width - 14 - lengthOf(entry);
    }
    rows.at(-1)!.push(entry);
  }
  return rows;
}

function legendMark({ role, mark }: LegendEntry, x: number, y: number): Markup {
  if (mark === "dot") return el("circle", { class: `dot ${role}`, cx: x + 12, cy: y, r: 4 });
  if (mark === "area") {
    return el("rect", { class: `area ${role}`, x: x + 2, y: y - 6, width: 18, height: 12, rx: 2 });
  }
  const classes = `line ${role}${mark === "dash" ? " dash" : ""}`;
  return el("line", { class: classes, x1: x, x2: x + 20, y1: y, y2: y });
}

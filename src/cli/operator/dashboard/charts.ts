// Curves of the dashboard.

import { type Frame, plot, type Role } from "../../report/plot.ts";
import { linearScale } from "../../report/scale.ts";
import { el, group, type Markup, pathOf } from "../../report/svg.ts";
import type { RunStatus } from "../run-state.ts";
import type { Point } from "../series.ts";

/** Training and validation loss by step. */
export function lossChart({ curves }: RunStatus): Markup {
  const { loss, validation } = curves;
  if (loss.length === 0) return empty("No step is committed yet.");
  // The first losses are large and would flatten everything that matters.
  const sorted = [...loss, ...validation].map(({ value }) => value).toSorted((a, b) => a - b);
  const cap = sorted[Math.floor(0.98 * (sorted.length - 1))]!;
  const options = {
    title: "Loss by step",
    x: linearScale(loss.map(({ step }) => step)),
    y: linearScale([...sorted.filter((value) => value <= cap), cap]),
    xLabel: "step",
    yLabel: "loss per token",
    legend: [
      { label: "training", role: "soft", mark: "line" },
      ...(validation.length > 0 ? [{ label: "validation", role: "a", mark: "line" } as const] : []),
    ],
  } as const;
  return plot(options, (frame) =>
    group(
      curve(loss, frame, "soft"),
      curve(validation, frame, "a"),
      validation.length > 40 ? undefined : validation.map((point) => dot(point, frame)),
    ),
  );
}

/** Tokens per second by step. */
export function throughputChart({ curves }: RunStatus): Markup {
  const points = curves.tokensPerSecond;
  if (points.length === 0) return empty("No step is committed yet.");
  const options = {
    title: "Tokens per second by step",
    x: linearScale(points.map(({ step }) => step)),
    y: linearScale(
      points.map(({ value }) => value),
      { includeZero: true },
    ),
    xLabel: "step",
    yLabel: "tokens per second, averaged",
  } as const;
  return plot(options, (frame) => group(area(points, frame), curve(points, frame, "a")));
}

/** A small curve without axes, for a table's cell. */
export function sparkline(points: readonly Point[], role: Role): Markup {
  const [width, height, margin] = [120, 24, 2];
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [points[0]?.step ?? 0, points.at(-1)?.step ?? 1];
  const at = ({ step, value }: Point): [number, number] => [
    margin + ((step - first) / Math.max(1, last - first)) * (width - 2 * margin),
    height - margin - ((value - low) / (high - low || 1)) * (height - 2 * margin),
  ];
  return el(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    el("path", { class: `line thin ${role}`, d: pathOf(points.map(at)) }),
  );
}

/** A bar that is filled to `share`. */
export function bar(share: number, role: Role, name = "bar"): Markup {
  const width = 100 * Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0));
  return el(
    "svg",
    { class: name, viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    el("rect", { class: "track", x: 0, y: 0, width: 100, height: 8, rx: name === "bar" ? 2 : 0 }),
    el("rect", { class: `fill ${role}`, x: 0, y: 0, width, height: 8, rx: name === "bar" ? 2 : 0 }),
  );
}

/** What stands where there is nothing to draw. */
export function empty(text: string): Markup {
  return el("p", { class: "empty" }, text);
}

function curve(points: readonly Point[], frame: Frame, role: Role): Markup | undefined {
  if (points.length === 0) return undefined;
  return el("path", { class: `line ${role}`, d: pathOf(points.map((point) => at(point, frame))) });
}

function area(points: readonly Point[], frame: Frame): Markup {
  const [first, last] = [points[0]!, points.at(-1)!];
  const outline: [number, number][] = [
    [frame.x(first.step), frame.bottom],
    ...points.map((point) => at(point, frame)),
    [frame.x(last.step), frame.bottom],
  ];
  return el("path", { class: "band a", d: `${pathOf(outline)}Z` });
}

function dot(point: Point, frame: Frame): Markup {
  const [cx, cy] = at(point, frame);
  return el("circle", { class: "dot a", cx, cy, r: 2.5 });
}

/** Values above the axis stay at its top. */
function at({ step, value }: Point, frame: Frame): [number, number] {
  return [frame.x(step), Math.max(frame.top, frame.y(value))];
}

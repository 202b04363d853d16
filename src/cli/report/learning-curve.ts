import type { LearningPoint } from "./data.ts";
import { type Frame, plot } from "./plot.ts";
import { linearScale } from "./scale.ts";
import { el, group, type Markup, pathOf } from "./svg.ts";

/** Training and validation loss by step. */
export function learningCurve(points: readonly LearningPoint[]): Markup {
  const train = series(points, (point) => point.trainLoss);
  const validation = series(points, (point) => point.validationLoss);
  // The first losses are large and would flatten everything that matters: the axis starts at their 98th percentile.
  const losses = [...train, ...validation].map(([, loss]) => loss).toSorted((a, b) => a - b);
  const cap = losses[Math.floor(0.98 * (losses.length - 1))] ?? 1;
  const options = {
    title: "Loss by training step",
    x: linearScale(points.map(({ step }) => step)),
    y: linearScale([...losses.filter((loss) => loss <= cap), cap]),
    xLabel: "step",
    yLabel: "loss per token",
    legend: [
      { label: "training", role: "soft", mark: "line" },
      { label: "validation", role: "a", mark: "line" },
    ],
  } as const;
  return plot(options, (frame) =>
    group(
      curve(train, frame, "soft"),
      curve(validation, frame, "a"),
      validation.length > 40
        ? undefined
        : validation.map(([step, loss]) =>
            el("circle", { class: "dot a", cx: frame.x(step), cy: top(frame, loss), r: 2.5 }),
          ),
    ),
  );
}

type Pair = readonly [step: number, loss: number];

function series(
  points: readonly LearningPoint[],
  pick: (point: LearningPoint) => number | undefined,
): Pair[] {
  return points.flatMap((point) => {
    const loss = pick(point);
    return loss === undefined || !Number.isFinite(loss) ? [] : [[point.step, loss] as const];
  });
}

function curve(pairs: readonly Pair[], frame: Frame, role: string): Markup | undefined {
  if (pairs.length === 0) return undefined;
  const d = pathOf(pairs.map(([step, loss]) => [frame.x(step), top(frame, loss)] as const));
  return el("path", { class: `line ${role}`, d });
}

/** Losses above the axis stay at its top. */
const top = (frame: Frame, loss: number): number => Math.max(frame.top, frame.y(loss));

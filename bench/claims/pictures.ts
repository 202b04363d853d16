// The results as pictures: bars for variants, curves where what changes is a number, a scatter for spread against error.
// Each is one SVG file that stands by itself, on the frame that the reports of the command line use. Pure.

import { type LegendEntry, plot, type Role } from "../../src/cli/report/plot.ts";
import { linearScale, logScale, type Scale } from "../../src/cli/report/scale.ts";
import { el, group, type Markup, pathOf } from "../../src/cli/report/svg.ts";
import type { Summary } from "../accuracy/scores.ts";
import { type Claim, type Result, resultsOf } from "./claim.ts";
import { summariesOf } from "./table.ts";

const WIDTH = 640;
const HEIGHT = 320;

/** Light colours on white: a picture in a page cannot know the reader's theme. */
const STYLE = `text{font:12px system-ui,sans-serif;fill:#5d6670}.axis,.legend{fill:#1d2126}
.grid{stroke:#e4e4e0}.base{stroke:#9aa4af}.line{fill:none;stroke-width:2.2}.dash{stroke-dasharray:5 5}
.line.a,.whisker.a{stroke:#1f6feb}.line.b,.whisker.b{stroke:#d9660a}.line.c,.whisker.c{stroke:#1a8a63}.line.soft{stroke:#9aa4af}
.dot.a,.bar.a,.area.a{fill:#1f6feb}.dot.b,.bar.b,.area.b{fill:#d9660a}.dot.c,.bar.c,.area.c{fill:#1a8a63}
.point.a{fill:#1f6feb;fill-opacity:.4}.bar{fill-opacity:.7}.whisker{stroke:#1d2126;stroke-width:1.4}`;

/** A chart's markup as the text of a file. */
export function standalone({ markup }: Markup): string {
  const open = '<svg xmlns="http://www.w3.org/2000/svg" ';
  const background = '<rect width="100%" height="100%" fill="#fff"/>';
  return `${markup
    .replace("<svg ", open)
    .replace(/>/u, `><style>${STYLE}</style>${background}`)}\n`;
}

export interface BarOptions {
  readonly figure: string;
  readonly yLabel: string;
  /** Short names for below the bars. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** One bar a variant, a whisker of one standard deviation over seeds on each side. */
export function bars(claim: Claim, results: readonly Result[], options: BarOptions): Markup {
  const { figure, yLabel, labels = {} } = options;
  const entries = [...summariesOf(ofClaim(claim, results), figure)];
  const ends = entries.flatMap(([, { mean, std }]) => [mean - std, mean + std]);
  const y = linearScale(ends, { includeZero: true });
  const x = categories(entries.map(([variant]) => labels[variant] ?? variant));
  const title = `${claim.title}: ${yLabel}`;
  const size = { width: WIDTH, height: HEIGHT };
  return plot({ title, x, y, xLabel: "", yLabel, ...size }, (frame) => {
    const half = (0.3 * (frame.right - frame.left)) / entries.length;
    const floor = frame.y(0);
    return group(
      entries.map(([variant, { mean, std }], i) => {
        const top = frame.y(mean);
        return group(
          el(
            "rect",
            {
              class: "bar a",
              x: frame.x(i) - half,
              y: Math.min(top, floor),
              width: 2 * half,
              height: Math.abs(floor - top),
            },
            el("title", {}, `${variant}: ${mean.toPrecision(3)}`),
          ),
          whisker(frame.x(i), frame.y, { mean, std }),
        );
      }),
    );
  });
}

export interface Curve {
  readonly label: string;
  readonly figure: string;
  /** Variants in the order of the x axis. */
  readonly variants: readonly string[];
}

export interface CurveOptions {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xTicks: readonly string[];
  readonly log?: boolean;
}

const ROLES: readonly Role[] = ["a", "b", "c"];

/** Lines through means over seeds, with whiskers; the x axis holds names at even distances. */
export function curves(
  claim: Claim,
  results: readonly Result[],
  lines: readonly Curve[],
  options: CurveOptions,
): Markup {
  const { xLabel, yLabel, xTicks, log = false } = options;
  const points = lines.map(({ figure, variants }) => {
    const summaries = summariesOf(ofClaim(claim, results), figure);
    return variants.flatMap((variant, i) => {
      const summary = summaries.get(variant);
      return summary === undefined ? [] : [{ i, ...summary }];
    });
  });
  const ends = points.flat().flatMap(({ mean, std }) => [mean - std, mean + std, mean]);
  const y = log
    ? logScale(ends.filter((end) => end > 0))
    : linearScale(ends, { includeZero: true });
  const legend = lines.map(
    ({ label }, line): LegendEntry => ({ label, role: ROLES[line] ?? "soft", mark: "line" }),
  );
  const title = `${claim.title}: ${yLabel}`;
  const size = { width: WIDTH, height: HEIGHT };
  return plot({ title, x: categories(xTicks), y, xLabel, yLabel, legend, ...size }, (frame) =>
    group(
      points.map((ofLine, line) => {
        const role = ROLES[line] ?? "soft";
        const at = ofLine.map(({ i, mean }) => [frame.x(i), frame.y(mean)] as const);
        return group(
          el("path", { class: `line ${role}`, d: pathOf(at) }),
          ofLine.map(({ i, mean, std }) => whisker(frame.x(i), frame.y, { mean, std }, role)),
          at.map(([cx, cy]) => el("circle", { class: `dot ${role}`, cx, cy, r: 4 })),
        );
      }),
    ),
  );
}

/** All points of the first result of the claim that has some, on logarithmic axes. */
export function scatter(
  claim: Claim,
  results: readonly Result[],
  labels: { readonly xLabel: string; readonly yLabel: string },
): Markup {
  const all = ofClaim(claim, results).find(({ points }) => points !== undefined)?.points ?? [];
  const points = all.filter(([x, y]) => x > 0 && y > 0);
  const x = logScale(points.map(([value]) => value));
  const y = logScale(points.map(([, value]) => value));
  const size = { width: WIDTH, height: 420 };
  return plot({ title: claim.title, x, y, ...labels, ...size }, (frame) =>
    group(
      points.map(([spread, error]) =>
        el("circle", { class: "point a", cx: frame.x(spread), cy: frame.y(error), r: 2.6 }),
      ),
    ),
  );
}

function whisker(
  x: number,
  yOf: (value: number) => number,
  { mean, std }: Summary,
  role: Role = "ink",
): Markup {
  if (std === 0) return group();
  return el("line", {
    class: `whisker ${role}`,
    x1: x,
    x2: x,
    y1: yOf(mean - std),
    y2: yOf(mean + std),
  });
}

/** Names at even distances. */
function categories(names: readonly string[]): Scale {
  return {
    kind: "linear",
    position: (index) => (index + 0.5) / names.length,
    domain: [0, names.length - 1],
    ticks: names.map((label, value) => ({ value, label })),
  };
}

/** Of the whole: figures of parts are for tables. */
function ofClaim(claim: Claim, results: readonly Result[]): Result[] {
  return resultsOf(claim, results).filter(({ group: part }) => part === undefined);
}

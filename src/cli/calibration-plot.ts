// Calibration as bars of characters, for the terminal. `--report` draws the same as pictures.

import type { CalibrationReport } from "../training/index.ts";

const BAR_WIDTH = 40;
const HEIGHTS = "▁▂▃▄▅▆▇█";
/** The share of rows in each tenth, where all is right. */
const EVEN = 0.1;

/** One character a tenth of the distribution, as high as its share of rows; half as high is right. */
export function pitSketch({ pit }: CalibrationReport): string {
  const top = HEIGHTS.length - 1;
  const heights = pit.map((share) => Math.min(top, Math.round((share / (2 * EVEN)) * top)));
  return heights.map((height) => HEIGHTS[height]).join("");
}

/** Shares of rows in each tenth of their distribution, and inside each central interval. */
export function renderCalibrationPlot({ n, pit, coverage }: CalibrationReport): string[] {
  const widest = Math.max(2 * EVEN, ...pit);
  const tenths = pit.map((share, i) =>
    line(`${10 * i}-${10 * (i + 1)} %`, share, { mark: EVEN, full: widest }),
  );
  const levels = coverage.map(({ level, covered }) =>
    line(`${100 * level} %`, covered, { mark: level, full: 1 }),
  );
  return [
    `where the measured values of ${n} rows lie in their distributions ("|": ${100 * EVEN} %, as it should be)`,
    ...tenths,
    `inside central intervals ("|": as it should be)`,
    ...levels,
  ];
}

function line(
  label: string,
  share: number,
  { mark, full }: { readonly mark: number; readonly full: number },
): string {
  const bar = "█".repeat(cellsOf(share, full)).padEnd(BAR_WIDTH);
  const at = Math.max(0, cellsOf(mark, full) - 1);
  return `${label.padStart(9)}  ${bar.slice(0, at)}|${bar.slice(at + 1)}  ${(100 * share).toFixed(1).padStart(5)} %`;
}

function cellsOf(share: number, full: number): number {
  return Math.round((share / full) * BAR_WIDTH);
}

import { expect, test } from "vitest";
import { pitSketch, renderCalibrationPlot } from "../../src/cli/calibration-plot.ts";

const even = {
  n: 200,
  coverage: [
    { level: 0.5, covered: 0.5 },
    { level: 0.9, covered: 0.25 },
  ],
  pit: Array<number>(10).fill(0.1),
  coverageError: 0.325,
  crps: 1,
};

test("the table's sketch is level where all is right, and as high as the shares otherwise", () => {
  expect(pitSketch(even)).toBe("▅▅▅▅▅▅▅▅▅▅");
  expect(pitSketch({ ...even, pit: [0, 0.05, 0.1, 0.2, 0.65, 0, 0, 0, 0, 0] })).toBe("▁▃▅██▁▁▁▁▁");
});

test("bars are as long as the shares, with a mark where they should end", () => {
  const half = `${"█".repeat(19)}|${" ".repeat(20)}`;
  const lines = renderCalibrationPlot(even);
  expect(lines[0]).toContain("200 rows");
  expect(lines[1]).toBe(`   0-10 %  ${half}   10.0 %`);
  expect(lines[10]).toBe(` 90-100 %  ${half}   10.0 %`);
  expect(lines[12]).toBe(`     50 %  ${half}   50.0 %`);
  expect(lines[13]).toBe(`     90 %  ${"█".repeat(10)}${" ".repeat(25)}|${" ".repeat(4)}   25.0 %`);
});

test("a tenth that holds nearly all rows does not run out of the picture", () => {
  const lines = renderCalibrationPlot({ ...even, pit: [0.9, 0.1, 0, 0, 0, 0, 0, 0, 0, 0] });
  expect(new Set(lines.slice(1, 11).map((line) => line.length)).size).toBe(1);
  expect(lines[1]).toContain("█".repeat(35));
});

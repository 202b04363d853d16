import { expect, test } from "vitest";
import {
  autoScale,
  formatNumber,
  linearScale,
  logScale,
  shotsScale,
} from "../../../src/cli/report/scale.ts";
import fc from "../../support/property.ts";

const labels = (scale: { ticks: readonly { label: string }[] }) =>
  scale.ticks.map(({ label }) => label);

test("a linear axis is widened to round ticks", () => {
  const scale = linearScale([3, 97]);
  expect(labels(scale)).toEqual(["0", "20", "40", "60", "80", "100"]);
  expect([scale.position(0), scale.position(50), scale.position(100)]).toEqual([0, 0.5, 1]);
  expect(labels(linearScale([0.12, 0.31]))).toEqual([
    "0.10",
    "0.15",
    "0.20",
    "0.25",
    "0.30",
    "0.35",
  ]);
});

test("one value, no value and values that are no numbers still give an axis", () => {
  for (const values of [[5], [0], [], [Number.NaN, Infinity]]) {
    const scale = linearScale(values);
    expect(scale.ticks.length).toBeGreaterThan(1);
    expect(
      scale.position(values[0] === undefined || !Number.isFinite(values[0]) ? 0.5 : values[0]),
    ).toBeCloseTo(0.5, 1);
  }
});

test("a logarithmic axis has ticks at powers of ten, and between where there are few", () => {
  expect(labels(logScale([1, 100_000]))).toEqual(["1", "10", "100", "1000", "10k", "100k"]);
  expect(labels(logScale([1, 9]))).toEqual(["1", "2", "3", "5", "7"]);
  expect(logScale([1, 100]).position(10)).toBeCloseTo(0.5, 12);
});

test("an axis is logarithmic when the values span more than a factor of 20, all above 0", () => {
  expect([autoScale([1, 21]).kind, autoScale([1, 19]).kind, autoScale([0, 21]).kind]).toEqual([
    "log",
    "linear",
    "linear",
  ]);
});

test("any values: ticks rise, few enough, and everything lies within", () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (values) => {
      for (const scale of [linearScale(values), autoScale(values)]) {
        const at = scale.ticks.map((tick) => scale.position(tick.value));
        expect(at).toEqual(at.toSorted((a, b) => a - b));
        expect(at.length).toBeLessThanOrEqual(12);
        for (const item of values) {
          expect(scale.position(item)).toBeGreaterThanOrEqual(-1e-6);
          expect(scale.position(item)).toBeLessThanOrEqual(1 + 1e-6);
        }
      }
    }),
  );
});

test("0, 5, 20 and 100 shots each have their tick, in order", () => {
  const scale = shotsScale([100, 0, 5, 20, 5]);
  expect(labels(scale)).toEqual(["0", "5", "20", "100"]);
  expect(scale.position(100)).toBeCloseTo(0.96, 12);
});

test.each([
  [0, "0"],
  [1234.5678, "1235"],
  [12_345, "12.35k"],
  [2_500_000, "2.5M"],
  [7e9, "7G"],
  [1e13, "1e13"],
  [0.012345, "0.01235"],
  [0.000012, "1.2e-5"],
  [-3.5, "-3.5"],
  [Number.NaN, "NaN"],
])("%d reads %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

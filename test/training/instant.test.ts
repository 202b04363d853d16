import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/index.ts";
import type { Distribution } from "../../src/model/index.ts";
import { fitInstant, type InstantRow } from "../../src/training/instant.ts";
import { makeRefinement, plainConfig, refine } from "../../src/training/refinement.ts";

/** A row that the model says `median` of. */
function row(y: number, median: number, override: Partial<InstantRow> = {}): InstantRow {
  return {
    text: `a: ${median}`,
    y,
    distribution: { median } as Distribution,
    embedding: Float32Array.of(0, 1),
    ...override,
  };
}

/** What is predicted for a row that the model says `median` of. */
function predicted(rows: readonly InstantRow[], asked: InstantRow): number {
  const fit = fitInstant(rows);
  return refine(
    makeRefinement(plainConfig([fit.residual]), [fit.rows]),
    0,
    asked.distribution,
    asked,
  ).median;
}

describe("few labelled rows", () => {
  it("leave a model that is right as it is, whatever one odd row says", () => {
    const rows = [10, 14, 20, 28].map((y) => row(y, y * 1.01));
    expect(fitInstant([...rows, row(400, 20)]).method).toBe("zero-shot");
  });

  it("shift a model that is off by one factor", () => {
    const rows = [10, 14, 20, 28, 40].map((y, i) => row(y, y * (3 + 0.1 * (i % 2))));
    expect(fitInstant(rows).method).toBe("affine");
    expect(predicted(rows, row(0, 60)) / 20).toBeCloseTo(1, 0);
  });

  it("from one corner do not pull other predictions towards it", () => {
    const rows = [1, 1.01, 1.02, 1.03, 1.04].map((y, i) => row(y * 1.3, y + 0.002 * (i % 2)));
    expect(predicted(rows, row(0, 100))).toBeGreaterThan(99);
    expect(predicted(rows, row(0, 0.01))).toBeLessThan(0.014);
  });

  it("are no base for a process", () => {
    const rows = Array.from({ length: 10 }, (_, i) => row(1 + i, 2 + (i % 3)));
    expect(fitInstant(rows).errors["gaussian-process"]).toBeDefined();
    expect(fitInstant(rows.slice(1)).errors["gaussian-process"]).toBeUndefined();
  });
});

describe("units", () => {
  const random = new Random("units");
  const rows = Array.from({ length: 8 }, (_, i) =>
    row((i - 3) * 10, (i - 3) * 14 + 5 + random.normal()),
  );

  it.each([1e-6, 1e6])("do not matter to a linear scale (%f)", (unit) => {
    const scaled = rows.map(({ y, distribution }) => row(y * unit, distribution.median * unit));
    const expected = predicted(rows, row(0, 20));
    expect(predicted(scaled, row(0, 20 * unit)) / unit / expected).toBeCloseTo(1, 4);
  });

  it("leave the logarithmic scale to values that are all above zero, known ones included", () => {
    const known = rows.map((_, i) => row(1 + i, 1 + i, { viewValues: [i] }));
    expect(fitInstant(known).scale).toBe("linear");
    expect(fitInstant(known.slice(1)).scale).toBe("log");
  });
});

it("rows that judge are not the first ones of the caller's order", () => {
  const rows = Array.from({ length: 140 }, (_, i) => row(1 + i, i < 100 ? 1 + i : 3 + 2 * i));
  expect(fitInstant(rows, ["zero-shot"]).judged.errors).toHaveLength(100);
  expect(fitInstant(rows, ["zero-shot"]).errors["zero-shot"]).toBeGreaterThan(0.1);
});

describe("siblings", () => {
  const random = new Random("siblings");
  const rows = Array.from({ length: 30 }, (_, i) => {
    const a = i % 7;
    const b = random.int(5);
    const y = Math.exp(0.5 * a + 0.2 * b + 0.05 * random.normal());
    return row(y, Math.exp(2 + 0.3 * random.normal()), { text: `a: ${a}\nb: ${b}` });
  });

  it("that mislead are done without", () => {
    const misled = rows.map((one) => ({ ...one, viewValues: [Math.exp(random.normal())] }));
    expect(fitInstant(misled)).toEqual(fitInstant(rows));
  });

  it("that say what was measured are kept", () => {
    const known = rows.map((one) => ({ ...one, viewValues: [one.y * 3] }));
    expect(fitInstant(known).residual?.views).toBeDefined();
  });
});

it("a model far beyond many labels is believed less than beyond few", () => {
  const rows = Array.from({ length: 100 }, (_, i) => row(10 + (i % 20), 10.3 + (i % 20)));
  const wild = row(0, 1e6);
  expect(predicted(rows, wild)).toBeLessThan(200);
  expect(predicted(rows.slice(0, 5), wild)).toBeGreaterThan(500);
});

import { describe, expect, it } from "vitest";
import { isClearlyBetter, type JudgedWay } from "../../src/training/clearly-better.ts";

function way(errors: readonly number[], override: Partial<JudgedWay> = {}): JudgedWay {
  return { errors, charge: 1, scale: "log", ...override };
}

describe("one way against a simpler one", () => {
  it("is better where most rows say so", () => {
    const simpler = way([0.5, -0.6, 0.4, 0.5, -0.5]);
    expect(isClearlyBetter([simpler], [way([0.1, -0.1, 0.2, 0.1, 0])])).toBe(true);
    expect(isClearlyBetter([simpler], [simpler])).toBe(false);
  });

  it("is not better by one row alone, however much that gains", () => {
    const simpler = way([5, 0.1, 0.1, 0.1, 0.1], { scale: "linear" });
    const other = way([0, 0.1, 0.1, 0.1, 0.1], { scale: "linear" });
    expect(isClearlyBetter([simpler], [other])).toBe(false);
  });

  it("is not better by logarithms where its relative error is worse", () => {
    // Eight rows at a hundredth of their values become right, two that were right become a hundredfold.
    const simpler = way([...Array.from({ length: 8 }, () => -Math.log(100)), 0, 0]);
    const other = way([...Array.from({ length: 8 }, () => 0), Math.log(100), Math.log(100)]);
    expect(isClearlyBetter([simpler], [other])).toBe(false);
    const linear = [simpler, other].map((judged): JudgedWay => ({ ...judged, scale: "linear" }));
    expect(isClearlyBetter([linear[0]!], [linear[1]!])).toBe(true);
  });

  it("is better by logarithms alone where rows are many", () => {
    // As above, four times as many rows.
    const low = Array.from({ length: 32 }, () => -Math.log(100));
    const right = Array.from({ length: 32 }, () => 0);
    const high = Array.from({ length: 8 }, () => Math.log(100));
    const simpler = way([...low, ...right.slice(0, 8)]);
    expect(isClearlyBetter([simpler], [way([...right, ...high])])).toBe(true);
  });

  it("pays for the rows by which it was chosen", () => {
    const simpler = way([0.5, -0.5, 0.5, -0.5]);
    const errors = [0.4, -0.4, 0.4, -0.4];
    expect(isClearlyBetter([simpler], [way(errors)])).toBe(true);
    expect(isClearlyBetter([simpler], [way(errors, { charge: 1.5 })])).toBe(false);
  });

  it("counts objectives alike, whatever their units", () => {
    const linear = { scale: "linear" } as const;
    const simpler = [way([1, 1.1, 0.9, 1], linear), way([1e6, 1.1e6, 0.9e6, 1e6], linear)];
    const other = [way([0.2, 0.2, 0.2, 0.2], linear), way([1.1e6, 1.2e6, 1e6, 1.1e6], linear)];
    expect(isClearlyBetter(simpler, other)).toBe(true);
  });

  it("is not judged on another scale", () => {
    expect(isClearlyBetter([way([9, 9])], [way([0, 0], { scale: "linear" })])).toBe(false);
  });
});
